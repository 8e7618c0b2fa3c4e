// The launcher: the one line that a clinic pastes loads this file, and nothing else until the visitor presses the button.
// Plain old JavaScript: where the chat cannot work, it still shows the clinic's phone number in the button's place.
(function () {
  /** @type {import('./types').Facts | null} */
  var FACTS = /* clinic facts */ null;
  // The only words outside strings.js: those needed before it is fetched.
  /** @type {Record<string, import('./types').LauncherWords>} */
  var WORDS = {
    en: { open: 'Ask a question', opening: 'Opening …', failed: 'The chat did not open. Press the button to try again.', call: 'Call us', dir: 'ltr' }
  };
  var KEEP = 18e5; // half an hour, as in talk.js
  // The same rules as in launcher.css, which serves browsers that cannot take them from here.
  var STYLE = ':host{all:initial!important}' +
    '.place{font:max(1em,1rem)/1.4 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}' +
    '.corner{position:fixed;z-index:2147483000;bottom:1.2em;right:1.2em;max-width:min(20em,80vw);text-align:right}' +
    '.left .corner{right:auto;left:1.2em;text-align:left}' +
    '.open .corner{display:none}' +
    '.launch,.sorry{box-sizing:border-box;border:2px solid transparent;border-radius:30px;box-shadow:0 6px 22px rgba(0,0,0,.3)}' +
    '.launch{display:inline-flex;align-items:center;gap:.6em;min-height:58px;padding:.4em 1.4em .4em 1.1em;' +
    'background:var(--hipbot-colour,#0d5c63);color:var(--hipbot-on-colour,#fff);font:inherit;font-weight:600;cursor:pointer}' +
    '.launch:focus,.sorry a:focus{outline:3px solid #fff;box-shadow:0 0 0 7px #10243e}' +
    '.launch svg{width:1.5em;fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}' +
    '.sorry{margin-bottom:1em;padding:1em;background:#fff;color:#1c2b2d;border:2px solid #8f1d1d;text-align:start}' +
    '.sorry a{display:block;line-height:44px;color:#0b4f7a}' +
    '@media print{.corner{display:none}}';

  var script = /** @type {HTMLScriptElement} */ (document.currentScript || document.querySelector('script[src*="/hipbot.js"]'));
  var base = script.src.replace(/[^/]*$/, '');
  var options = script.dataset || {};
  var words = WORDS[options.lang || document.documentElement.lang.slice(0, 2)] || WORDS.en;
  /** @type {any} */
  var policy;

  /** @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} [children] @param {string} [space] */
  function make(tag, attributes, children, space) {
    var element = document.createElementNS(space || 'http://www.w3.org/1999/xhtml', tag);
    for (var name in attributes) element.setAttribute(name, attributes[name]);
    (children || []).forEach(function (child) {
      element.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
    });
    return /** @type {HTMLElement} */ (element);
  }

  function icon() {
    var space = 'http://www.w3.org/2000/svg';
    return make('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, [make('path', { d: 'M3 4h18v13H11l-6 4v-4H3zm5 5h8m-8 4h5' }, [], space)], space);
  }

  /** The clinic's phone and, if asked for, emergency number: as far as the server has filled them in. @param {boolean} all */
  function contacts(all) {
    /** @type {Node[]} */
    var links = [];
    if (FACTS && FACTS.phone) links.push(make('a', { href: FACTS.phone.href }, [words.call + ' ' + FACTS.phone.text]));
    if (FACTS && FACTS.emergency && all) links.push(make('a', { href: FACTS.emergency.href }, [FACTS.emergency.text]));
    return links;
  }

  /** What Trusted Types let through. @param {string} url */
  function trusted(url) {
    var types = /** @type {any} */ (window).trustedTypes;
    policy = policy || types && types.createPolicy('hipbot', { createScriptURL: String });
    return policy ? policy.createScriptURL(url) : url;
  }

  function wasOpen() {
    try {
      var kept = JSON.parse(sessionStorage.getItem('hipbot') || '{}');
      return kept.open && Date.now() - kept.at < KEEP;
    } catch (shut) {}
  }

  function start() {
    if (document.querySelector('hipbot-chat')) return;
    if (!window.fetch || !window.URL || !window.AbortController || !Element.prototype.attachShadow || !('noModule' in script)) {
      contacts(false).forEach(function (link) {
        /** @type {HTMLElement} */ (link).style.cssText = 'position:fixed;bottom:1em;right:1em;padding:1em;background:#0d5c63;color:#fff';
        document.body.appendChild(link);
      });
      return;
    }
    var host = /** @type {import('./types').Host} */ (make('hipbot-chat', {}));
    var root = host.attachShadow({ mode: 'open' });
    var text = make('span', {}, [options.label || words.open]);
    var button = make('button', { type: 'button', 'class': 'launch' }, [icon(), text]);
    var alert = make('div', { role: 'alert' });
    var place = make('div', { 'class': 'place ' + options.position, dir: words.dir }, [make('div', { 'class': 'corner' }, [alert, button])]);
    var tries = 0, loading = false;
    var colour = /^#([0-9a-f]{6})$/i.exec(options.colour || '');
    if (colour) {
      var bits = parseInt(colour[1], 16);
      var light = (bits >> 16) * 3 + (bits >> 8 & 255) * 6 + (bits & 255) > 1500; // then black words read better than white
      host.style.cssText = '--hipbot-colour:' + colour[0] + ';--hipbot-on-colour:' + (light ? '#000' : '#fff');
    }
    if (document.adoptedStyleSheets) {
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } else root.appendChild(make('link', { rel: 'stylesheet', href: base + 'launcher.css' }));
    root.appendChild(place);

    /** @param {boolean} now */
    function opening(now) {
      loading = now;
      text.textContent = now ? words.opening : options.label || words.open;
      alert.textContent = '';
    }

    function fail() {
      tries += 1;
      opening(false);
      alert.appendChild(make('div', { 'class': 'sorry' }, /** @type {any[]} */ ([words.failed]).concat(contacts(true))));
    }

    function open() {
      var again = tries ? '?again=' + tries : '';
      if (host.hipbot.open) return host.hipbot.open();
      if (loading) return;
      opening(true);
      var style = make('link', { rel: 'stylesheet', href: base + 'chat.css' + again });
      var main = document.createElement('script');
      main.type = 'module';
      main.onerror = style.onerror = fail;
      style.onload = function () {
        host.hipbot.styled = true;
        if (host.hipbot.ready) host.hipbot.ready();
      };
      try {
        main.src = trusted(base + 'chat.js' + again);
      } catch (refused) { // by a page whose trusted-types list leaves out "hipbot"
        return fail();
      }
      ['messages', 'strings', 'talk'].forEach(function (part) { // at once, not after chat.js has asked for them
        root.appendChild(make('link', { rel: 'modulepreload', href: base + part + '.js' }));
      });
      root.appendChild(style);
      root.appendChild(main);
    }

    host.hipbot = { root: root, place: place, button: button, facts: FACTS, base: base, lang: options.lang || '', opened: function () { opening(false); } };
    button.onclick = open;
    document.body.appendChild(host);
    if (wasOpen()) open();
  }

  if (document.body) start();
  else document.addEventListener('DOMContentLoaded', start);
})();
