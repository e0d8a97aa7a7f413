// What was taken out of a record, as the page says it: how many entries, and of each by whom, when and why. Pure.
import type { ApiTimelineEvent } from '../../contract/timeline.ts';

/** Who took something out of an entry, when and why. */
export type RedactedEntry = { readonly by: string; readonly at: string; readonly reason: string };

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Redactions by the place of their entry, the last of each. */
export const redactedBySeq = (events: readonly ApiTimelineEvent[]): ReadonlyMap<number, RedactedEntry> =>
  new Map(
    events.flatMap(({ type, at, actor, data }) =>
      type === 'record.redacted' && typeof data['seq'] === 'number'
        ? [[data['seq'], { by: actor.name ?? actor.id, at, reason: textOf(data['reason']) }] as const]
        : [],
    ),
  );

type Told = { readonly seq: number | null };

/** How many entries were redacted; one that was twice counts once. */
export const redactedEntries = (told: readonly Told[]): number => new Set(told.flatMap(({ seq }) => seq ?? [])).size;

/** `139 events verified, 1 redacted`. */
export function sealText(events: number, told: readonly Told[]): string {
  const redacted = redactedEntries(told);
  const verified = `${events.toLocaleString('en')} ${events === 1 ? 'event' : 'events'} verified`;
  return redacted === 0 ? verified : `${verified}, ${redacted.toLocaleString('en')} redacted`;
}
