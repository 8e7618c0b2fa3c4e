// Draws the lines of a conversation from data, never from HTML: bubbles, cards, quick replies, sources, "did this help?".
// Called by chat.js.
/** @import {Button, Child, Entry, Link, Message, Picture, Strings} from './types' */

/**
 * An element: functions become listeners, the rest attributes; text stays text.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, any>} [attributes] @param {...Child} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value != null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter(/** @return {child is Node | string} */ (child) => !!child));
  return element;
}

const PATHS = {
  close: 'M6 6l12 12M18 6 6 18',
  options: 'M4 7h16M4 12h16M4 17h16',
  send: 'M4 4l17 8-17 8 3-8zM7 12h6',
  phone: 'M5 4h4l2 5-3 2a11 11 0 0 0 5 5l2-3 5 2v4q0 1-2 1A16 16 0 0 1 4 6q0-2 1-2z',
  mail: 'M3 5h18v14H3zl9 8 9-8',
  alert: 'M12 3 2 20h20zM12 10v4M12 16.500v1',
  thumb: 'M7 10v10H3V10zl4-7q4 0 2 6h7l-2 11H7',
};

/** A drawing beside words. @param {keyof typeof PATHS} name @param {string} [turned] */
export function icon(name, turned = '') {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg'), path = document.createElementNS(space, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', turned);
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** Fills "{n}". @param {string} text @param {Record<string, any>} values */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** @param {unknown} href @param {string} base */
function address(href, base) {
  try {
    return new URL(/** @type {string} */ (href), base);
  } catch (nonsense) {}
}

/** A link, or its bare text where the address may not be one. @param {Child} text @param {unknown} href @param {string} base @param {Record<string, any>} [more] */
export function link(text, href, base, more) {
  const url = address(href, base);
  if (!url || !/^(https?|mailto|tel):$/.test(url.protocol)) return h('span', {}, text);
  const elsewhere = url.protocol[0] === 'h' && url.origin !== location.origin;
  return h('a', { href: url.href, target: elsewhere && '_blank', rel: elsewhere && 'noopener noreferrer', ...more }, text);
}

/** A picture, if it lies on the chat's own server. @param {Picture | null | undefined} image @param {string} base */
function picture(image, base) {
  const url = image && address(image.src, base);
  return url && /^http/.test(url.protocol) && url.origin === new URL(base).origin && h('img', { src: url.href, alt: image.alt || '' });
}

/** Paragraphs and "- " lists, with the named pieces as links. @param {string} text @param {Link[]} links @param {string} base */
export function paragraphs(text, links, base) {
  /** @type {HTMLElement[]} */
  const blocks = [];
  for (const line of text.split('\n')) {
    const item = /^\s*[-•] (.*)/.exec(line);
    if (item) {
      if (blocks[blocks.length - 1]?.tagName !== 'UL') blocks.push(h('ul'));
      blocks[blocks.length - 1].append(h('li', { dir: 'auto' }, ...linked(item[1], links, base)));
    } else if (line.trim()) blocks.push(h('p', { dir: 'auto' }, ...linked(line, links, base)));
  }
  return blocks;
}

/** Whole pieces only: "111" is not in "0111". @param {string} text @param {Link[]} links @param {string} base */
function linked(text, links, base) {
  const named = links.filter((one) => one?.text).sort((a, b) => b.text.length - a.text.length);
  if (!named.length) return [text];
  const parts = text.split(new RegExp('(' + named.map((one) => String(one.text).replace(/\W/g, '\\$&')).join('|') + ')'));
  return parts.map((part, at) => (at % 2 && !/\w$/.test(parts[at - 1]) && !/^\w/.test(parts[at + 1])
    ? link(part, named.find((one) => one.text === part)?.href, base) : part));
}

/** @param {Strings} words @param {string} base @param {(button: Button) => void} reply @param {(entry: Entry, said: Record<string, unknown>) => Promise<void>} rate */
export function drawing(words, base, reply, rate) {
  /** @param {Message} message @returns {HTMLElement} */
  function framed({ card, text, links, image, attachment }) {
    const content = [...paragraphs(text, links || [], base), picture(image, base),
      attachment && link(attachment.title, attachment.href, base, { class: 'reply' })];
    if (card?.kind === 'exercise') {
      const { step, of } = card;
      return h('section', { class: 'card' }, h('h3', { dir: 'auto' }, card.title),
        step > 0 && h('p', { class: 'step' }, fill(words.step, { step, of })),
        step > 0 && h('progress', { value: step, max: of, 'aria-hidden': 'true' }),
        picture(card.picture, base), ...content);
    }
    if (card?.kind === 'safety') {
      return h('section', { class: 'card safety ' + card.level }, h('h3', { dir: 'auto' }, icon('alert'), card.heading), ...content,
        ...(card.numbers || []).map((/** @type {any} */ one) => link(h('span', {}, icon('phone'), one.title), one.href, base, { class: 'number' })));
    }
    return h('div', { class: 'bubble' }, ...content);
  }

  /** Thumbs, then a reason for whoever wants to give one. @param {Entry} entry */
  function feedback(entry) {
    const thanks = h('p', { tabindex: -1 });
    /** @param {boolean} helpful @param {object} [more] */
    const send = async (helpful, more) => {
      thanks.textContent = words.thanks;
      try {
        await rate(entry, { helpful, ...more });
        box.replaceChildren(thanks, helpful || more ? '' : reason);
      } catch (failure) {
        thanks.textContent = words.notRated;
        box.append(thanks);
      }
      thanks.focus();
    };
    const text = h('textarea', { rows: 2, maxlength: 500 }), keep = h('input', { type: 'checkbox' });
    const reason = h('form', { submit: (/** @type {Event} */ event) => {
      event.preventDefault();
      if (text.value.trim()) send(false, { reason: text.value.trim(), words_may_be_kept: keep.checked });
    } }, h('label', {}, words.reason, text), h('label', { class: 'check' }, keep, words.keepWords), h('button', {}, words.send));
    const box = h('div', { class: 'feedback' }, h('div', { role: 'group', 'aria-label': words.helpful }, words.helpful,
      h('button', { type: 'button', click: () => send(true) }, icon('thumb'), words.yes),
      h('button', { type: 'button', click: () => send(false) }, icon('thumb', 'turned'), words.no)));
    return box;
  }

  /** A line of the conversation; quick replies only where they can still be used. @param {Entry} entry @param {boolean} usable */
  return function draw(entry, usable) {
    const { user, message } = entry;
    if (!message) return h('div', { class: 'said user' }, h('b', {}, words.youSaid), h('p', { class: 'bubble', dir: 'auto' }, user));
    const { sources, buttons } = message;
    return h('div', { class: 'said', lang: message.lang }, h('b', {}, words.assistantSaid), framed(message),
      !!sources?.length && h('details', {}, h('summary', {}, words.sources), h('ul', {}, ...sources.map((one) => h('li', { dir: 'auto' }, one.title)))),
      usable && !!buttons?.length && replies(words.replies, buttons, reply),
      message.answer && !entry.rated && feedback(entry));
  };
}

/** Quick replies. @template {{title: string}} B @param {string} label @param {B[]} buttons @param {(button: B) => void} press */
export const replies = (label, buttons, press) => h('div', { class: 'replies', role: 'group', 'aria-label': label },
  ...buttons.map((button) => h('button', { type: 'button', class: 'reply', dir: 'auto', click: () => press(button) }, button.title)));
