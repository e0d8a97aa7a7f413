// Until when the rules of a group hold an alert that nothing mutes. Pure arithmetic on what is known of it.
import { addMs, elapsedMs } from '../time.ts';
import type { GroupSettings } from './settings.ts';
import type { GroupMember } from './state.ts';

type Waiting = Pick<GroupMember, 'since' | 'alert'>;

/** When it has fired long enough for its severity. */
export const pausedUntil = ({ since, alert }: Waiting, { pauseMs }: GroupSettings): string =>
  addMs(since, alert === null ? 0 : pauseMs[alert.severity]);

/** True while it has not fired long enough for its severity. */
export const isPaused = ({ since, alert }: Waiting, { pauseMs }: GroupSettings, at: string): boolean =>
  elapsedMs(since, at) < (alert === null ? 0 : pauseMs[alert.severity]);

/** When the group has waited long enough: from the first of these alerts on, or from its own start where that is longer ago. */
export function waitedUntil(waiting: readonly Waiting[], { waitMs }: GroupSettings): string {
  const begins = waiting.map(({ since, alert }) =>
    alert?.startsAt && alert.startsAt < since ? alert.startsAt : since,
  );
  return addMs(begins.toSorted()[0] ?? '1970-01-01T00:00:00.000Z', waitMs);
}
