// What an entry of the ledger is about, by its type alone: what people filter a ledger by. Pure.

/** The kinds. `other`: what this version does not know. */
export const entryKinds = [
  'alert',
  'decision',
  'attempt',
  'approval',
  'message',
  'order',
  'run',
  'evidence',
  'other',
] as const;
/** What an entry is about. */
export type EntryKind = (typeof entryKinds)[number];

/** Types whose kind is not that of their family. */
const single: { readonly [type: string]: EntryKind } = {
  'note.added': 'message',
  'message.posted': 'message',
  'responders.invited': 'message',
  'channel.linked': 'message',
  'channel.retired': 'message',
  'timeline.exported': 'evidence',
  'run.excepted': 'order',
  'run.paused': 'order',
  'run.resumed': 'order',
  'run.cancel_requested': 'order',
  'run.retried': 'order',
  'run.compensation_started': 'order',
  'run.signalled': 'order',
};

const families: { readonly [family: string]: EntryKind } = {
  alert: 'alert',
  group: 'alert',
  incident: 'decision',
  severity: 'decision',
  role: 'decision',
  members: 'decision',
  postmortem: 'decision',
  shadow: 'decision',
  action_item: 'decision',
  chat: 'message',
  update: 'message',
  approval: 'approval',
  step: 'attempt',
  run: 'run',
  drill: 'run',
  policy: 'decision',
  rulebook: 'decision',
  evidence: 'evidence',
  artifact: 'evidence',
};

const own = <T>(of: { readonly [name: string]: T }, name: string): T | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

/** The kind of an entry of such a type. Total. */
export const entryKindOf = (type: string): EntryKind =>
  own(single, type) ?? own(families, type.slice(0, Math.max(0, type.indexOf('.')))) ?? 'other';
