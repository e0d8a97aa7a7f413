// Holds what is stored of runs and in snapshots against what the events lead to, column by column. For audits; changes nothing.

import type { StoredEvent } from '../../core/events.ts';
import { canonicalJson } from '../../core/json.ts';
import { type RunOrigin, type RunProgress, restoreRun } from '../../core/run/stored.ts';
import type { Head } from '../../core/timeline/chain.ts';
import { difference } from '../../core/timeline/hold-against-chain.ts';
import type { FoldedIncident, SealedMark } from '../../ports/record.ts';
import { runColumnsOf } from './append-changes.ts';
import type { Queryable } from './event-store-readers.ts';
import { type SnapshotKey, textDigest, vouches } from './snapshot-digest.ts';
import { originHead, originRow } from './snapshot-rows.ts';

/** A row by its columns. */
export type Columns = { readonly [column: string]: unknown };

/** What the audit holds rows against. */
export type RowFaultParts = { readonly db: Queryable; readonly key: SnapshotKey | null };

/** The first column of a row that is not as expected; null: none. */
export function firstDifference(row: Columns, expected: Columns): string | null {
  for (const [column, value] of Object.entries(expected))
    if (canonicalJson(row[column]) !== canonicalJson(value))
      return `${column} is ${shown(row[column])}, and the events lead to ${shown(value)}`;
  return null;
}

const shown = (value: unknown): string => {
  const text = canonicalJson(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

/** The columns of a stream's row that say which checkpoint speaks of it last. */
export const sealedExpected = (sealed: SealedMark | null): Columns => ({
  sealed_version: sealed?.version ?? 0,
  sealed_in: sealed?.number ?? null,
});

/** When digests began to be written, so that a row that was written later and has none lost it. */
async function digestsSince({ db }: RowFaultParts): Promise<string> {
  const { rows } = await db.query<{ at: string }>(
    `SELECT applied_at AS at FROM schema_migrations WHERE id = '0007-snapshot-digests'`,
  );
  return rows[0]?.at ?? '';
}

/** A stored text with what its digest is bound to. */
type Vouching = {
  readonly text: string;
  readonly proof: string | null;
  readonly snapshot: Omit<Parameters<typeof vouches>[2], 'textDigest'>;
};

/** What is stored, as JSON; null if it is none. */
function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/**
 * Holds a stored state against the folded one, and the texts that make it against their digests. `proved`: whatever vouches for the state
 * itself, a checkpoint vouches for the events that it follows from.
 */
async function snapshotFault(
  parts: RowFaultParts,
  row: {
    readonly stored: object | null;
    readonly writtenAt: string;
    readonly texts: readonly Vouching[];
    readonly proved: boolean;
  },
  folded: object,
  trusted: readonly string[],
): Promise<string | null> {
  if (row.stored === null) return 'its state is no state';
  const member = difference(row.stored, folded);
  if (member !== null) return `its stored state is not what the events lead to (${member})`;
  for (const text of row.texts) {
    const fault = await digestFault(parts, text, row, trusted);
    if (fault !== null) return fault;
  }
  return null;
}

/** A row of a stream with the state in it, as stored. */
export type StreamRow = Columns & { readonly state: string; readonly proof: string | null };

/** A stream as its events tell it. */
type FoldedStream = { readonly streamId: string; readonly head: Head; readonly events: readonly StoredEvent[] };

/** Holds the state in a stream's row against the folded one. */
export function streamFault(
  parts: RowFaultParts,
  row: StreamRow,
  {
    table,
    stream: { streamId, head, events },
    folded,
    sealed,
    trusted,
  }: {
    readonly table: 'incidents' | 'streams';
    readonly stream: FoldedStream;
    readonly folded: object;
    readonly sealed: SealedMark | null;
    readonly trusted: readonly string[];
  },
): Promise<string | null> {
  const snapshot = { table, id: streamId, streamId, version: head.version, hash: head.hash };
  const stored = {
    stored: parsed(row.state),
    writtenAt: events.at(-1)?.at ?? '',
    texts: [{ text: row.state, proof: row.proof, snapshot }],
    proved: sealed?.version === head.version,
  };
  return snapshotFault(parts, stored, folded, trusted);
}

async function digestFault(
  parts: RowFaultParts,
  { text, proof, snapshot }: Vouching,
  { writtenAt, proved }: { readonly writtenAt: string; readonly proved: boolean },
  trusted: readonly string[],
): Promise<string | null> {
  switch (vouches(parts.key, proof, { ...snapshot, textDigest: textDigest(text) })) {
    case 'ours':
      return null;
    case 'wrong':
      return 'its stored state does not match its digest: the state, its digest or the end of its stream was edited';
    case 'none':
      if (writtenAt > (await digestsSince(parts))) return 'its digest was removed';
      return proved ? null : 'it has no digest, and no checkpoint seals its end';
    case 'foreign': {
      const id = proof?.split('.')[0] ?? '';
      if (parts.key === null) return null;
      if (!trusted.includes(id)) return `its digest was made with key ${id}, which is not among the trusted ones`;
      return proved ? null : `its digest was made with key ${id}, and no checkpoint seals its end`;
    }
  }
}

/** The run that a row holds, and the texts that make it. */
function storedRun(row: RunRow, streamId: string, hash: string): { stored: object | null; texts: readonly Vouching[] } {
  const snapshot = { table: 'runs' as const, id: row.id, streamId, version: row.version ?? 0, hash };
  const progress = parsed(row.state);
  const texts: Vouching[] = [{ text: row.state, proof: row.proof, snapshot }];
  if (row.origin === null) return { stored: progress && 'runId' in progress ? progress : null, texts };
  const { version, hash: none } = originHead;
  texts.push({
    text: row.origin,
    proof: row.origin_proof,
    snapshot: { ...originRow(row.id, streamId), version, hash: none },
  });
  const origin = parsed(row.origin);
  if (progress === null || origin === null || !('nodes' in progress)) return { stored: null, texts };
  return { stored: restoreRun(origin as RunOrigin, progress as RunProgress), texts };
}

type RunRow = Columns & {
  readonly id: string;
  readonly state: string;
  readonly proof: string | null;
  readonly version: number | null;
  readonly origin: string | null;
  readonly origin_proof: string | null;
};

/** Holds the rows of an incident's runs against the folded runs. */
export async function ofRuns(
  parts: RowFaultParts,
  folded: FoldedIncident,
  trusted: readonly string[],
): Promise<string | null> {
  const { rows } = await parts.db.query<RunRow>({
    name: 'audit-runs',
    text: 'SELECT r.*, r.state::text AS state, r.origin::text AS origin FROM runs r WHERE r.incident_id = $1 ORDER BY r.id',
    values: [folded.streamId],
  });
  const stored = new Set(rows.map(({ id }) => id));
  for (const id of folded.runs.keys())
    if (!stored.has(id)) return `the run ${id} is in the events, and its row is gone`;
  for (const row of rows) {
    const fault = await runFault(parts, row, folded, trusted);
    if (fault !== null) return `the run ${row.id}: ${fault}`;
  }
  return null;
}

async function runFault(
  parts: RowFaultParts,
  row: RunRow,
  { streamId, runs, head, events }: FoldedIncident,
  trusted: readonly string[],
): Promise<string | null> {
  const folded = runs.get(row.id);
  if (!folded) return 'it is not in the events: its row was invented';
  const last = events.findLast(({ data }) => data['runId'] === row.id);
  if (row.proof !== null && row.version === null) return 'version is null, and it has a digest';
  const version = row.version ?? last?.seq ?? 0;
  if (version < (last?.seq ?? 0) || version > head.version)
    return `version is ${version}, and its last event is ${last?.seq ?? 0}`;
  const writtenWith = events[version - 1];
  const { stored, texts } = storedRun(row, streamId, writtenWith?.hash ?? '');
  return (
    (await snapshotFault(parts, { stored, texts, writtenAt: last?.at ?? '', proved: true }, folded, trusted)) ??
    firstDifference(row, { ...runColumnsOf(folded), updated_at: writtenWith?.at })
  );
}
