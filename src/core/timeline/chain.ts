// The hash chain of a stream: how events are linked, and how a break is found. Pure.
import type { Actor, StoredEvent } from '../events.ts';
import { canonicalJson, type Json, sha256 } from '../json.ts';
import { redactionTypes, type VouchedEvent } from '../redaction/vouched-event.ts';

/** An event before it has its place. */
export type Unlinked = {
  readonly type: string;
  readonly at: string;
  readonly actor: Actor;
  readonly cause: string;
  readonly data: { readonly [key: string]: unknown };
};

/** Where a stream ends: the number of its last event and that event's hash. */
export type Head = { readonly version: number; readonly hash: string };

/** What the first event of a stream is linked to; bound to the stream, so that no event can move to another one. */
export function genesis(streamId: string): string {
  return sha256(`firebreak/v1/${streamId}`);
}

/** The canonical JSON of everything in an event but its hash: what the hash is taken over. */
const canonicalEvent = ({ streamId, seq, type, at, actor, cause, data, prevHash }: Omit<StoredEvent, 'hash'>): string =>
  canonicalJson({ actor, at, cause, data, prevHash, seq, streamId, type });

/** SHA-256 of an event as it stands: its hash, unless it was edited or redacted. */
export const contentHash = (event: StoredEvent): string => sha256(canonicalEvent(event));

/** The texts of events that were linked here: made once for the hash and for the store. */
const linkedTexts = new WeakMap<StoredEvent, string>();

/** Gives events their place after the head of a stream (null: the stream begins). The hash is the SHA-256 of the canonical text. */
export function linkEvents(streamId: string, head: Head | null, events: readonly Unlinked[]): StoredEvent[] {
  let seq = head?.version ?? 0;
  let prevHash = head?.hash ?? genesis(streamId);
  return events.map(({ type, at, actor, cause, data }) => {
    seq += 1;
    const event = { streamId, seq, type, at, actor, cause, data: data as { [key: string]: Json }, prevHash };
    const text = canonicalEvent(event);
    prevHash = sha256(text);
    const linked = { hash: prevHash, ...event };
    linkedTexts.set(linked, text);
    return linked;
  });
}

/** The text whose SHA-256 an event's hash is, for storing it as it was hashed. */
export const eventText = (event: StoredEvent): string => linkedTexts.get(event) ?? canonicalEvent(event);

/** The first bad place of a stream. */
export type BadPlace = {
  readonly streamId: string;
  readonly seq: number;
  readonly type: string | null;
  readonly at: string | null;
  readonly problem: string;
};
/** `ok` with the head that the events lead to, or the first bad place. */
export type ChainCheck =
  | { readonly outcome: 'ok'; readonly head: Head }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/** Looks up what vouches for a redacted event. */
export type Vouch = (
  event: Pick<StoredEvent, 'streamId' | 'seq'>,
) => VouchedEvent | undefined | Promise<VouchedEvent | undefined>;

/** A place that is known from elsewhere to lie on the stream; `by` names who says so. */
export type Mark = Head & { readonly by: string };

/**
 * Walks a stream in order and reports the first event that was edited, is missing, is out of order or does not belong.
 * @param expected where the stream must end, if that is known from elsewhere: finds a cut-off tail
 * @param marks places the stream must go through: find a history that was rewritten together with its hashes
 * @param vouch what vouches for an event that does not match its hash; asked for such events only
 */
export async function verifyChain(
  streamId: string,
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  expected: Head | null,
  marks: readonly Mark[] = [],
  vouch: Vouch = () => undefined,
): Promise<ChainCheck> {
  let head: Head = { version: 0, hash: genesis(streamId) };
  const marked = groupByVersion(marks);
  for await (const part of inParts(events))
    for (const event of part) {
      const { seq, type, at } = event;
      const bad = (problem: string): ChainCheck => ({ outcome: 'bad', place: { streamId, seq, type, at, problem } });
      if (event.streamId !== streamId) return bad(`belongs to ${event.streamId}`);
      if (seq !== head.version + 1)
        return bad(seq > head.version ? `event ${head.version + 1} is missing before it` : 'stands out of order');
      if (event.prevHash !== head.hash) return bad('is not linked to the event before it');
      const content = contentHash(event);
      if (content !== event.hash) {
        const vouched = redactionTypes.has(type) ? undefined : await vouch(event);
        if (!vouched) return bad('was edited: its content does not match its hash');
        if (vouched.hash !== event.hash || vouched.now !== content)
          return bad('was edited: it was redacted, and its content is not what its redaction records');
      }
      head = { version: seq, hash: event.hash };
      const contradicted = marked.get(seq)?.find(({ hash }) => hash !== event.hash);
      if (contradicted)
        return bad(`is not the event that ${contradicted.by} records: history was rewritten here or before`);
    }
  const cut = (version: number, by: string): ChainCheck => {
    const problem = `the stream ends at ${head.version} but ${by} records ${version}: its tail was cut off`;
    return { outcome: 'bad', place: { streamId, seq: head.version + 1, type: null, at: null, problem } };
  };
  const beyond = marks.find(({ version }) => version > head.version);
  if (beyond) return cut(beyond.version, beyond.by);
  if (!expected || (expected.version === head.version && expected.hash === head.hash)) return { outcome: 'ok', head };
  if (head.version < expected.version) return cut(expected.version, 'its head');
  const problem = 'the stream does not end where it was recorded to end';
  return { outcome: 'bad', place: { streamId, seq: expected.version + 1, type: null, at: null, problem } };
}

/** Events that are there already as one part: to wait for each of them takes longer than to look at it. */
async function* inParts(events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>) {
  if (Symbol.iterator in events) yield events;
  else for await (const event of events) yield [event];
}

/** A long stream has many marks; each event looks at its own only. */
function groupByVersion(marks: readonly Mark[]): ReadonlyMap<number, readonly Mark[]> {
  const groups = new Map<number, Mark[]>();
  for (const mark of marks) groups.set(mark.version, [...(groups.get(mark.version) ?? []), mark]);
  return groups;
}
