// When an alert group has to be advanced although nothing happens to it. Says when, never what is to be done: decide.ts does.
import { addMs } from '../time.ts';
import { calmAt } from './flapping.ts';
import type { GroupSettings } from './settings.ts';
import { type GroupState, heldIn } from './state.ts';

/** What is muted until something happens is looked at this often, in milliseconds: nothing else tells that an inhibition is over. */
const lookAgainMs = 15_000;

/** The next instant at which `advance` may change something; null if nothing but a command or an alert can. */
export function groupWakeAt(state: GroupState, { flapping }: GroupSettings, at: string): string | null {
  const calm = Object.values(state.members).flatMap((member) =>
    member.flapping ? ((flapping && calmAt(member.changes, flapping)) ?? at) : [],
  );
  const free = heldIn(state).flatMap(([, { hold }]) =>
    hold.by === 'inhibition' ? addMs(at, lookAgainMs) : (hold.until ?? []),
  );
  return [...calm, ...free].toSorted()[0] ?? null;
}
