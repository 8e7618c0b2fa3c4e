// The chat's window, loaded by hipbot.js. What each function is for: types.d.ts.

import { about, draw, fill, h, icon, link, paragraphs, replies } from './messages.js';
import { stringsFor } from './strings.js';
import { KEEP, conversation } from './talk.js';

const SIZES = [100, 125, 150]; // per cent

const context = /** @type {import('./types').Host} */ (document.querySelector('hipbot-chat')).hipbot;
const { root, place, button, facts, base } = context;
const emergency = facts?.emergency;
const numbers = emergency ? [{ text: emergency.number, href: emergency.href }] : [];
const words = stringsFor(context.lang, document.documentElement.lang);
const phone = matchMedia('(max-width: 479px)');
let isOpen = false, limit = 1000, idle = 0;
/** @type {number[]} */
let timers = [];
/** @type {Element[]} */
let behind = [];
/** @type {import('./types').Settings} */
let settings = {};

const talk = conversation(base, {
  add(entry, first) {
    const line = draw(entry, true, asked);
    if (entry.user) scroller.querySelectorAll('.replies').forEach((group) => group.remove());
    hello.replaceChildren();
    log.append(line);
    if (first) scroller.scrollTop = line.offsetTop - 8;
  },
  about: (entry) => log.lastElementChild?.append(about(entry, asked)),
  busy: (busy) => wait(busy),
  trouble({ kind, text, links = [], wait }) {
    const said = (kind === 'said' ? text : words[kind]) + (wait ? '\n' + fill(words.wait, { n: wait }) : '');
    trouble([...paragraphs(said, [...links, ...numbers], base), call()], wait);
  },
});

/** @type {import('./types').Drawing} */
const asked = { words, base, reasons: [], rate: talk.rate, reply: ({ title, reply }) => ask({ reply }, title) };

/** @type {import('./types').Ui} */
const { control, call, notice, open, show, hide, close, escape, unfold, focus, fit, submit, ask, draft, left, measure, greet, wait, trouble, calm, resize, clean, remove, keep, record, saveText, printText, ready } = {
  control: (content, click, more) => h('button', { type: 'button', click, ...more }, content),

  call: () => facts && link(h('span', {}, icon('phone'), words.call + ' ' + facts.phone.text), facts.phone.href, base),

  notice() {
    const last = emergency?.text || words.emergency;
    return h('div', { class: 'notice' }, ...paragraphs((facts?.notice || words.notice).replace(last, '').trim() + ' ' + last, numbers, base));
  },

  open(byHand) {
    if (isOpen) return;
    isOpen = talk.state.open = true;
    keep();
    context.opened();
    Object.assign(place, { dir: words.dir, lang: words.lang });
    place.classList.add('open');
    if (phone.matches && !history.state?.hipbot) history.pushState({ ...history.state, hipbot: true }, '');
    show();
    if (byHand || phone.matches) focus();
  },

  show() {
    fit();
    if (phone.matches && frame.showModal) return frame.showModal();
    frame.setAttribute('open', ''); // show() would take the focus
    if (!phone.matches) return;
    frame.setAttribute('aria-modal', 'true');
    behind = Array.from(document.body.children).filter((one) => one !== root.host && !one.hasAttribute('inert'));
    behind.forEach((one) => ['inert', 'aria-hidden'].forEach((name) => one.setAttribute(name, 'true')));
  },

  hide() {
    frame.close?.();
    ['open', 'aria-modal'].forEach((name) => frame.removeAttribute(name));
    behind.forEach((one) => ['inert', 'aria-hidden'].forEach((name) => one.removeAttribute(name)));
    behind = [];
  },

  close(byBack) {
    if (!isOpen) return;
    isOpen = talk.state.open = false;
    keep();
    hide();
    place.classList.remove('open');
    if (!byBack && history.state?.hipbot) history.back();
    button.focus();
  },

  escape() {
    if (options.hidden) return close();
    unfold(false);
    toggle.focus();
  },

  unfold(shown) {
    options.hidden = !shown;
    sure.hidden = true;
    toggle.setAttribute('aria-expanded', String(shown));
  },

  focus: () => (matchMedia('(pointer: coarse)').matches ? title : field).focus({ preventScroll: true }),

  fit() {
    const { height = innerHeight, offsetTop = 0 } = window.visualViewport || {};
    frame.style.setProperty('--height', height + 'px');
    frame.style.setProperty('--top', offsetTop + 'px');
    if (height < innerHeight - 99) scroller.scrollTop = 1e6;
  },

  submit(event) {
    const text = field.value.trim();
    event.preventDefault();
    if (text && left() >= 0 && ask({ text }, text)) draft('');
  },

  ask(body, shown) {
    const taken = talk.send(body, shown);
    if (taken) keep();
    if (taken && root.activeElement !== field) focus();
    return taken;
  },

  draft(text) {
    field.value = talk.state.draft = text;
    measure();
  },

  left: () => limit - Array.from(field.value).length,

  measure() {
    const n = left();
    field.style.height = 'auto';
    field.style.height = field.scrollHeight + 2 + 'px';
    count.textContent = n > 200 ? '' : fill(n < 0 ? words.tooLong : words.left, { n: Math.abs(n) });
  },

  greet() {
    const { suggestions, privacy } = settings;
    hello.replaceChildren(h('p', {}, words.hello), h('p', {}, words.free),
      suggestions ? replies(words.suggestions, suggestions.map((title) => ({ title })), ({ title }) => ask({ text: title }, title)) : '',
      h('p', {}, privacy));
  },

  wait(busy) {
    timers.forEach(clearTimeout);
    dots.hidden = !busy;
    status.textContent = '';
    if (!busy) return;
    calm();
    timers = [words.writing, words.slow].map((text, at) => window.setTimeout(() => {
      status.textContent = text;
    }, at ? 8000 : 1000));
  },

  trouble(text, seconds = 0, again = talk.retry) {
    const retry = control(words.retry, again, { disabled: seconds > 0 || null });
    alert.replaceChildren(h('div', {}, ...text), retry);
    if (seconds) timers.push(window.setTimeout(() => retry.removeAttribute('disabled'), seconds * 1000));
  },

  calm() {
    const inside = alert.contains(root.activeElement);
    alert.replaceChildren();
    if (inside) focus();
  },

  resize(size) {
    frame.dataset.size = String(talk.state.size = size);
    sizes.forEach((one, at) => one.setAttribute('aria-pressed', String(SIZES[at] === size)));
  },

  clean() {
    wait(false);
    calm();
    log.replaceChildren();
    draft('');
    greet();
  },

  remove(token = talk.state.token) {
    const gone = talk.remove(token);
    clean();
    unfold(false);
    focus();
    gone.then(() => {
      status.textContent = words.removed;
    }, () => trouble([words.removedHere], 0, () => remove(token)));
  },

  keep() {
    talk.save();
    clearTimeout(idle);
    idle = window.setTimeout(() => {
      talk.forget();
      clean();
      status.textContent = words.timedOut;
    }, KEEP);
  },

  record: () => [fill(words.transcript, { name: facts?.name }), new Date().toLocaleString(words.lang),
    ...Array.from(log.querySelectorAll('b, h3, p, li'), (one) => (one.localName === 'b' ? '\n' : '') + one.textContent)].join('\n'),

  saveText() {
    h('a', { href: URL.createObjectURL(new Blob([record()], { type: 'text/plain' })), download: 'conversation.txt' }).click();
  },

  printText() {
    const paper = window.open('', '_blank');
    if (!paper) return;
    const sheet = paper.document.body.appendChild(paper.document.createElement('pre'));
    sheet.textContent = record();
    sheet.style.cssText = 'white-space:pre-wrap;font:12pt/1.5 serif';
    paper.print();
  },

  ready() {
    if (context.open) return; // a first try that came late
    const { entries, pending, open: wasOpen, size } = talk.state;
    entries.forEach((entry, at) => log.append(draw(entry, !entries.slice(at).some((one) => one.user), asked)));
    if (!entries[0]) greet();
    resize(size);
    place.append(frame);
    context.open = () => open(true);
    open(!wasOpen);
    draft(talk.state.draft);
    scroller.scrollTop = 1e6;
    if (pending) trouble([words.unanswered]);
    talk.settings().then((said) => {
      settings = said;
      asked.reasons = said.reasons || [];
      limit = said.limits?.characters || limit;
      if (!talk.state.entries[0]) greet();
    }, () => {});
  },
};

const hello = h('div', { class: 'hello' });
const log = h('div', { role: 'log', 'aria-label': words.conversation });
const dots = h('div', { class: 'dots', 'aria-hidden': 'true', hidden: '' }, h('i'), h('i'), h('i'));
const status = h('div', { role: 'status' });
const scroller = h('div', { class: 'scroller', tabindex: 0, role: 'group', 'aria-label': words.conversation }, hello, log, dots, status);
const alert = h('div', { role: 'alert' });
const field = h('textarea', {
  id: 'field', rows: 1, placeholder: words.write, dir: 'auto', enterkeyhint: 'send', 'aria-describedby': 'count',
  input() {
    draft(field.value);
    keep();
  },
  keydown(/** @type {KeyboardEvent} */ event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  },
});
const count = h('p', { id: 'count' });
const title = h('h2', { id: 'title', tabindex: -1 }, facts?.name || words.assistant);
const toggle = control(words.options, () => unfold(!!options.hidden), { 'aria-expanded': 'false', 'aria-controls': 'options' });
const sizes = SIZES.map((size) => control(size + ' %', () => {
  resize(size);
  keep();
}));
const yes = control(words.removeYes, () => remove(), { class: 'danger', 'aria-describedby': 'sure' });
const sure = h('div', { hidden: '' }, h('p', { id: 'sure' }, words.removeSure), yes, control(words.removeNo, () => {
  sure.hidden = true;
  bin.focus();
}));
const bin = control(words.remove, () => {
  sure.hidden = false;
  yes.focus();
});
const options = h('div', { id: 'options', hidden: '' }, h('div', { role: 'group', 'aria-label': words.size }, words.size, ...sizes),
  h('div', {}, control(words.save, saveText), control(words.print, printText), bin), sure);
const frame = h(/** @type {'dialog'} */ ('HTMLDialogElement' in window ? 'dialog' : 'section'), {
  class: 'panel', role: 'dialog', 'aria-labelledby': 'title',
  cancel(/** @type {Event} */ event) {
    event.preventDefault();
    escape();
  },
  keydown(/** @type {KeyboardEvent} */ event) {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    escape();
  },
  click(/** @type {Event} */ event) { // the chat would cover that page
    const anchor = event.composedPath().find((one) => one instanceof HTMLAnchorElement);
    if (!phone.matches || !anchor || anchor.target || !/^h/.test(anchor.protocol)) return;
    talk.state.open = false;
    keep();
  },
},
h('div', { class: 'head' }, h('div', {}, title, facts && h('p', {}, words.assistant)), toggle, control(h('span', {}, icon('close'), words.close), () => close())),
options, notice(), scroller, alert,
h('form', { submit }, h('label', { for: 'field', class: 'unseen' }, words.write), field, h('button', { class: 'send' }, words.send), count),
h('p', { class: 'person' }, call(), facts && link(words.email, 'mailto:' + facts.email, base),
  facts && link(words.book, facts.booking, base)));

phone.addEventListener?.('change', () => {
  if (!isOpen) return;
  hide();
  show();
});
['resize', 'scroll'].forEach((name) => window.visualViewport?.addEventListener(name, fit));
addEventListener('popstate', () => phone.matches && close(true));
context.ready = ready;
if (context.styled) ready();
