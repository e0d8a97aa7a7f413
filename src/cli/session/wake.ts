// Wakes the workers of a running Firebreak through the queue. Best effort and bounded in time: the reconciler finds what this misses.
import { setTimeout as delay } from 'node:timers/promises';
import type { Committed } from '../../engine/ledger.ts';
import { connectQueue, queueBackend } from '../../queue/connection.ts';
import { createJobQueue } from '../../queue/queue.ts';
import type { Session } from './session.ts';

const patienceMs = 2000;

/** Adds a job for every run of the change that wants attention now. Never rejects. */
export async function wakeWorkers({ config, store, log }: Session, change: Committed): Promise<void> {
  const now = new Date().toISOString();
  const due = change.runs.filter(({ wakeAt }) => wakeAt !== null && wakeAt <= now);
  if (due.length === 0) return;
  const connection = connectQueue(queueBackend(config.redisUrl, store.url));
  const queue = createJobQueue(connection, log.child({}, { level: 'silent' }));
  const patience = new AbortController();
  const work = async () => {
    const { version } = change.head;
    const { severity: priority } = change.incident;
    for (const { state, pools } of due)
      for (const pool of pools)
        await queue.add('run.advance', { runId: state.runId }, { id: `${state.runId}.${version}`, pool, priority });
    await queue.close();
  };
  await Promise.race([work(), delay(patienceMs, undefined, { signal: patience.signal })]).catch(() => undefined);
  patience.abort();
  await connection.close();
}
