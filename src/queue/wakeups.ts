// Wake-ups as jobs: which job says what, which of them are said as one, and which are begun here instead, because a job costs several
// commits. Best effort; the reconciler makes good what is lost, and begins what waits in a process that has died.
import type { Runtime } from '../ports/runtime.ts';
import type { Wakeups } from '../ports/work.ts';
import { coalesce } from './coalesce.ts';
import type { JobQueue } from './queue.ts';

/** A queue hop costs several commits: one wake-up speaks for all that ask for it within these times. */
const intakeIntervalMs = 25;
const notifyIntervalMs = 200;

/** Wake-ups on a queue. */
export function createWakeups(queue: Pick<JobQueue, 'add' | 'begin'>, runtime: Pick<Runtime, 'newId'>): Wakeups {
  const intakeSoon = coalesce<null>(
    () => void queue.add('deliveries.process', {}, { id: runtime.newId('req') }),
    intakeIntervalMs,
  );
  const notifySoon = coalesce<number>((incidentId, version) => {
    const job = { incidentId, version };
    if (!queue.begin('incident.notify', job))
      void queue.add('incident.notify', job, { id: `${incidentId}.${version}` });
  }, notifyIntervalMs);
  return {
    async wakeRun({ runId, version, pools, severity: priority }, delayMs) {
      // BullMQ ignores an id that it still holds: a wake-up for another reason is another version.
      for (const pool of pools)
        await queue.add('run.advance', { runId }, { id: `${runId}.${version}`, delayMs, pool, priority });
    },
    wakeIntake() {
      // What works here is begun here at once. Should this process die, the reconcilers of others find what waits.
      if (!queue.begin('deliveries.process', {})) intakeSoon('deliveries', null);
    },
    wakeNotifier: notifySoon,
  };
}
