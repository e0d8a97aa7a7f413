// Who and what is meant by the ids of a stream, in words: people by their names, runs by their playbook, alerts by their titles. Pure.

import type { Actor, StoredEvent } from '../events.ts';
import { tombstone } from '../redaction/redact-data.ts';
import { type Description, describe } from '../timeline/describe.ts';
import { readEvent } from '../timeline/read-event.ts';
import { type DocumentTime, withDocumentTimes } from './document-time.ts';
import type { Facts } from './facts.ts';

/** What a stream's ids are called. */
export type Names = {
  /** Who did something. */
  readonly actor: (actor: Actor) => string;
  /** Whoever has this id, or this name. */
  readonly person: (id: string) => string;
  readonly run: (runId: string) => string;
  /** The title of an alert, by its fingerprint. */
  readonly alert: (fingerprint: string) => string;
  /** A text with short digests, and with names in the place of mentions. */
  readonly text: (text: string) => string;
  /** An event in a sentence, with names and times as documents show them. */
  readonly sentence: (stored: StoredEvent) => Description;
  /** Names of the people who appear in it. */
  readonly people: readonly string[];
};

/** Nobody's name is known. */
const unnamed = 'somebody';
const isSlackId = (text: string) => /^[UW](?=[A-Z]*\d)[A-Z0-9]{5,}$/.test(text);
const isPersonId = (text: string) => isSlackId(text) || /^(?:oidc|local|token):/.test(text);

/** `sha256:` and twelve digits: enough to tell one from another. */
export const shortDigest = (digest: string): string => digest.replace(/\b(sha256:[0-9a-f]{12})[0-9a-f]{20,}/g, '$1');

/** The text of whatever stands in the place of content that was taken out of the record. */
const redactedWords = 'redacted: what stood here was taken out of the record, which still verifies';

/** Fields that hold ids; what stands elsewhere is said by machines or people, and stays. */
const alertKeys: ReadonlySet<string> = new Set(['fingerprint', 'fingerprints']);
const runKeys: ReadonlySet<string> = new Set(['childRunId', 'runId']);
const personKeys: ReadonlySet<string> = new Set([
  'user',
  'users',
  'from',
  'to',
  'approvers',
  'owner',
  'reviewers',
  'as',
]);

/**
 * Learns the names of a stream.
 * @param known names by id, as the configuration and the directory have them
 */
export function namesOf(facts: Facts, known: ReadonlyMap<string, string>, time: DocumentTime): Names {
  const people = new Map<string, string>();
  const learn = (id: string, name: string | null | undefined) => {
    if (name && name !== id && !people.has(id)) people.set(id, name);
  };
  for (const { stored } of facts.every)
    if (stored.actor.kind === 'user' || stored.actor.kind === 'api') learn(stored.actor.id, stored.actor.name);
  for (const { event } of facts.of('chat.kept')) learn(event.data.author.id, event.data.author.name);
  // What people are called in the incident itself counts for more than how the configuration calls them.
  for (const [id, name] of known) learn(id, name);
  const runs = runNames(facts);
  const alerts = new Map(
    facts.of('alert.received').map(({ event }) => [event.data.alert.fingerprint, event.data.alert.title]),
  );

  const person = (id: string): string => {
    const found = people.get(id);
    if (found !== undefined) return found;
    const own = /^(?:local|token):(.+)$/.exec(id)?.[1];
    return own ?? (isPersonId(id) ? unnamed : id);
  };
  const text = (said: string): string =>
    withDocumentTimes(shortDigest(said), time)
      .replace(
        /<@([UW][A-Z0-9]+)(?:\|([^>]*))?>/g,
        (_, id: string, name?: string) => `@${people.get(id) ?? (name || unnamed)}`,
      )
      .replace(/\brun_[0-9a-z]{26}\b/g, (id) => runs.get(id) ?? id);
  const word = (key: string, value: string): string => {
    if (alertKeys.has(key)) return alerts.get(value) || value;
    if (runKeys.has(key)) return runs.get(value) ?? value;
    return personKeys.has(key) ? person(value) : value;
  };
  const worded = (key: string, value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return word(key, value);
    if (depth === 0 || typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((member) => worded(key, member, depth - 1));
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, worded(name, member, depth - 1)]));
  };
  const actor = (who: Actor): string => (who.kind === 'system' ? 'Firebreak' : (who.name ?? person(who.id)));
  return {
    actor,
    person,
    run: (runId) => runs.get(runId) ?? runId,
    alert: (fingerprint) => alerts.get(fingerprint) ?? fingerprint,
    text,
    sentence(stored) {
      if (readEvent(stored).outcome === 'unreadable' && isRedacted(stored))
        return { text: redactedWords, tone: 'neutral' };
      const data = worded('', stored.data, 4) as StoredEvent['data'];
      const described = describe({ type: stored.type, data, actor: { ...stored.actor, name: actor(stored.actor) } });
      return { text: text(described.text), tone: described.tone };
    },
    people: [...new Set(people.values())],
  };
}

/** True for an entry whose content was taken out of the record. */
export const isRedacted = ({ data }: Pick<StoredEvent, 'data'>): boolean => JSON.stringify(data).includes(tombstone);

/** Runs by their playbook; a second one of the same playbook is `#2`. */
function runNames(facts: Facts): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    facts.of('run.started').map(({ event: { data } }) => {
      const count = (counts.get(data.playbook.name) ?? 0) + 1;
      counts.set(data.playbook.name, count);
      return [data.runId, count === 1 ? data.playbook.name : `${data.playbook.name} #${count}`] as const;
    }),
  );
}
