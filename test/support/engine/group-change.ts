// Changes of an alert group's stream as if a decision had led to them: for tests of ledgers, which know no rules.
import type { Alert } from '../../../src/core/alert/alert.ts';
import { type Recorded, systemActor } from '../../../src/core/events.ts';
import type { GroupEvent } from '../../../src/core/group/events.ts';
import { evolveGroup, openGroup } from '../../../src/core/group/evolve.ts';
import type { GroupState } from '../../../src/core/group/state.ts';
import { groupChangeOf } from '../../../src/engine/append.ts';
import type { GroupChange, LoadedGroup } from '../../../src/ports/ledger.ts';
import { start } from '../given/given.ts';

/** What is appended, and on what. */
export type GivenGroupEvents = {
  readonly groupId: string;
  readonly before: LoadedGroup | null;
  readonly events: readonly Recorded<GroupEvent>[];
  readonly at?: string;
  readonly wakeAt?: string | null;
  readonly receipts?: readonly string[];
};

/** The change that such events are. */
export function groupChange(given: GivenGroupEvents): GroupChange {
  const { groupId, before, events, at = start, wakeAt = null, receipts = [] } = given;
  let group: GroupState | null = before?.group ?? null;
  for (const event of events) {
    const fact = { ...event, at };
    if (fact.type === 'group.opened') group = openGroup(groupId, fact);
    else if (group) group = evolveGroup(group, fact);
  }
  if (!group) throw new Error(`no alert group ${groupId} was opened`);
  return groupChangeOf({ stream: 'group', groupId, before, group, events, wakeAt, receipts }, { at, cause: 'test' });
}

/** The event that opens a group of a key. */
export const openedGroup = (key: string): Recorded<GroupEvent> => ({
  type: 'group.opened',
  actor: systemActor,
  data: { key, rule: 'hosts', title: `alerts of ${key}` },
});

/** An alert of it is held by a silence. */
export const heldAlert = (alert: Alert, receipt = 'dlv_1'): Recorded<GroupEvent> => ({
  type: 'group.alert_held',
  actor: systemActor,
  data: { alert, receipt, hold: { by: 'silence', name: 'sil_1', owner: 'ana', reason: 'a move', until: null } },
});

/** A held alert is over. */
export const endedAlert = ({ fingerprint }: Pick<Alert, 'fingerprint'>, receipt = 'dlv_2'): Recorded<GroupEvent> => ({
  type: 'group.alert_ended',
  actor: systemActor,
  data: { fingerprint, receipt, endsAt: null },
});
