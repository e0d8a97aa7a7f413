// An entry of the ledger as people read it: what it is about, in a sentence that is cut where it is long, and what it refers to. Pure.
import type { Actor, StoredEvent } from '../events.ts';
import { visibleText } from '../visible-text.ts';
import { describe, type Tone } from './describe.ts';
import { type EntryKind, entryKindOf } from './entry-kind.ts';
import { type OwnWords, ownWordsIn } from './own-words.ts';
import { shownActor } from './shown-actor.ts';

/** What an entry refers to; null: nothing of that sort. */
type EntryRefs = {
  readonly run: string | null;
  readonly step: string | null;
  readonly attempt: number | null;
  readonly approval: string | null;
  readonly alert: string | null;
  readonly artifacts: readonly string[];
};

/** An entry. `id` never changes: it is what people's words refer to. `cut`: the sentence is not whole. */
export type LedgerEntry = {
  readonly id: string;
  readonly stream: string;
  readonly seq: number;
  readonly at: string;
  readonly kind: EntryKind;
  readonly type: string;
  readonly tone: Tone;
  readonly text: string;
  readonly cut: boolean;
  readonly actor: Actor;
  readonly refs: EntryRefs;
  /** What somebody says in it, in his or her own words; null: nobody does. */
  readonly said: OwnWords | null;
};

type Recorded = Pick<StoredEvent, 'streamId' | 'seq' | 'type' | 'at' | 'actor' | 'data'>;

/** Characters of a sentence in a list. */
const maxText = 1000;
const maxArtifacts = 20;

/** The id of an entry: its stream and its place there. */
const entryId = (streamId: string, seq: number): string => `${streamId}/${seq}`;

const cutTo = (text: string, max: number) => (text.length <= max ? text : `${text.slice(0, max).toWellFormed()}…`);

/** The entry of an event, whatever stands in it. `whole`: its sentence is not cut. */
export function ledgerEntry(stored: Recorded, { whole }: { readonly whole: boolean }): LedgerEntry {
  const { streamId: stream, seq, type, at, actor, data } = stored;
  const { text, tone } = describe(stored);
  const cut = !whole && text.length > maxText;
  return {
    id: entryId(stream, seq),
    stream,
    seq,
    at,
    kind: entryKindOf(type),
    type,
    tone,
    text: visibleText(cut ? cutTo(text, maxText) : text),
    cut,
    actor: shownActor(actor),
    refs: refsOf(data),
    said: ownWordsIn(stored),
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? visibleText(cutTo(value, 500)) : null);
const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the data of an event of any version names; nothing that it does not say in a form that is known. */
function refsOf(data: StoredEvent['data']): EntryRefs {
  const { runId, step, attempt, approvalId, fingerprint, alert, artifacts } = data;
  return {
    run: textOf(runId),
    step: textOf(step),
    attempt: typeof attempt === 'number' && Number.isInteger(attempt) ? attempt : null,
    approval: textOf(approvalId),
    alert: textOf(fingerprint) ?? (isObject(alert) ? textOf(alert['fingerprint']) : null),
    artifacts: digestsOf(artifacts),
  };
}

const digestsOf = (artifacts: unknown): readonly string[] =>
  (Array.isArray(artifacts) ? artifacts : [])
    .slice(0, maxArtifacts)
    .flatMap((artifact: unknown) => (isObject(artifact) ? (textOf(artifact['digest']) ?? []) : []));
