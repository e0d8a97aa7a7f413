// Alert groups as the API answers them: chosen members, nothing that only the engine needs.
import type { ApiAlertGroup } from '../../contract/alert.ts';
import { type GroupState, heldIn } from '../../core/group/state.ts';

/** A group with what it holds. */
export function showAlertGroup(group: GroupState): ApiAlertGroup {
  const { id, key, rule, title, openedAt, lastAt, incidentId, members, suppressed } = group;
  const held = heldIn(group).map(([fingerprint, member]) => ({
    fingerprint,
    title: member.title,
    severity: member.alert.severity,
    status: member.status,
    since: member.since,
    lastAt: member.lastAt,
    count: member.count,
    told: member.told,
    hold: member.hold,
  }));
  return {
    id,
    key,
    rule,
    title,
    openedAt,
    lastAt,
    incident: incidentId,
    alerts: Object.keys(members).length,
    held,
    suppressed,
  };
}
