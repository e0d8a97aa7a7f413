// Snapshots between their rows and the program: a digest is written with each, and a row is believed only by its digest, or else
// by the events it is held against. Decides nothing about what a fault means.
import { isPlaybookStream } from '../../core/change-control/state.ts';
import { isGroupStream } from '../../core/group/state.ts';
import { completeIncident, type IncidentState, type StoredIncident } from '../../core/incident/state.ts';
import type { RunState } from '../../core/run/state.ts';
import { originOf, progressOf, type RunOrigin, type RunProgress, restoreRun } from '../../core/run/stored.ts';
import { systemStreamId } from '../../core/system/events.ts';
import { holdAgainstChain } from '../../core/timeline/hold-against-chain.ts';
import type { IncidentChange, LoadedIncident, LoadedRun } from '../../ports/ledger.ts';
import { readStream } from './event-store-readers.ts';
import { type RewrittenTexts, rewrittenTexts } from './rewritten-texts.ts';
import { type SnapshotKey, snapshotDigest, textDigest, vouches } from './snapshot-digest.ts';
import { bound, type IncidentColumns, incidentRow, originHead, originRow, runRow, streamRow } from './snapshot-rows.ts';
import { edited, expectSealed, placeOf, refuse, type SnapshotParts, unvouched } from './snapshot-trust.ts';
import {
  groupSnapshots,
  playbookSnapshots,
  type StreamSnapshots,
  systemSnapshots,
  vouching,
} from './stream-snapshots.ts';

/** What is selected of `incidents i` to load one. */
export const incidentColumns = 'i.id, i.state::text AS state, i.proof, i.version, i.head_hash';

/**
 * What is selected of `runs r JOIN incidents i` to load a run. `run_hash`: of the event that its snapshot was written with;
 * `stale`: the stream has events of the run that its snapshot lacks.
 */
export const runColumns = `r.id AS run_id, r.state::text AS run, r.proof AS run_proof, r.version AS run_version,
  r.origin::text AS origin, r.origin_proof,
  CASE WHEN r.version = i.version THEN i.head_hash
    ELSE (SELECT encode(e.hash, 'hex') FROM events e WHERE e.stream_id = i.id AND e.seq = r.version) END AS run_hash,
  r.version < i.version AND EXISTS (SELECT 1 FROM events e
    WHERE e.stream_id = i.id AND e.seq > r.version AND e.data->>'runId' = r.id) AS stale`;
/** A run's row, by those columns. */
export type RunColumns = {
  readonly run_id: string;
  readonly run: string;
  readonly run_proof: string | null;
  readonly run_version: number | null;
  /** What the run's start fixed; null: an earlier version stored it with the rest. */
  readonly origin: string | null;
  readonly origin_proof: string | null;
  readonly run_hash: string | null;
  readonly stale: boolean | null;
};

/** A snapshot as it is written. `text` null: the one that is stored stays. */
type WrittenSnapshot = { readonly text: string | null; readonly proof: string | null };

export type { IncidentColumns } from './snapshot-rows.ts';

/** Snapshots of one store. */
export type Snapshots = StreamSnapshots & {
  readonly ofIncident: (change: IncidentChange) => WrittenSnapshot;
  /** Where a run stands. */
  readonly ofRun: (change: IncidentChange, run: RunState) => { readonly text: string; readonly proof: string | null };
  /** False for the end of a stream, of whatever kind, that no digest of ours vouches for. Looks at no event. */
  readonly vouched: (row: IncidentColumns) => boolean;
  /** Says that a stream cannot be believed. @throws RecordFaultError always */
  readonly refuse: (streamId: string, problem: string) => never;
  /** What the start of a run fixes. */
  readonly ofOrigin: (run: RunState) => { readonly text: string; readonly proof: string | null };
  /** The same of a stored run, if our digest vouches for it; else null. Looks at no event. */
  readonly originFrom: (row: {
    readonly id: string;
    readonly streamId: string;
    readonly text: string | null;
    readonly proof: string | null;
  }) => RunOrigin | null;
  /** Texts of states that follow from the same end of their stream otherwise than before, because something in it was redacted. */
  readonly texts: RewrittenTexts;
  /** @throws RecordFaultError if the row cannot be believed */
  readonly loadIncident: (row: IncidentColumns) => Promise<LoadedIncident>;
  /** @throws RecordFaultError if either row cannot be believed */
  readonly loadRun: (row: IncidentColumns & RunColumns) => Promise<LoadedRun>;
};

/** Snapshots on a pool of connections. */
export function createSnapshots(parts: SnapshotParts): Snapshots {
  const incidents = incidentSnapshots(parts);
  return {
    ...incidents,
    ...runSnapshots(parts, incidents.loadIncident),
    ...groupSnapshots(parts),
    ...playbookSnapshots(parts),
    ...systemSnapshots(parts),
    texts: rewrittenTexts(parts.key),
    refuse: (streamId, problem) => refuse(parts, { streamId, seq: 0 }, problem),
    vouched({ id, state, proof, version, head_hash: hash }) {
      const isStream = id === systemStreamId || isGroupStream(id) || isPlaybookStream(id);
      const row = isStream ? streamRow(id) : incidentRow(id);
      const vouched = vouches(parts.key, proof, bound(row, { version, hash }, textDigest(state)));
      if (vouched === 'ours') return true;
      const problem = vouched === 'wrong' ? edited('the stream') : unvouched[vouched];
      parts.found(placeOf({ streamId: id, seq: version }, problem));
      return false;
    },
  };
}

/** An incident and one of its runs as their events have them. */
async function fromChain(parts: SnapshotParts, { incident, head }: LoadedIncident, run: RunState | null) {
  const claim = { streamId: incident.id, head, incident, runs: run === null ? [] : [run], vouch: vouching(parts) };
  const held = await holdAgainstChain(readStream(parts.pool, incident.id), claim);
  if (held.outcome === 'bad') return refuse(parts, held.place, held.place.problem);
  return held.folded;
}

function incidentSnapshots(parts: SnapshotParts): Pick<Snapshots, 'ofIncident' | 'loadIncident'> {
  const { key } = parts;
  // Of states that are stored as they are in memory: their text need not be written, nor hashed, again.
  const stored = new WeakMap<IncidentState, string>();
  return {
    ofIncident({ incident, incidentChanged, expected, head }) {
      const rewritten = incidentChanged || expected === null;
      const known = rewritten ? undefined : stored.get(incident);
      const text = known === undefined ? JSON.stringify(incident) : null;
      const digest = known ?? textDigest(text ?? '');
      // Should this change not be written, nobody is left who has this state.
      if (rewritten) stored.set(incident, digest);
      return { text, proof: key && snapshotDigest(key, bound(incidentRow(incident.id), head, digest)) };
    },

    async loadIncident({ id, state, proof, version, head_hash: hash }) {
      const head = { version, hash };
      const digest = textDigest(state);
      const vouched = vouches(key, proof, bound(incidentRow(id), head, digest));
      if (vouched === 'wrong') return refuse(parts, { streamId: id, seq: version }, edited('the incident'));
      const incident = completeIncident(JSON.parse(state) as StoredIncident);
      if (vouched === 'ours') {
        stored.set(incident, digest);
        return { incident, head };
      }
      await expectSealed(parts, vouched, { streamId: id, head });
      const folded = await fromChain(parts, { incident: { ...incident, id }, head }, null);
      return { incident: folded.incident ?? incident, head };
    },
  };
}

function runSnapshots(
  parts: SnapshotParts,
  loadIncident: Snapshots['loadIncident'],
): Pick<Snapshots, 'ofRun' | 'ofOrigin' | 'originFrom' | 'loadRun'> {
  const { key } = parts;
  return {
    ofOrigin(run) {
      const text = JSON.stringify(originOf(run));
      const { runId, incidentId } = run;
      return {
        text,
        proof: key && snapshotDigest(key, bound(originRow(runId, incidentId), originHead, textDigest(text))),
      };
    },

    originFrom({ id, streamId, text, proof }) {
      if (text === null) return null;
      const vouched = vouches(key, proof, bound(originRow(id, streamId), originHead, textDigest(text)));
      if (vouched === 'ours') return JSON.parse(text) as RunOrigin;
      if (vouched === 'wrong') parts.found(placeOf({ streamId, seq: 0 }, edited(`the start of ${id}`)));
      return null;
    },

    ofRun({ incident, head }, run) {
      const text = JSON.stringify(progressOf(run));
      return { text, proof: key && snapshotDigest(key, bound(runRow(run.runId, incident.id), head, textDigest(text))) };
    },

    async loadRun(row) {
      const loaded = await loadIncident(row);
      const { run_id: id, run: text, run_proof: proof, run_version: version, run_hash: hash, stale } = row;
      const at = { version: version ?? 0, hash: hash ?? '' };
      const bad = (problem: string) => refuse(parts, { streamId: row.id, seq: at.version }, `${id}: ${problem}`);
      const progress = vouches(key, proof, bound(runRow(id, row.id), at, textDigest(text)));
      const origin = vouchedOrigin(key, row);
      if (progress === 'wrong' || origin === 'wrong') return bad(edited('the run'));
      if (stale) return bad('its snapshot is older than its events: an old state was put back');
      const run = restoreRun(JSON.parse(row.origin ?? 'null') as RunOrigin | null, JSON.parse(text) as RunProgress);
      // A run that was stored whole knows its own id.
      if (run.runId === undefined) return bad('what its start fixed is gone');
      if (progress === 'ours' && origin === 'ours') return { ...loaded, run };
      // The end of its stream is vouched for, and so are all events before it.
      const folded = await fromChain(parts, loaded, { ...run, runId: id });
      return { ...loaded, run: folded.runs.get(id) ?? run };
    },
  };
}

/** A run that was stored whole has its origin in the rest, and the rest vouches for it. */
const vouchedOrigin = (
  key: SnapshotKey | null,
  { id, run_id: runId, origin, origin_proof: proof }: IncidentColumns & RunColumns,
) => (origin === null ? 'ours' : vouches(key, proof, bound(originRow(runId, id), originHead, textDigest(origin))));
