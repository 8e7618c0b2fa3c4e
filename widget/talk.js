// The conversation without its display: requests, turns, what the tab remembers. Called by chat.js; see types.d.ts.

const PATIENCE = 30e3; // milliseconds without a sign of life
export const KEEP = 18e5; // half an hour

/** @type {() => import('./types').State} */
const fresh = () => ({ token: '', entries: [], pending: null, draft: '', open: false, size: 100, until: 0 });

/** @type {(use: (storage: Storage) => any) => any} */
const storage = (use) => {
  try {
    return use(sessionStorage);
  } catch {} // shut: the conversation then lives as long as the page
};

const randomKey = () => crypto.getRandomValues(new Uint32Array(4)).join('-');

/** @type {(base: string, view: import('./types').View) => import('./types').Conversation} */
export function conversation(base, view) {
  const kept = storage((tab) => JSON.parse(tab.hipbot)) || {};
  let state = Date.now() < kept.until ? { ...fresh(), ...kept } : fresh();
  let busy = false;
  let stop = new AbortController();

  /** @type {import('./types').Requests} */
  const { request, refusal, turn, token } = {
    async request(method, path, { token, key, body, stop, line } = {}) {
      const watch = new AbortController();
      let late = false, timer = 0;
      const alive = () => {
        clearTimeout(timer);
        timer = window.setTimeout(() => watch.abort(late = true), PATIENCE);
      };
      const headers = new Headers();
      if (token) headers.set('Authorization', 'Bearer ' + token);
      if (key) headers.set('Idempotency-Key', key);
      if (body) headers.set('Content-Type', 'application/json');
      stop?.addEventListener('abort', () => watch.abort());
      alive();
      try {
        const answer = await fetch(base + '../webhooks/website/' + path, {
          method, headers, body: body ? JSON.stringify(body) : null, signal: watch.signal,
          credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store',
        });
        if (!answer.ok) throw await refusal(answer);
        const reader = line && answer.body?.getReader(), decoder = new TextDecoder();
        for (let text = '', done = false; line && reader && !done;) {
          const read = await reader.read();
          alive();
          done = read.done;
          const lines = (text + decoder.decode(read.value, { stream: !done })).split('\n');
          text = done ? '' : lines.pop() || '';
          lines.filter(Boolean).forEach(line);
        }
        return answer;
      } catch (error) {
        throw /** @type {any} */ (error).kind ? error : { kind: late ? 'timeout' : navigator.onLine ? 'failed' : 'offline' };
      } finally {
        clearTimeout(timer);
      }
    },

    async refusal(answer) {
      const said = await answer.json().catch(() => ({}));
      return {
        kind: said.error ? 'said' : 'failed', status: answer.status, links: said.links, wait: said.retry_after,
        text: [said.error, said.emergency?.text].filter(Boolean).join('\n'),
      };
    },

    async turn({ key, body }, heard, stop) {
      let ended = false, any = false;
      await request('POST', 'messages', { token: await token(stop), key, body, stop, line(text) {
        const said = JSON.parse(text);
        if (said.type === 'error') throw { ...said, kind: 'said' };
        ended = ended || said.type === 'end';
        if (said.type !== 'message') return;
        any = true;
        heard(said);
      } });
      if (!any || !ended) throw { kind: ended ? 'empty' : 'failed' };
    },

    async token(stop) {
      if (state.token) return state.token;
      const { token } = await (await request('POST', 'conversations', { body: {}, stop })).json();
      if (!stop.aborted) state.token = token;
      return token;
    },
  };

  const run = async () => {
    const { signal } = stop, { pending, entries } = state;
    let first = true, failure;
    /** @type {any} */
    let about = {};
    const heard = (/** @type {import('./types').Message} */ { sources, answer, ...message }) => {
      about = { sources: about.sources || sources, answer: about.answer || answer };
      if (entries.some((/** @type {any} */ one) => one.message?.id === message.id)) return;
      const entry = { message };
      entries.push(entry);
      save();
      view.add(entry, first);
      first = false;
    };
    busy = true;
    view.busy(true);
    try {
      await turn(pending, heard, signal).catch((error) => {
        if (error.status !== 401 && error.status !== 410) throw error;
        state.token = '';
        pending.body = { text: pending.shown };
        return turn(pending, heard, signal);
      });
      const last = entries[entries.length - 1];
      Object.assign(last.message, about);
      if (about.sources || about.answer) view.about(last);
      state.pending = null;
    } catch (error) {
      failure = /** @type {any} */ (error);
      if (failure.kind === 'empty') pending.key = randomKey();
    }
    if (signal.aborted) return;
    busy = false;
    save();
    view.busy(false);
    if (failure) view.trouble(failure);
  };

  const save = () => {
    state.until = Date.now() + KEEP;
    storage((tab) => tab.hipbot = JSON.stringify(state));
  };

  return {
    get state() {
      return state;
    },
    save,
    forget() {
      stop.abort();
      stop = new AbortController();
      busy = false;
      state = { ...fresh(), open: state.open, size: state.size };
      storage((tab) => tab.removeItem('hipbot'));
    },
    settings: async () => (await request('GET', 'settings')).json(),
    send(body, shown) {
      if (busy) return false;
      const entry = { user: shown };
      state.pending = { key: randomKey(), body, shown };
      state.entries.push(entry);
      save();
      view.add(entry, true);
      run();
      return true;
    },
    retry() {
      if (!busy && state.pending) run();
    },
    async remove(token) {
      this.forget();
      if (token) await request('DELETE', 'conversation', { token });
    },
    async rate(entry, said) {
      await request('POST', 'feedback', { token: state.token, body: { answer: entry.message?.answer?.id, ...said } });
      entry.rated = true;
      save();
    },
  };
}
