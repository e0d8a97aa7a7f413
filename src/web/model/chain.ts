// The hash chain of a timeline, checked where it is read: the same text and the same link as the server's, whose rules are RFC 8785 and
// SHA-256. The digest comes from outside. Pure.
import type { ApiTimelineEvent } from '../../contract/timeline.ts';

/** SHA-256 of a text as UTF-8, in lower-case hex. */
export type Sha256 = (text: string) => Promise<string>;

/** Canonical text of JSON: names in the order of their UTF-16 code units, no white space. */
export function canonicalText(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join(',')}}`;
}

/** What checking came to; `bad`: the first place where the chain is broken. */
export type ChainVerdict =
  | { readonly outcome: 'sound'; readonly events: number; readonly head: string }
  | { readonly outcome: 'bad'; readonly seq: number; readonly why: string };

/** Checks events in their order, from the first one on. */
export async function checkChain(
  streamId: string,
  events: readonly ApiTimelineEvent[],
  sha256: Sha256,
): Promise<ChainVerdict> {
  let head = await sha256(`firebreak/v1/${streamId}`);
  for (const [index, event] of events.entries()) {
    const { hash, ...rest } = event;
    const { seq } = event;
    if (seq !== index + 1) return { outcome: 'bad', seq, why: `entry ${index + 1} is missing` };
    if (event.streamId !== streamId) return { outcome: 'bad', seq, why: 'it belongs to another stream' };
    if (event.prevHash !== head) return { outcome: 'bad', seq, why: 'it is not linked to the entry before it' };
    head = await sha256(canonicalText(rest));
    if (head !== hash) return { outcome: 'bad', seq, why: 'it is not what was recorded' };
  }
  return { outcome: 'sound', events: events.length, head };
}
