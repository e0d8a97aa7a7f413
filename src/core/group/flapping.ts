// Flapping with two thresholds: it starts high and stops low, so that it does not flap itself. Repetitions are no changes.
import { addMs, elapsedMs } from '../time.ts';
import type { GroupDraft } from './draft.ts';
import type { GroupSettings } from './settings.ts';
import { memberOf } from './state.ts';

type Flapping = NonNullable<GroupSettings['flapping']>;

/** Changes that are no longer ago than the time of the rule. */
export const changesWithin = (changes: readonly string[], withinMs: number, at: string): number =>
  changes.filter((change) => elapsedMs(change, at) < withinMs).length;

/** True if it changes so often that it begins to flap. */
export const flaps = (changes: readonly string[], { start, withinMs }: Flapping, at: string): boolean =>
  changesWithin(changes, withinMs, at) >= start;

/** When it is calm if it does not change again; null: it is. */
export function calmAt(changes: readonly string[], { stop, withinMs }: Flapping): string | null {
  const last = changes.at(-1 - stop);
  return last === undefined ? null : addMs(last, withinMs);
}

/** Records that an alert has stopped to flap, if it has. */
export function stopFlapping(draft: GroupDraft, fingerprint: string): void {
  const { at, settings } = draft.context;
  const member = memberOf(draft.state, fingerprint);
  if (!member?.flapping) return;
  const changes = settings.flapping ? changesWithin(member.changes, settings.flapping.withinMs, at) : 0;
  if (settings.flapping && changes > settings.flapping.stop) return;
  draft.record({ type: 'group.flapping_stopped', data: { fingerprint, changes } });
}
