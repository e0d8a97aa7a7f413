// Tells people once a day what is overdue. Whatever number of processes does so, the line is told once: its key is the day.
import { localDay, overdueDigest } from '../../core/action-item/digest.ts';
import type { ActionItemRow } from '../../ports/follow-up.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import type { EnginePorts } from '../engine-ports.ts';

/** What reminding needs. `hour`: of the day in the time zone; null: nobody is reminded. */
export type RemindParts = {
  readonly items: () => Promise<readonly ActionItemRow[]>;
  readonly announce: EnginePorts['announce'];
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Pick<Log, 'warn'>;
  readonly hour: number | null;
  readonly timeZone: string;
  /** Names of people by their ids. */
  readonly people: ReadonlyMap<string, string>;
};

/** Makes the work of a timer that runs more often than once a day. */
export function createRemindOfActionItems(parts: RemindParts): () => Promise<void> {
  const { items, announce, runtime, log, hour, timeZone, people } = parts;
  /** What this process has told: it asks for nothing a second time on one day. */
  let toldOn = '';
  return async () => {
    if (hour === null) return;
    const now = localDay(new Date(runtime.nowMs()).toISOString(), timeZone);
    if (now.hour < hour || now.day === toldOn) return;
    const text = overdueDigest(await items(), now.day, (id) => people.get(id) ?? id);
    try {
      if (text !== null) await announce({ key: `action-items/${now.day}`, text, state: 'waits' });
      toldOn = now.day;
    } catch (error) {
      // The next look tells it.
      log.warn({ err: error, day: now.day }, 'the overdue action items could not be told');
    }
  };
}
