// Holds what is stored of runs and in snapshots against what the events lead to, column by column. For audits; changes nothing.
import { canonicalJson } from '../../core/json.ts';
import type { RunState } from '../../core/run/state.ts';
import { difference } from '../../core/timeline/hold-against-chain.ts';
import type { FoldedIncident } from '../../ports/record.ts';
import { runColumnsOf } from './append-changes.ts';
import type { Queryable } from './event-store-readers.ts';
import { type SnapshotKey, textDigest, vouches } from './snapshot-digest.ts';

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

/** When digests began to be written, so that a row that was written later and has none lost it. */
async function digestsSince({ db }: RowFaultParts): Promise<string> {
  const { rows } = await db.query<{ at: string }>(
    `SELECT applied_at AS at FROM schema_migrations WHERE id = '0007-snapshot-digests'`,
  );
  return rows[0]?.at ?? '';
}

/** Holds a stored state and its digest against the folded state. */
export async function snapshotFault(
  parts: RowFaultParts,
  row: { readonly state: string; readonly proof: string | null; readonly writtenAt: string },
  snapshot: Omit<Parameters<typeof vouches>[2], 'textDigest'>,
  folded: object,
  trusted: readonly string[],
): Promise<string | null> {
  let stored: unknown;
  try {
    stored = JSON.parse(row.state);
  } catch {
    stored = null;
  }
  if (stored === null || typeof stored !== 'object') return 'its state is no state';
  const member = difference(stored, folded);
  if (member !== null) return `its stored state is not what the events lead to (${member})`;
  switch (vouches(parts.key, row.proof, { ...snapshot, textDigest: textDigest(row.state) })) {
    case 'ours':
      return null;
    case 'wrong':
      return 'its stored state does not match its digest: the state, its digest or the end of its stream was edited';
    case 'none':
      return row.writtenAt > (await digestsSince(parts)) ? 'its digest was removed' : null;
    case 'foreign': {
      const id = row.proof?.split('.')[0] ?? '';
      return parts.key === null || trusted.includes(id)
        ? null
        : `its digest was made with key ${id}, which is not among the trusted ones`;
    }
  }
}

/** Holds the rows of an incident's runs against the folded runs. */
export async function ofRuns(
  parts: RowFaultParts,
  { streamId, runs, head, events }: FoldedIncident,
  trusted: readonly string[],
): Promise<string | null> {
  const { rows } = await parts.db.query<
    Columns & { id: string; state: string; proof: string | null; version: number | null; updated_at: string }
  >({
    name: 'audit-runs',
    text: 'SELECT r.*, r.state::text AS state FROM runs r WHERE r.incident_id = $1 ORDER BY r.id',
    values: [streamId],
  });
  const stored = new Set(rows.map(({ id }) => id));
  for (const id of runs.keys()) if (!stored.has(id)) return `the run ${id} is in the events, and its row is gone`;
  for (const row of rows) {
    const folded: RunState | undefined = runs.get(row.id);
    if (!folded) return `the run ${row.id} is not in the events: its row was invented`;
    const last = events.findLast(({ data }) => data['runId'] === row.id);
    const version = row.version ?? last?.seq ?? 0;
    const at = { table: 'runs' as const, id: row.id, streamId, version, hash: events[version - 1]?.hash ?? '' };
    const fault =
      (row.proof !== null && row.version === null ? 'version is null, and it has a digest' : null) ??
      (version < (last?.seq ?? 0) || version > head.version
        ? `version is ${version}, and its last event is ${last?.seq ?? 0}`
        : null) ??
      (await snapshotFault(
        parts,
        { state: row.state, proof: row.proof, writtenAt: last?.at ?? '' },
        at,
        folded,
        trusted,
      )) ??
      firstDifference(row, { ...runColumnsOf(folded), updated_at: events[version - 1]?.at });
    if (fault !== null) return `the run ${row.id}: ${fault}`;
  }
  return null;
}
