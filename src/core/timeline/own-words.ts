// What an entry of the ledger says in somebody's own words: a note, a message that was kept from Slack, what became of it there. Pure; it
// never throws, whatever stands in an event of another version.
import type { StoredEvent } from '../events.ts';
import { visibleText } from '../visible-text.ts';
import { shownActor } from './shown-actor.ts';

/** Words of a person. `message`: the message in Slack that it is about, the same for its edits; null: it was written elsewhere. */
export type OwnWords = {
  readonly type: 'note' | 'update' | 'kept' | 'edited' | 'deleted';
  readonly by: { readonly id: string; readonly name: string | null } | null;
  /** When it was said, which may be long before it was kept. */
  readonly at: string;
  readonly text: string;
  /** The text is not whole; the entry itself has all of it. */
  readonly cut: boolean;
  readonly message: string | null;
  /** Its place in Slack; null: none that may be followed is known. */
  readonly link: string | null;
  readonly files: readonly string[];
};

const types: { readonly [type: string]: OwnWords['type'] } = {
  'note.added': 'note',
  'update.given': 'update',
  'chat.kept': 'kept',
  'chat.edited': 'edited',
  'chat.deleted': 'deleted',
};

/** Characters of a text in a list. */
const maxText = 1000;
const maxFiles = 20;
const maxWords = 200;

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const short = (value: unknown): string => visibleText(textOf(value).slice(0, maxWords).toWellFormed());

/** What it says; null: it is no such entry. */
export function ownWordsIn({
  type,
  at,
  actor,
  data,
}: Pick<StoredEvent, 'type' | 'at' | 'actor' | 'data'>): OwnWords | null {
  const kind = Object.hasOwn(types, type) ? types[type] : undefined;
  if (kind === undefined) return null;
  const isOfSlack = kind === 'kept' || kind === 'edited' || kind === 'deleted';
  const text = textOf(data['text']);
  return {
    type: kind,
    by: isOfSlack ? authorOf(data[kind === 'kept' ? 'author' : 'by']) : actorOf(actor),
    at: kind === 'kept' && !Number.isNaN(Date.parse(textOf(data['saidAt']))) ? textOf(data['saidAt']) : at,
    text: visibleText(text.slice(0, maxText).toWellFormed()),
    cut: text.length > maxText,
    message: isOfSlack ? `${short(data['channelId'])}/${short(data['ts'])}` : null,
    link: linkOf(data['permalink']),
    files: filesOf(data['files']),
  };
}

function actorOf(actor: StoredEvent['actor']): OwnWords['by'] {
  const { id, name } = shownActor(actor);
  return { id, name: name ?? null };
}

const authorOf = (author: unknown): OwnWords['by'] =>
  isObject(author) ? { id: short(author['id']), name: short(author['name']) || null } : null;

/** Only what a browser opens as a page: any other address would do something. */
const linkOf = (link: unknown): string | null =>
  /^https:\/\/[^\s]{1,2000}$/.test(textOf(link)) && visibleText(textOf(link)) === link ? link : null;

const filesOf = (files: unknown): readonly string[] =>
  (Array.isArray(files) ? files : [])
    .slice(0, maxFiles)
    .flatMap((file: unknown) => (isObject(file) ? [short(file['name'])] : []));
