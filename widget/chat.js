// The chat's window, joined to conversation and drawing. Loaded by hipbot.js when the visitor first presses the button.
/** @import {Body, Child, Context, Host} from './types' */

import { drawing, fill, h, icon, link, paragraphs, replies } from './messages.js';
import { stringsFor } from './strings.js';
import { KEEP, conversation } from './talk.js';

const SIZES = [100, 125, 150]; // per cent
const WARN = 200; // characters left from which on they are counted

/** @param {Context} context */
function start({ root, place, button, facts, base, lang, opened, ...context }) {
  const words = stringsFor(lang, document.documentElement.lang);
  const phone = matchMedia('(max-width: 479px)'); // then the chat fills the screen
  let isOpen = false, limit = 1000, idle = 0;
  /** @type {number[]} */
  let timers = [];
  /** @type {{title: string}[]} */
  let suggestions = [];
  /** @type {Element[]} */
  let behind = [];
  const talk = conversation(base, {
    add(entry, first) {
      retire();
      const line = draw(entry, true);
      hello.replaceChildren();
      log.append(line);
      if (first) scroller.scrollTop = line.offsetTop - 8; // a long answer shows its first line
    },
    busy: wait,
    trouble({ kind, text, links = [], wait }) {
      const { emergency } = facts || {};
      const said = [kind === 'said' ? text : words[kind], wait && fill(words.wait, { n: wait })].filter(Boolean).join('\n');
      trouble([...paragraphs(said, emergency ? [...links, { text: emergency.number, href: emergency.href }] : links, base), call()], wait);
    },
    renewed: () => { status.textContent = words.renewed; },
  });
  const draw = drawing(words, base, ({ title, reply }) => ask({ reply }, title), talk.rate);

  // --- the window

  /** @param {Child} content @param {() => void} press @param {Record<string, any>} [more] */
  const control = (content, press, more) => h('button', { type: 'button', click: press, ...more }, content);
  const call = () => facts?.phone && link(h('span', {}, icon('phone'), facts.phone.text), facts.phone.href, base, { 'aria-label': words.call + ' ' + facts.phone.text });
  const hello = h('div', { class: 'hello' });
  const log = h('div', { role: 'log', 'aria-label': words.conversation });
  const dots = h('div', { class: 'dots', 'aria-hidden': 'true', hidden: '' }, h('i'), h('i'), h('i'));
  const status = h('div', { role: 'status' });
  const scroller = h('div', { class: 'scroller', tabindex: 0, role: 'group', 'aria-label': words.conversation }, hello, log, dots, status);
  const alert = h('div', { role: 'alert' });
  const field = h('textarea', {
    id: 'field', rows: 1, placeholder: words.write, dir: 'auto', enterkeyhint: 'send', 'aria-describedby': 'count',
    input: () => { measure(); talk.state.draft = field.value; keep(); },
    keydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
    },
  });
  const count = h('p', { id: 'count' });
  const send = h('button', { class: 'send' }, words.send, icon('send'));
  const title = h('h2', { id: 'title', tabindex: -1 }, facts?.name || words.assistant);
  const toggle = control(h('span', {}, icon('options'), words.options), () => unfold(!!options.hidden), { 'aria-expanded': 'false', 'aria-controls': 'options' });
  const sizes = SIZES.map((size) => control(size + ' %', () => { resize(size); talk.state.size = size; keep(); }));
  const yes = control(words.removeYes, () => { unfold(false); remove(); }, { class: 'danger', 'aria-describedby': 'sure' });
  const sure = h('div', { hidden: '' }, h('p', { id: 'sure' }, words.removeSure), yes,
    control(words.removeNo, () => { sure.hidden = true; bin.focus(); }));
  const bin = control(words.remove, () => { sure.hidden = false; yes.focus(); });
  const options = h('div', { id: 'options', hidden: '' },
    h('div', { role: 'group', 'aria-label': words.size }, words.size, ...sizes),
    h('div', {}, control(words.save, saveText), control(words.print, printText), bin), sure);
  const frame = /** @type {HTMLDialogElement} */ (h(/** @type {'dialog'} */ ('HTMLDialogElement' in window ? 'dialog' : 'section'), {
    class: 'panel', role: 'dialog', 'aria-labelledby': 'title',
    cancel: (/** @type {Event} */ event) => { event.preventDefault(); escape(); },
    keydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      escape();
    },
    click: leaveByLink,
  },
  h('header', {}, h('div', {}, title, facts?.name && h('p', {}, words.assistant)), toggle, control(h('span', {}, icon('close'), words.close), () => close())),
  options, notice(), scroller, alert,
  h('form', { submit }, h('label', { for: 'field', class: 'unseen' }, words.write), field, send, count),
  facts && h('p', { class: 'person' }, h('span', {}, words.person), call(),
    facts.email && link(h('span', {}, icon('mail'), words.email), 'mailto:' + facts.email, base),
    facts.booking && link(words.book, facts.booking, base))));

  /** What must be read before any message, and stand even while the server is down. */
  function notice() {
    const emergency = facts?.emergency, text = emergency?.text || words.emergency;
    return h('div', { class: 'notice' }, ...paragraphs((facts?.notice || words.notice).replace(text, '').trim() + '\n' + text,
      emergency ? [{ text: emergency.number, href: emergency.href }] : [], base));
  }

  // --- opening and closing

  /** @param {boolean} byHand else a page loads on which the chat was open before: the focus stays where it is */
  function open(byHand) {
    if (isOpen) return;
    isOpen = talk.state.open = true;
    keep();
    opened();
    place.classList.add('open');
    if (phone.matches && !history.state?.hipbot) history.pushState({ ...history.state, hipbot: true }, ''); // so that Back closes the chat
    show();
    if (byHand || phone.matches) focus();
  }

  function show() {
    fit();
    if (phone.matches && frame.showModal) return frame.showModal();
    frame.setAttribute('open', '');
    if (!phone.matches) return;
    frame.setAttribute('aria-modal', 'true');
    behind = Array.from(document.body.children).filter((one) => one !== root.host && !one.hasAttribute('inert'));
    behind.forEach((one) => { one.setAttribute('inert', ''); one.setAttribute('aria-hidden', 'true'); });
  }

  function hide() {
    frame.close ? frame.close() : frame.removeAttribute('open');
    frame.removeAttribute('aria-modal');
    behind.forEach((one) => { one.removeAttribute('inert'); one.removeAttribute('aria-hidden'); });
  }

  /** @param {boolean} [byBack] */
  function close(byBack) {
    if (!isOpen) return;
    isOpen = talk.state.open = false;
    keep();
    hide();
    place.classList.remove('open');
    if (!byBack && history.state?.hipbot) history.back();
    button.focus();
  }

  function escape() {
    if (options.hidden) return close();
    unfold(false);
    toggle.focus();
  }

  /** @param {boolean} shown */
  function unfold(shown) {
    options.hidden = !shown;
    sure.hidden = true;
    toggle.setAttribute('aria-expanded', String(shown));
  }

  /** On a phone the chat would cover the page that a link of this site leads to. @param {Event} event */
  function leaveByLink(event) {
    const anchor = event.composedPath().find((one) => one instanceof HTMLAnchorElement);
    if (phone.matches && anchor && /^http/.test(anchor.protocol) && !anchor.target) {
      talk.state.open = false;
      keep();
    }
  }

  /** To the writing line; on a touch screen, where its keys would cover half the chat, to the heading. */
  function focus() {
    (matchMedia('(pointer: coarse)').matches ? title : field).focus({ preventScroll: true });
  }

  /** Into what an on-screen keyboard leaves of the screen. */
  function fit() {
    const { height = innerHeight, offsetTop = 0 } = window.visualViewport || {};
    frame.style.setProperty('--height', height + 'px');
    frame.style.setProperty('--top', offsetTop + 'px');
    if (height < innerHeight - 99) scroller.scrollTop = 1e6;
  }

  // --- writing

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (text && left() >= 0 && ask({ text }, text)) draft('');
  }

  /** @param {Body} body @param {string} shown */
  function ask(body, shown) {
    const taken = talk.send(body, shown);
    if (taken) keep();
    if (taken && root.activeElement !== field) focus();
    return taken;
  }

  /** @param {string} text */
  function draft(text) {
    field.value = talk.state.draft = text;
    measure();
  }

  const left = () => limit - Array.from(field.value).length;

  /** The field as high as its text; characters counted down. */
  function measure() {
    const n = left();
    field.style.height = 'auto';
    field.style.height = field.scrollHeight + 2 + 'px';
    count.textContent = n > WARN ? '' : fill(n < 0 ? words.tooLong : words.left, { n: Math.abs(n) });
    count.className = n < 0 ? 'over' : '';
  }

  // --- what happens

  /** Quick replies are for the newest message only. */
  function retire() {
    scroller.querySelectorAll('.replies').forEach((group) => group.remove());
  }

  function greet() {
    hello.replaceChildren(h('p', {}, words.hello), h('p', {}, suggestions.length ? words.pick : words.free),
      suggestions.length ? replies(words.suggestions, suggestions, ({ title }) => ask({ text: title }, title)) : '');
  }

  /** @param {boolean} busy */
  function wait(busy) {
    timers.forEach(clearTimeout);
    dots.hidden = !busy;
    status.textContent = '';
    if (!busy) return;
    calm();
    // Said late, so that a quick answer is not talked over.
    timers = [words.writing, words.slow].map((text, at) => window.setTimeout(() => { status.textContent = text; }, at ? 8000 : 1000));
  }

  /** An error, and the way on. @param {Child[]} text @param {number} [seconds] until trying again makes sense @param {() => void} [again] */
  function trouble(text, seconds = 0, again = talk.retry) {
    const retry = control(words.retry, again, { disabled: seconds > 0 || null });
    alert.replaceChildren(h('div', {}, ...text), retry);
    if (seconds) timers.push(window.setTimeout(() => { retry.disabled = false; }, seconds * 1000));
  }

  /** No more error; whoever stood on its button goes on. */
  function calm() {
    const inside = alert.contains(root.activeElement);
    alert.replaceChildren();
    if (inside) focus();
  }

  /** @param {number} size per cent */
  function resize(size) {
    frame.dataset.size = String(size);
    sizes.forEach((one, at) => one.setAttribute('aria-pressed', String(SIZES[at] === size)));
  }

  function clean() {
    wait(false);
    calm();
    log.replaceChildren();
    draft('');
    greet();
  }

  /** @param {string} [token] of a conversation that could not be deleted before */
  function remove(token = talk.state.token) {
    const gone = talk.remove(token);
    clean();
    focus();
    gone.then(() => { status.textContent = words.removed; }, () => trouble([words.removedHere], 0, () => remove(token)));
  }

  /** Saves, and starts the half hour anew. */
  function keep() {
    talk.save();
    clearTimeout(idle);
    idle = window.setTimeout(() => { talk.forget(); clean(); status.textContent = words.timedOut; }, KEEP);
  }

  /** The conversation as plain text. */
  function record() {
    const lines = talk.state.entries.map(({ user, message: { card, text = '', sources = [] } = /** @type {any} */ ({}) }) => (user
      ? words.you + ': ' + user : [words.assistant + ':', card?.heading || card?.title, text, ...sources.map((/** @type {any} */ one) => '(' + one.title + ')')].filter(Boolean).join('\n')));
    return [fill(words.transcript, { name: facts?.name || '' }), new Date().toLocaleString(words.lang), ...lines].join('\n\n');
  }

  function saveText() {
    const href = URL.createObjectURL(new Blob([record()], { type: 'text/plain' }));
    h('a', { href, download: 'conversation.txt' }).click();
    setTimeout(() => URL.revokeObjectURL(href), 9e3);
  }

  /** From a window of its own, so that the clinic's page stays as it is. */
  function printText() {
    const paper = open_();
    if (!paper) return;
    const sheet = paper.document.createElement('pre');
    sheet.textContent = record();
    sheet.style.cssText = 'white-space:pre-wrap;font:12pt/1.5 Georgia,serif';
    paper.document.body.append(sheet);
    paper.print();
  }
  const open_ = () => window.open('', '_blank');

  /** The first time: module and style are both there. */
  function ready() {
    const { entries, pending, open: wasOpen, size } = talk.state;
    entries.forEach((entry, at) => log.append(draw(entry, !entries[at + 1])));
    resize(size);
    if (!entries.length) greet();
    place.append(frame);
    open(!wasOpen);
    draft(talk.state.draft);
    scroller.scrollTop = 1e6;
    if (pending) trouble([words.unanswered]);
    talk.settings().then((said) => {
      suggestions = (said.suggestions || []).map((/** @type {any} */ one) => (one.title ? one : { title: one }));
      limit = said.limits?.characters || limit;
      if (!talk.state.entries.length) greet();
    }, () => {}); // no suggestions then; sending says what is wrong
  }

  phone.addEventListener?.('change', () => { if (isOpen) { hide(); show(); } });
  window.visualViewport?.addEventListener('resize', fit);
  window.visualViewport?.addEventListener('scroll', fit);
  addEventListener('popstate', () => { if (phone.matches) close(true); });
  return { open: () => open(true), ready };
}

const context = /** @type {Host} */ (document.querySelector('hipbot-chat')).hipbot;
Object.assign(context, start(context));
if (context.styled) context.ready?.();
