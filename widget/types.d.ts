// What the widget's modules share, for `tsc --checkJs`, so that the modules themselves stay small. Never sent to a browser.
// What the server says is described in docs/decisions/0004-website-channel.md.

export interface Link { text: string; href: string }
export interface Facts {
  name: string;
  phone: Link;
  email: string;
  booking: string;
  emergency: { text: string; number: string; href: string };
  notice: string;
}

/** What the launcher hands to chat.js, and what chat.js hands back. */
export interface Context {
  root: ShadowRoot;
  place: HTMLElement;
  button: HTMLElement;
  facts: Facts | null;
  /** address of the folder that the widget was loaded from */
  base: string;
  lang: string;
  /** the launcher's own: the chat is there */
  opened: () => void;
  /** has chat.css arrived? */
  styled?: boolean;
  /** the first time: shows the chat once module and style are both there */
  ready?: () => void;
  /** every later time */
  open?: () => void;
}
export interface Host extends HTMLElement { hipbot: Context }

export interface Button { title: string; reply: string }
export interface Picture { src: string; alt: string }
export interface Message {
  type: 'message';
  id: string;
  text: string;
  lang?: string;
  buttons?: Button[];
  links?: Link[];
  image?: Picture | null;
  attachment?: { href: string; title: string } | null;
  card?: any;
  sources?: { id: string; title: string }[];
  answer?: { id: string; topic: string } | null;
}
export interface Settings {
  suggestions?: string[];
  reasons?: { id: string; title: string }[];
  privacy?: string;
  limits?: { characters?: number };
}

/** A request that did not work. */
export interface Failure {
  /** "empty": ended without a message; the same key would bring the same. "said": the server has words for it */
  kind: 'offline' | 'timeout' | 'empty' | 'failed' | 'said';
  status?: number;
  /** the server's own words, for kind "said" */
  text?: string;
  links?: Link[];
  /** seconds until trying again makes sense */
  wait?: number;
}

/** One line of the conversation as it is kept in the tab. */
export interface Entry { user?: string; message?: Message; rated?: boolean }
export type Body = { text: string } | { reply: string };
/** A turn that has not been answered yet. */
export interface Pending { key: string; body: Body; shown: string }
export interface State {
  token: string;
  entries: Entry[];
  pending: Pending | null;
  draft: string;
  open: boolean;
  size: number;
  /** when the half hour is over, in milliseconds */
  until: number;
}

export type Strings = typeof import('./strings.js').EN;
export type Child = Node | string | null | false | undefined;
type Said = Record<string, unknown>;

/** messages.js: elements from data, never from HTML. */
export interface Elements {
  /** An element: functions become listeners, the rest attributes; text stays text. */
  h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes?: Record<string, any>, ...children: Child[]): HTMLElementTagNameMap[K];
  /** A drawing beside words. */
  icon(name: string): Element;
  /** Fills "{n}". */
  fill(text: string, values: Record<string, any>): string;
  address(href: unknown, base: string): URL | undefined;
  /** A link, or its bare text where the address may not be one. */
  link(text: Child, href: unknown, base: string, more?: Record<string, any>): HTMLElement;
  /** A picture, if it lies on the chat's own server. */
  picture(image: Picture | null | undefined, base: string): Child;
  /** Paragraphs and "- " lists of a text, with the named pieces as links. */
  paragraphs(text: string, links: Link[] | undefined, base: string): HTMLElement[];
  /** The named pieces as links, where they stand alone: "111" is not in "0111". */
  linked(text: string, links: Link[], base: string): Child[];
  /** A group of quick replies. */
  replies<B extends { title: string }>(label: string, buttons: B[], press: (button: B) => void): HTMLElement;
  /** A line of the conversation. */
  draw(entry: Entry, usable: boolean, asked: Drawing): HTMLElement;
  /** In its card, if it has one; where the text begins with "Step 1 of 4", for channels without cards, that is left out. */
  framed(message: Message, asked: Drawing): HTMLElement;
  /** Sources and thumbs, under an answer's last bubble. */
  about(entry: Entry, asked: Drawing): HTMLElement;
  /** Thumbs, then a reason for whoever wants to give one. */
  feedback(entry: Entry, asked: Drawing): HTMLElement;
}
export interface Drawing {
  words: Strings;
  base: string;
  reasons: { id: string; title: string }[];
  reply: (button: Button) => void;
  rate: (entry: Entry, said: Said) => Promise<void>;
}

/** What a conversation tells its display. */
export interface View {
  /** `first`: of an answer's bubbles */
  add: (entry: Entry, first: boolean) => void;
  /** Sources and thumbs of the whole answer have been given to its last bubble. */
  about: (entry: Entry) => void;
  busy: (busy: boolean) => void;
  trouble: (failure: Failure) => void;
}
/** talk.js, towards the server. */
export interface Requests {
  /** Never a cookie, never a referrer; `line` hears each line as it comes. Throws a Failure. */
  request(method: string, path: string, asked?: { token?: string; key?: string; body?: unknown; stop?: AbortSignal; line?: (text: string) => void }): Promise<Response>;
  refusal(answer: Response): Promise<Failure>;
  /**
   * Asks for one turn; `heard` may hear a message again that came before a line broke. Where the server has let the
   * conversation go (401, 410), it has not read the turn, and it is asked in a new one: in words, for tokens are of the old.
   */
  turn(pending: Pending, heard: (message: Message) => void, stop: AbortSignal): Promise<void>;
  token(stop: AbortSignal): Promise<string>;
}
/** talk.js, towards chat.js. */
export interface Conversation {
  readonly state: State;
  save(): void;
  /** Empties the tab; the next message begins a conversation with an id of its own. */
  forget(): void;
  settings(): Promise<Settings>;
  /** False while an answer is on its way. */
  send(body: Body, shown: string): boolean;
  retry(): void;
  /** Here at once, then at the server; rejects where that cannot be reached. */
  remove(token: string): Promise<unknown>;
  rate(entry: Entry, said: Said): Promise<void>;
}

/** chat.js: the window. */
export interface Ui {
  control(content: Child, press: () => void, more?: Record<string, any>): HTMLButtonElement;
  /** `byHand`: else a page loads on which the chat was open before, and the focus stays where it is. */
  open(byHand: boolean): void;
  /** `byBack`: by the browser's Back, which opening on a phone made a place for. */
  close(byBack?: boolean): void;
  unfold(shown: boolean): void;
  submit(event: Event): void;
  ask(body: Body, shown: string): boolean;
  draft(text: string): void;
  /** Dots at once, words late, so that a quick answer is not talked over. */
  wait(busy: boolean): void;
  /** An error, and the way on. */
  trouble(text: Child[], seconds?: number, again?: () => void): void;
  resize(size: number): void;
  remove(token?: string): void;
  /** The clinic's phone as a link. */
  call(): Child;
  /** What must be read before any message, and stand even while the server is down. */
  notice(): HTMLElement;
  show(): void;
  hide(): void;
  escape(): void;
  /** To the writing line; on a touch screen, where its keys would cover half the chat, to the heading. */
  focus(): void;
  /** Into what an on-screen keyboard leaves of the screen. */
  fit(): void;
  left(): number;
  /** The field as high as its text; characters counted down. */
  measure(): void;
  /** Chips on an empty conversation. */
  greet(): void;
  /** No more error; whoever stood on its button goes on. */
  calm(): void;
  clean(): void;
  /** Saves, and starts the half hour anew. */
  keep(): void;
  /** The conversation as plain text. */
  record(): string;
  saveText(): void;
  /** From a window of its own, so that the clinic's page stays as it is. */
  printText(): void;
  /** The first time: module and style are both there. */
  ready(): void;
}
