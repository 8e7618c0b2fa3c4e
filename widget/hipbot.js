// The launcher, in old JavaScript: a browser too old for the chat shows the phone number.
(function () {
  /** @type {import('./types').Facts | null} */
  var FACTS = /* clinic facts */ null;
  /** @type {Record<string, Record<string, string>>} */
  var WORDS = {
    en: { open: 'Ask a question', opening: 'Opening …', failed: 'The chat did not open. Press the button to try again.', call: 'Call' }
  };
  var STYLE = ':host{all:initial!important}' +
    '.place{font:max(1em,1rem)/1.4 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}' +
    '.corner{position:fixed;z-index:2147483000;bottom:1.2em;right:1.2em;max-width:80vw}' +
    '.left .corner{right:auto;left:1.2em}' +
    '.open .corner{display:none}' +
    '.launch{display:flex;align-items:center;gap:.6em;min-height:58px;margin-inline-start:auto;padding:.4em 1.4em .4em 1.1em;' +
    'border:2px solid transparent;border-radius:30px;box-shadow:0 6px 22px rgba(0,0,0,.3);' +
    'background:var(--hipbot-colour,#0d5c63);color:var(--hipbot-on-colour,#fff);font:inherit;font-weight:600;cursor:pointer}' +
    '.corner :focus{outline:3px solid #fff;box-shadow:0 0 0 7px #10243e}' +
    '.launch svg{width:1.5em;fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}' +
    '.sorry{max-width:20em;margin-bottom:1em;padding:1em;border:2px solid #8f1d1d;background:#fff;color:#1c2b2d}' +
    '.sorry a{display:block;line-height:44px;color:#0b4f7a}' +
    '@media print{.corner{display:none}}';

  var script = /** @type {HTMLScriptElement} */ (document.currentScript || document.querySelector('script[src*="/hipbot.js"]'));
  var base = script.src.replace(/[^/]*$/, '');
  var options = script.dataset || {};
  var words = WORDS[(options.lang || document.documentElement.lang).slice(0, 2)] || WORDS.en;
  var label = options.label || words.open;
  /** @type {any} */
  var policy;

  /** @type {(tag: string, attributes: Record<string, string>, children?: (Node | string)[], space?: string) => HTMLElement} */
  function make(tag, attributes, children, space) {
    var element = /** @type {HTMLElement} */ (space ? document.createElementNS(space, tag) : document.createElement(tag));
    for (var name in attributes) element.setAttribute(name, attributes[name]);
    (children || []).forEach(function (child) {
      element.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
    });
    return element;
  }

  function icon() {
    var space = 'http://www.w3.org/2000/svg';
    return make('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, [make('path', { d: 'M3 4h18v13H11l-6 4v-4H3zm5 5h8m-8 4h5' }, [], space)], space);
  }

  function contacts() {
    return FACTS ? [make('a', { href: FACTS.phone.href }, [words.call + ' ' + FACTS.phone.text]),
      make('a', { href: FACTS.emergency.href }, [FACTS.emergency.text])] : [];
  }

  /** @type {(url: string) => string} */
  function trusted(url) {
    var types = /** @type {any} */ (window).trustedTypes;
    policy = policy || types && types.createPolicy('hipbot', { createScriptURL: String });
    return policy ? policy.createScriptURL(url) : url;
  }

  function wasOpen() {
    try {
      var kept = JSON.parse(sessionStorage.getItem('hipbot') || '{}');
      return kept.open && Date.now() < kept.until;
    } catch (shut) {}
  }

  function start() {
    if (document.querySelector('hipbot-chat')) return;
    if (!window.fetch || !window.AbortController || !Element.prototype.attachShadow || !('noModule' in script)) {
      var instead = make('p', {}, contacts().slice(0, 1));
      instead.style.cssText = 'position:fixed;bottom:1em;right:1em;padding:1em;border:2px solid;background:#fff';
      document.body.appendChild(instead);
      return;
    }
    var host = /** @type {import('./types').Host} */ (make('hipbot-chat', {}));
    var root = host.attachShadow({ mode: 'open' });
    var text = make('span', {}, [label]);
    var button = make('button', { type: 'button', 'class': 'launch' }, [icon(), text]);
    var alert = make('div', { role: 'alert' });
    var place = make('div', { 'class': 'place ' + options.position, dir: 'auto' }, [make('div', { 'class': 'corner' }, [alert, button])]);
    var tries = 0, loading = false;
    var colour = /^#([0-9a-f]{6})$/i.exec(options.colour || '');
    if (colour) {
      var bits = parseInt(colour[1], 16);
      var light = (bits >> 16) * 3 + (bits >> 8 & 255) * 6 + (bits & 255) > 1300;
      host.style.cssText = '--hipbot-colour:' + colour[0] + ';--hipbot-on-colour:' + (light ? '#000' : '#fff');
    }
    if (document.adoptedStyleSheets) {
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } else root.appendChild(make('link', { rel: 'stylesheet', href: base + 'launcher.css' }));
    root.appendChild(place);

    /** @type {(now: boolean) => void} */
    function opening(now) {
      loading = now;
      text.textContent = now ? words.opening : label;
      alert.textContent = '';
    }

    function fail() {
      if (!loading) return;
      tries += 1;
      opening(false);
      alert.appendChild(make('div', { 'class': 'sorry' }, [make('span', {}, [words.failed])].concat(/** @type {any} */ (contacts()))));
    }

    button.onclick = function () {
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
      } catch (refused) {
        return fail();
      }
      ['messages', 'strings', 'talk'].forEach(function (part) {
        root.appendChild(make('link', { rel: 'modulepreload', href: base + part + '.js' }));
      });
      root.appendChild(style);
      root.appendChild(main);
    };

    host.hipbot = { root: root, place: place, button: button, facts: FACTS, base: base, lang: options.lang || '', opened: function () { opening(false); } };
    document.body.appendChild(host);
    if (wasOpen()) button.click();
  }

  if (document.body) start();
  else document.addEventListener('DOMContentLoaded', start);
})();
