// The conversation without its display: requests to the website channel (docs/decisions/0004-website-channel.md),
// one turn at a time, and what the tab remembers. Called by chat.js.
/** @import {Asked, Body, Entry, Failure, Message, Pending, State, View} from './types' */

const NAME = 'hipbot';
const PATIENCE = 30e3; // milliseconds without a sign of life
export const KEEP = 18e5; // half an hour; hipbot.js knows it too

/** @returns {State} */
const fresh = () => ({ token: '', entries: [], pending: null, draft: '', open: false, size: 100, at: 0 });

/** @returns {State} */
function load() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(NAME) || '{}');
    if (Date.now() - kept.at < KEEP) return { ...fresh(), ...kept };
    sessionStorage.removeItem(NAME);
  } catch (shut) {} // then the conversation lives as long as the page
  return fresh();
}

/** 128 random bits. */
const randomKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte + 256).toString(16).slice(1)).join('');

/** @param {string} base @param {View} view */
export function conversation(base, view) {
  let state = load();
  let busy = false;
  let stop = new AbortController();

  function save() {
    state.at = Date.now();
    try {
      sessionStorage.setItem(NAME, JSON.stringify(state));
    } catch (shut) {}
  }

  /** Never a cookie, never a referrer. Throws a Failure. @param {string} method @param {string} path @param {Asked} [asked] */
  async function request(method, path, { token, key, body, stop, line } = {}) {
    const watch = new AbortController();
    let late = false, timer = 0;
    const alive = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => { late = true; watch.abort(); }, PATIENCE);
    };
    stop?.addEventListener('abort', () => watch.abort());
    /** @type {Record<string, string>} */
    const headers = {};
    if (token) headers.Authorization = 'Bearer ' + token;
    if (key) headers['Idempotency-Key'] = key;
    if (body) headers['Content-Type'] = 'application/json';
    alive();
    try {
      const answer = await fetch(new URL('../webhooks/website/' + path, base).href, {
        method, headers, body: body ? JSON.stringify(body) : null, signal: watch.signal,
        credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store',
      });
      if (!answer.ok) throw await refusal(answer);
      if (line) await lines(answer, line, alive);
      return answer;
    } catch (error) {
      throw /** @type {any} */ (error).kind ? error : { kind: late ? 'timeout' : navigator.onLine ? 'failed' : 'offline' };
    } finally {
      clearTimeout(timer);
    }
  }

  /** One turn, each line heard as it comes. @param {Pending} pending @param {(message: Message) => void} heard @param {AbortSignal} stop */
  async function turn(pending, heard, stop) {
    let ended = false, messages = 0;
    await request('POST', 'messages', { token: await token(stop), key: pending.key, body: pending.body, stop, line: (text) => {
      const said = JSON.parse(text);
      if (said.type === 'error') throw { ...said, kind: 'said', final: true };
      ended = ended || said.type === 'end';
      if (said.type !== 'message' || typeof said.text !== 'string') return;
      messages += 1;
      heard(said);
    } });
    if (!messages || !ended) throw { kind: messages ? 'failed' : 'empty', final: ended };
  }

  /** @param {AbortSignal} stop */
  async function token(stop) {
    if (state.token) return state.token;
    const { token } = await (await request('POST', 'conversations', { body: {}, stop })).json();
    if (!stop.aborted) state.token = token;
    return token;
  }

  async function run() {
    const signal = stop.signal, pending = /** @type {Pending} */ (state.pending);
    const known = state.entries.map((entry) => entry.message?.id);
    /** @type {Failure | undefined} */
    let failure;
    let first = true;
    const heard = (/** @type {Message} */ message) => {
      if (signal.aborted || known.includes(message.id)) return; // a retry repeats what came before the line broke
      const entry = { message };
      known.push(message.id);
      state.entries.push(entry);
      save();
      view.add(entry, first);
      first = false;
    };
    busy = true;
    view.busy(true);
    try {
      await turn(pending, heard, signal).catch((error) => {
        if (error.status !== 401 && error.status !== 410) throw error;
        // The server has let the conversation go and has not read this turn: ask in a new one, in words.
        state.token = '';
        pending.body = { text: pending.shown };
        view.renewed();
        return turn(pending, heard, signal);
      });
    } catch (error) {
      failure = /** @type {Failure} */ (error);
    }
    if (signal.aborted) return; // deleted meanwhile: nothing of it may come back
    if (!failure) state.pending = null;
    else if (failure.final) pending.key = randomKey();
    busy = false;
    save();
    view.busy(false);
    if (failure) view.trouble(failure);
  }

  /** Empties the tab; the next message begins a conversation with an id of its own. */
  function forget() {
    stop.abort();
    stop = new AbortController();
    busy = false;
    state = { ...fresh(), open: state.open, size: state.size };
    try {
      sessionStorage.removeItem(NAME);
    } catch (shut) {}
  }

  return {
    get state() { return state; },
    save,
    forget,
    settings: async () => (await request('GET', 'settings')).json(),
    /** False while an answer is on its way. @param {Body} body @param {string} shown */
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
    /** Here at once, then at the server; rejects where that cannot be reached. @param {string} [token] */
    remove(token = state.token) {
      forget();
      return token ? request('DELETE', 'conversation', { token }) : Promise.resolve();
    },
    /** @param {Entry} entry @param {Record<string, unknown>} said */
    async rate(entry, said) {
      await request('POST', 'feedback', { token: state.token, body: { answer: entry.message?.answer?.id, ...said } });
      entry.rated = true;
      save();
    },
  };
}

/** @param {Response} answer @returns {Promise<Failure>} */
async function refusal(answer) {
  const said = await answer.json().catch(() => ({})); // a proxy's page: the status must do
  const emergency = said.emergency?.text || said.emergency;
  return {
    kind: said.error ? 'said' : 'failed', status: answer.status, links: said.links,
    text: [said.error, emergency].filter(Boolean).join('\n\n'), wait: +(said.retry_after || answer.headers.get('Retry-After')),
  };
}

/** @param {Response} answer @param {(text: string) => void} line @param {() => void} alive */
async function lines(answer, line, alive) {
  const reader = answer.body?.getReader(), decoder = new TextDecoder();
  let text = reader ? '' : await answer.text(), done = !reader;
  do {
    if (reader) {
      const read = await reader.read();
      done = read.done;
      text += decoder.decode(read.value, { stream: !done });
      alive();
    }
    const whole = text.split('\n');
    text = done ? '' : whole.pop() || '';
    whole.filter((one) => one.trim()).forEach(line);
  } while (!done);
}
