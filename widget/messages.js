// Draws the lines of a conversation from data, never from HTML. Called by chat.js; see types.d.ts.

/** @type {Record<string, string>} */
const PATHS = {
  close: 'M6 6l12 12M18 6 6 18',
  phone: 'M5 4h4l2 5-3 2a11 11 0 0 0 5 5l2-3 5 2v4q0 1-2 1A16 16 0 0 1 4 6q0-2 1-2z',
  alert: 'M12 3 2 20h20zM12 10v4m0 2v1',
  thumb: 'M7 10v10H3V10zl4-7q4 0 2 6h7l-2 11H7',
};

/** @type {(element: Element, attributes: Record<string, any>) => void} */
const mark = (element, attributes) => {
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value != null && value !== false) element.setAttribute(name, value);
  }
};

/** @type {import('./types').Elements} */
const dom = {
  h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    mark(element, attributes);
    for (const child of children) if (child) element.append(child);
    return element;
  },

  icon(name) {
    const [svg, path] = ['svg', 'path'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
    mark(svg, { viewBox: '0 0 24 24', 'aria-hidden': 'true' });
    mark(path, { d: PATHS[name] });
    svg.append(path);
    return svg;
  },

  fill: (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]),

  address(href, base) {
    try {
      return new URL(String(href), base);
    } catch {}
  },

  link(text, href, base, more) {
    const url = address(href, base);
    if (!url || !/^(https?|mailto|tel):$/.test(url.protocol)) return h('span', {}, text);
    const elsewhere = /^h/.test(url.protocol) && url.origin !== location.origin;
    return h('a', { href: url.href, target: elsewhere && '_blank', rel: elsewhere && 'noopener noreferrer', ...more }, text);
  },

  picture(image, base) {
    const url = image && address(image.src, base);
    return url && /^h/.test(url.protocol) && url.origin === new URL(base).origin && h('img', { src: url.href, alt: image.alt || '' });
  },

  paragraphs(text, links = [], base) {
    /** @type {HTMLElement[]} */
    const blocks = [];
    for (const line of text.split('\n')) {
      const item = /^\s*[-•] (.*)/.exec(line);
      let last = blocks[blocks.length - 1];
      if (item) {
        if (last?.tagName !== 'UL') blocks.push(last = h('ul'));
        last.append(h('li', { dir: 'auto' }, ...linked(item[1], links, base)));
      } else if (line.trim()) blocks.push(h('p', { dir: 'auto' }, ...linked(line, links, base)));
    }
    return blocks;
  },

  linked(text, links, base) {
    const named = links.filter((one) => one.text).sort((a, b) => b.text.length - a.text.length);
    if (!named.length) return [text];
    const parts = text.split(RegExp('(' + named.map((one) => one.text.replace(/[^\w ]/g, '\\$&')).join('|') + ')'));
    return parts.map((part, at) => (at % 2 && !/\w$/.test(parts[at - 1]) && !/^\w/.test(parts[at + 1])
      ? link(part, named.find((one) => one.text === part)?.href, base) : part));
  },

  replies: (label, buttons, press) => h('div', { class: 'replies', role: 'group', 'aria-label': label },
    ...buttons.map((button) => h('button', { type: 'button', class: 'reply', dir: 'auto', click: () => press(button) }, button.title))),

  draw(entry, usable, asked) {
    const { words, reply } = asked, { user, message } = entry;
    if (!message) return h('div', { class: 'said user' }, h('b', {}, words.youSaid), h('p', { class: 'bubble', dir: 'auto' }, user));
    const { lang, buttons } = message;
    return h('div', { class: 'said', lang }, h('b', {}, words.assistantSaid), framed(message, asked),
      usable && !!buttons?.length && replies(words.replies, buttons, reply), about(entry, asked));
  },

  about(entry, asked) {
    const { sources, answer } = entry.message || {}, { words } = asked;
    return h('div', {}, !!sources?.length && h('details', {}, h('summary', {}, words.sources), h('ul', {}, ...sources.map((one) => h('li', { dir: 'auto' }, one.title)))),
      answer && !entry.rated && feedback(entry, asked));
  },

  framed({ card, text, links, image, attachment }, { words, base }) {
    const { kind, title, step, of, level, heading, numbers = [] } = card || {};
    const progress = step > 0 && fill(words.step, card);
    const content = [...paragraphs((text || '').replace(progress + ': ', ''), links, base), picture(image, base),
      attachment && h('p', {}, link(attachment.title, attachment.href, base))];
    if (kind === 'exercise') {
      return h('section', { class: 'card' }, h('h3', { dir: 'auto' }, title), progress && h('p', { class: 'step' }, progress),
        progress && h('progress', { value: step, max: of, 'aria-hidden': 'true' }), picture(card.picture, base), ...content);
    }
    if (kind === 'safety') {
      return h('section', { class: 'card safety ' + level }, h('h3', { dir: 'auto' }, icon('alert'), heading), ...content,
        ...numbers.map((/** @type {any} */ one) => link(h('span', {}, icon('phone'), one.title), one.href, base, { class: 'number' })));
    }
    return h('div', { class: 'bubble' }, ...content);
  },

  feedback(entry, { words, reasons, rate }) {
    const thanks = h('span', { tabindex: -1 });
    const send = async (/** @type {boolean} */ helpful, /** @type {object | void} */ more) => {
      thanks.textContent = words.thanks;
      try {
        await rate(entry, { helpful, ...more });
        box.replaceChildren(thanks, helpful || more ? '' : why);
      } catch {
        thanks.textContent = words.notRated;
        box.append(thanks);
      }
      thanks.focus();
    };
    const text = h('textarea', { rows: 2, maxlength: 500 });
    const why = h('form', { submit(/** @type {Event} */ event) {
      event.preventDefault();
      if (text.value.trim()) send(false, { words: text.value.trim(), words_may_be_kept: true });
    } }, replies(words.why, reasons, ({ id }) => send(false, { reason: id })), h('label', {}, words.ownWords, text), h('button', {}, words.send));
    const box = h('div', { class: 'feedback' }, h('div', { role: 'group', 'aria-label': words.helpful }, words.helpful,
      ...[words.yes, words.no].map((label, no) => h('button', { type: 'button', click: () => send(!no) }, icon('thumb'), label))));
    return box;
  },
};
export const { h, icon, fill, address, link, picture, paragraphs, linked, replies, draw, about, framed, feedback } = dom;
