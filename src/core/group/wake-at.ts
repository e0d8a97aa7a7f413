// When an alert group has to be advanced although nothing happens to it. Says when, never what is to be done: decide.ts does.
import { addMs, earliest } from '../time.ts';
import { calmAt } from './flapping.ts';
import type { GroupSettings } from './settings.ts';
import type { GroupState } from './state.ts';

/** What is muted until something happens is looked at this often, in milliseconds: nothing else tells that an inhibition is over. */
const lookAgainMs = 15_000;

/** The next instant at which `advance` may change something; null if nothing but a command or an alert can. */
export function groupWakeAt(state: GroupState, { flapping }: GroupSettings, at: string): string | null {
  let wakeAt: string | null = null;
  let lookAgainAt: string | null = null;
  for (const fingerprint of Object.keys(state.members)) {
    const member = state.members[fingerprint];
    if (member === undefined) continue;
    const { alert, hold, changes } = member;
    if (member.flapping) wakeAt = earliest(wakeAt, (flapping && calmAt(changes, flapping)) ?? at);
    if (alert === null || hold === null) continue;
    if (hold.by === 'inhibition') lookAgainAt ??= addMs(at, lookAgainMs);
    else wakeAt = earliest(wakeAt, hold.until);
  }
  return earliest(wakeAt, lookAgainAt);
}
