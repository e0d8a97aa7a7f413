// Texts of states that follow from the same end of their stream otherwise than before, because something in it was redacted. Writes nothing.
import { type PlaybookLife, playbookStreamId } from '../../core/change-control/state.ts';
import type { GroupState } from '../../core/group/state.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { RunState } from '../../core/run/state.ts';
import { originOf, progressOf } from '../../core/run/stored.ts';
import type { Head } from '../../core/timeline/chain.ts';
import { type SnapshotKey, snapshotDigest, textDigest } from './snapshot-digest.ts';
import { bound, incidentRow, originHead, originRow, type Row, runRow, streamRow } from './snapshot-rows.ts';

type Written = { readonly text: string; readonly proof: string | null };

/** Texts of states with their digests, bound to an end that stands already. */
export type RewrittenTexts = {
  readonly incident: (incident: IncidentState, head: Head) => Written;
  readonly run: (run: RunState, streamId: string, head: Head) => Written;
  readonly origin: (run: RunState) => Written;
  readonly group: (group: GroupState, head: Head) => Written;
  readonly life: (life: PlaybookLife, head: Head) => Written;
};

/** Makes them. */
export function rewrittenTexts(key: SnapshotKey | null): RewrittenTexts {
  const written = (row: Row, head: Head, state: object): Written => {
    const text = JSON.stringify(state);
    return { text, proof: key && snapshotDigest(key, bound(row, head, textDigest(text))) };
  };
  return {
    incident: (incident, head) => written(incidentRow(incident.id), head, incident),
    run: (run, streamId, head) => written(runRow(run.runId, streamId), head, progressOf(run)),
    origin: (run) => written(originRow(run.runId, run.incidentId), originHead, originOf(run)),
    group: (group, head) => written(streamRow(group.id), head, group),
    life: (life, head) => written(streamRow(playbookStreamId(life.name)), head, life),
  };
}
