// Every word of the widget, one table per language; called by all other modules. The launcher's few words are in hipbot.js.
// A clinic fact or a medical word has no place here: those come from the server.

export const EN = {
  lang: 'en',
  dir: 'ltr',
  assistant: 'Automatic assistant',
  conversation: 'Conversation',
  close: 'Close',
  options: 'Options',
  // before the first message
  hello: 'Hello. What would you like to know?',
  pick: 'Write it in your own words, or pick one of these:',
  free: 'Write it in your own words.',
  suggestions: 'What can I ask?',
  notice: 'This is an automatic assistant, not a doctor.',
  emergency: 'In an emergency, call your local emergency number.',
  // messages
  youSaid: 'You said:',
  assistantSaid: 'Assistant said:',
  replies: 'Suggested answers',
  step: 'Step {step} of {of}',
  sources: 'Where this comes from',
  // writing
  write: 'Write your question',
  send: 'Send',
  left: '{n} characters left',
  tooLong: '{n} characters too many',
  writing: 'The assistant is writing.',
  slow: 'This is taking longer than usual. Please wait a little.',
  // a person
  person: 'Talk to a person:',
  call: 'Call',
  email: 'E-mail',
  book: 'Book',
  // feedback
  helpful: 'Did this help?',
  yes: 'Yes',
  no: 'No',
  thanks: 'Thank you.',
  reason: 'What was missing? You need not say.',
  keepWords: 'The clinic may keep my question and this answer, to do better.',
  // options
  size: 'Text size',
  save: 'Save as text',
  print: 'Print',
  remove: 'Delete conversation',
  removeSure: 'Delete the whole conversation, here and at the clinic?',
  removeYes: 'Yes, delete',
  removeNo: 'Keep it',
  removed: 'The conversation is deleted.',
  removedHere: 'Deleted here. The clinic’s computer could not be reached; it still has a copy.',
  timedOut: 'The conversation was cleared here, after half an hour without a message.',
  renewed: 'Your last conversation had run out. This is a new one.',
  transcript: 'Conversation with the automatic assistant of {name}',
  you: 'You',
  // when something goes wrong
  retry: 'Try again',
  offline: 'There is no internet connection. Your message is kept here.',
  failed: 'Something went wrong. Your message is kept here.',
  empty: 'No answer came. Your message is kept here.',
  timeout: 'The answer did not come in time. Your message is kept here.',
  unanswered: 'Your last message has no answer yet.',
  wait: 'Please wait {n} seconds, then try again.',
  notRated: 'That could not be sent. Please try again.',
};

/** @type {Record<string, import('./types').Strings>} */
const TABLES = { en: EN };

/** The table for a language tag such as "en-NZ"; English where there is none. @param {string[]} tags */
export function stringsFor(...tags) {
  for (const tag of tags) {
    const table = TABLES[tag] || TABLES[(tag || '').slice(0, 2)];
    if (table) return table;
  }
  return EN;
}

