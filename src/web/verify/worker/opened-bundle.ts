// A bundle that was verified, read as an incident: entries, frames, evidence. From the file alone; knows no server.
import type { ApiFrame } from '../../../contract/frame.ts';
import type { ApiEntryKind, ApiLedgerEntry } from '../../../contract/ledger.ts';
import type { ApiTimelineEvent } from '../../../contract/timeline.ts';
import { base64 } from '../../../core/primitives.ts';
import { type Bundle, evidenceOf } from '../../../core/timeline/bundle.ts';
import { entryKindOf, entryKinds } from '../../../core/timeline/entry-kind.ts';
import { type Frame, frameOf } from '../../../core/timeline/frame.ts';
import { ledgerEntry } from '../../../core/timeline/ledger-entry.ts';
import { toldRedactions } from '../../../core/timeline/vouched-chain.ts';
import type { Questions, VerifiedBundle } from '../messages.ts';
import { shownEvidence } from './shown-evidence.ts';

/** What can be asked of it. */
export type OpenedBundle = {
  readonly about: VerifiedBundle;
  readonly entries: (slice: Questions['entries']['asked']) => readonly ApiLedgerEntry[];
  readonly total: (asked: Questions['total']['asked']) => number;
  readonly recorded: (seq: number) => ApiTimelineEvent | null;
  readonly frame: (at: string | null) => ApiFrame | null;
  readonly evidence: (digest: string) => Questions['evidence']['answer'];
};

/** Playbooks are not in a bundle: runs are drawn without their graph. */
const noPlaybooks = { playbooks: new Map() };

/** Opens a bundle that was verified: nothing in it is checked here. */
export function openBundle(bundle: Bundle): OpenedBundle {
  const { streamId, head, checkpoint, events, artifacts, signature, redactions = [] } = bundle;
  const placesOf = new Map<ApiEntryKind, number[]>(entryKinds.map((kind) => [kind, []]));
  for (const [place, { type }] of events.entries()) placesOf.get(entryKindOf(type))?.push(place);
  const contents = new Map(artifacts.map(({ digest, content }) => [digest, content]));
  const { keyId, publicKey } = signature;
  let whole: Frame | null | undefined;
  return {
    about: {
      streamId,
      head,
      checkpoint: checkpoint && { by: checkpoint.by, version: checkpoint.version },
      keyId,
      publicKey,
      evidence: evidenceOf(events).map(({ event: { seq }, artifact: { name, digest, bytes } }) => ({
        name,
        digest,
        bytes,
        included: typeof contents.get(digest) === 'string',
        seq,
      })),
      redactions: toldRedactions(streamId, redactions),
      kinds: [...placesOf].flatMap(([kind, { length: count }]) => (count === 0 ? [] : [{ kind, count }])),
    },
    entries({ kind, from, count }) {
      const places = kind === null ? null : (placesOf.get(kind) ?? []);
      const shown =
        places === null
          ? events.slice(from, from + count)
          : places.slice(from, from + count).flatMap((at) => events[at] ?? []);
      return shown.map((event) => ledgerEntry(event, { whole: false }));
    },
    total: ({ kind, upTo }) =>
      kind === null ? Math.min(upTo, events.length) : (placesOf.get(kind) ?? []).filter((place) => place < upTo).length,
    // A chain that holds has its events in their places.
    recorded: (seq) => events[seq - 1] ?? null,
    frame(at) {
      whole ??= frameOf(events, noPlaybooks);
      const frame = at === null ? whole : frameOf(events, { at, ...noPlaybooks });
      if (!frame || !whole) return null;
      return {
        ...frame,
        at,
        until: { from: whole.incident.clocks.began, to: events.at(-1)?.at ?? whole.incident.clocks.detected },
      };
    },
    evidence(digest) {
      const content = contents.get(digest);
      if (typeof content !== 'string') return null;
      const bytes = new Uint8Array(base64.decode(content));
      return { shown: shownEvidence(bytes), bytes };
    },
  };
}
