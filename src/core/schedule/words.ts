// A schedule in plain words. Says nothing of what has happened.
import cronstrue from 'cronstrue';
import { assertNever } from '../result.ts';
import { formatDuration } from '../time.ts';
import type { ScheduleEntry } from './entry.ts';

/** An expression in words, such as `At 02:30, Monday through Friday`; days of month and week are both needed. */
export function cronInWords(cron: string): string {
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true, logicalAndDayFields: true });
  } catch {
    // What node-cron reads and this library has no words for.
    return `At the times of the expression ${cron}`;
  }
}

function caughtUp({ catchUp, catchUpMax }: Pick<ScheduleEntry, 'catchUp' | 'catchUpMax'>): string {
  switch (catchUp) {
    case 'skip':
      return 'a missed start is recorded and not made up for';
    case 'latest':
      return 'of missed starts the latest is made up for';
    case 'all':
      return `missed starts are made up for, the newest ${catchUpMax} of them`;
    default:
      return assertNever(catchUp);
  }
}

/** An entry in one sentence. */
export function scheduleInWords(
  entry: Pick<ScheduleEntry, 'cron' | 'timezone' | 'catchUp' | 'catchUpMax' | 'approval'>,
): string {
  const { cron, timezone, approval } = entry;
  const asked =
    approval === null
      ? ''
      : `; ${approval.from.join(' or ')} must agree to the first start of each version, within ${formatDuration(approval.expiresInMs)}`;
  return `${cronInWords(cron)} (${timezone}); ${caughtUp(entry)}${asked}`;
}
