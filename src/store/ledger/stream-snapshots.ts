// Snapshots of the streams of groups, playbooks and the system between their rows and the program. Decides nothing about what a fault means.
import { type PlaybookLife, playbookStreamId } from '../../core/change-control/state.ts';
import type { GroupState } from '../../core/group/state.ts';
import { vouchedFor } from '../../core/redaction/vouched.ts';
import { systemStreamId } from '../../core/system/events.ts';
import type { SystemState } from '../../core/system/state.ts';
import type { Vouch } from '../../core/timeline/chain.ts';
import { holdGroup } from '../../core/timeline/hold-group.ts';
import { holdPlaybookLife } from '../../core/timeline/hold-playbook-life.ts';
import { holdSystem } from '../../core/timeline/hold-system.ts';
import type {
  GroupChange,
  LoadedGroup,
  LoadedPlaybookLife,
  LoadedSystem,
  PlaybookLifeChange,
  SystemChange,
} from '../../ports/ledger.ts';
import { readStream } from './event-store-readers.ts';
import { snapshotDigest, textDigest, vouches } from './snapshot-digest.ts';
import { bound, type IncidentColumns, streamRow, systemRow } from './snapshot-rows.ts';
import { edited, expectSealed, refuse, type SnapshotParts } from './snapshot-trust.ts';

type Written = { readonly text: string; readonly proof: string | null };

/** Snapshots of the streams that are no incident's. What is loaded rejects with RecordFaultError if the row cannot be believed. */
export type StreamSnapshots = {
  readonly ofGroup: (change: GroupChange) => Written;
  readonly ofPlaybook: (change: PlaybookLifeChange) => Written;
  readonly ofSystem: (change: SystemChange) => Written;
  readonly loadGroup: (row: IncidentColumns) => Promise<LoadedGroup>;
  readonly loadPlaybook: (row: IncidentColumns) => Promise<LoadedPlaybookLife>;
  readonly loadSystem: (row: Omit<IncidentColumns, 'id'>) => Promise<LoadedSystem>;
};

/** What vouches for redacted events: the system stream, as far as it can be believed itself. */
export const vouching =
  (parts: SnapshotParts): Vouch =>
  async (event) => {
    const { rows } = await parts.pool.query<Omit<IncidentColumns, 'id'>>({
      name: 'load-system',
      text: 'SELECT state::text AS state, proof, version, head_hash FROM streams WHERE id = $1',
      values: [systemStreamId],
    });
    if (!rows[0]) return undefined;
    const { state } = await systemSnapshots(parts).loadSystem(rows[0]);
    return vouchedFor(state.redactions ?? {}, event);
  };

/** Of alert groups. */
export function groupSnapshots(parts: SnapshotParts): Pick<StreamSnapshots, 'ofGroup' | 'loadGroup'> {
  const { key, pool } = parts;
  return {
    ofGroup({ group, head }) {
      const text = JSON.stringify(group);
      return { text, proof: key && snapshotDigest(key, bound(streamRow(group.id), head, textDigest(text))) };
    },

    async loadGroup({ id, state, proof, version, head_hash: hash }) {
      const head = { version, hash };
      const vouched = vouches(key, proof, bound(streamRow(id), head, textDigest(state)));
      if (vouched === 'wrong') return refuse(parts, { streamId: id, seq: version }, edited('the alert group'));
      const group = JSON.parse(state) as GroupState;
      if (vouched === 'ours') return { group, head };
      await expectSealed(parts, vouched, { streamId: id, head });
      const held = await holdGroup(readStream(pool, id), { streamId: id, head, group, vouch: vouching(parts) });
      return held.outcome === 'bad' ? refuse(parts, held.place, held.place.problem) : { group: held.group, head };
    },
  };
}

/** Of playbooks. */
export function playbookSnapshots(parts: SnapshotParts): Pick<StreamSnapshots, 'ofPlaybook' | 'loadPlaybook'> {
  const { key, pool } = parts;
  return {
    ofPlaybook({ life, head }) {
      const text = JSON.stringify(life);
      const row = streamRow(playbookStreamId(life.name));
      return { text, proof: key && snapshotDigest(key, bound(row, head, textDigest(text))) };
    },

    async loadPlaybook({ id, state, proof, version, head_hash: hash }) {
      const head = { version, hash };
      const vouched = vouches(key, proof, bound(streamRow(id), head, textDigest(state)));
      if (vouched === 'wrong') return refuse(parts, { streamId: id, seq: version }, edited('the playbook'));
      const life = JSON.parse(state) as PlaybookLife;
      if (vouched === 'ours') return { life, head };
      await expectSealed(parts, vouched, { streamId: id, head });
      const held = await holdPlaybookLife(readStream(pool, id), { streamId: id, head, life, vouch: vouching(parts) });
      return held.outcome === 'bad' ? refuse(parts, held.place, held.place.problem) : { life: held.life, head };
    },
  };
}

/** Of the system. */
export function systemSnapshots(parts: SnapshotParts): Pick<StreamSnapshots, 'ofSystem' | 'loadSystem'> {
  const { key, pool } = parts;
  return {
    ofSystem({ state, head }) {
      const text = JSON.stringify(state);
      return { text, proof: key && snapshotDigest(key, bound(systemRow, head, textDigest(text))) };
    },

    async loadSystem({ state: text, proof, version, head_hash: hash }) {
      const head = { version, hash };
      const vouched = vouches(key, proof, bound(systemRow, head, textDigest(text)));
      if (vouched === 'wrong') return refuse(parts, { streamId: systemStreamId, seq: version }, edited('the system'));
      const state = JSON.parse(text) as SystemState;
      if (vouched === 'ours') return { state, head };
      await expectSealed(parts, vouched, { streamId: systemStreamId, head });
      const held = await holdSystem(readStream(pool, systemStreamId), { head, state });
      return held.outcome === 'bad' ? refuse(parts, held.place, held.place.problem) : { state: held.state, head };
    },
  };
}
