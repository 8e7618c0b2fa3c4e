// Shapes that the widget's modules share, for `tsc --checkJs`. Never sent to a browser.
// What the server says is described in docs/decisions/0004-website-channel.md.

export interface Link { text: string; href: string }
export interface Facts {
  name: string;
  phone: Link | null;
  email: string | null;
  booking: string | null;
  emergency: { text: string; number: string; href: string } | null;
  notice: string | null;
}
export interface LauncherWords { open: string; opening: string; failed: string; call: string; dir: string }

/** What the launcher hands to chat.js, and what chat.js hands back. */
export interface Context {
  root: ShadowRoot;
  place: HTMLElement;
  button: HTMLElement;
  facts: Facts | null;
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

/** A request that did not work. */
export interface Failure {
  kind: 'offline' | 'timeout' | 'empty' | 'failed' | 'said';
  status?: number;
  /** the server's own words, for kind "said" */
  text?: string;
  links?: Link[];
  /** seconds */
  wait?: number;
  /** the server has ended this turn: the same key would bring the same failure */
  final?: boolean;
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
  at: number;
}
/** What a conversation tells its display. */
export interface View {
  add: (entry: Entry, first: boolean) => void;
  busy: (busy: boolean) => void;
  trouble: (failure: Failure) => void;
  renewed: () => void;
}
export interface Asked { token?: string; key?: string; body?: unknown; stop?: AbortSignal; line?: (text: string) => void }
export type Strings = typeof import('./strings.js').EN;
export type Child = Node | string | null | false | undefined;
