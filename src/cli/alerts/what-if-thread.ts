// The thread of one side of a noise what-if: pages of stored deliveries come in, what there would have been goes out. Opens nothing.
import { parentPort, workerData } from 'node:worker_threads';
import type { Alert } from '../../core/alert/alert.ts';
import type { WhatIfResult } from '../../engine/what-if/simulate.ts';
import type { DeliveryText } from '../../store/intake/read-deliveries.ts';
import { type Side, type SideAsked, sideOf } from './what-if-side.ts';

/** What a thread is told: the next page, or that there is no more. */
export type ToSide =
  | { readonly type: 'page'; readonly page: readonly DeliveryText[] }
  | { readonly type: 'end'; readonly at: string };

/** What a thread answers: a page is dealt with, all of it is, or the configuration cannot be used. */
export type FromSide =
  | { readonly type: 'taken' }
  | { readonly type: 'result'; readonly result: WhatIfResult; readonly leftOut: Side['leftOut'] }
  | { readonly type: 'failed'; readonly message: string };

const answer = (message: FromSide): void => parentPort?.postMessage(message);

async function takePage({ simulator }: Side, page: readonly DeliveryText[]): Promise<void> {
  for (const { alerts, ...delivery } of page)
    await simulator.take({ ...delivery, alerts: JSON.parse(alerts) as readonly Alert[] });
}

function begin(): void {
  const { simulator, leftOut } = sideOf(workerData as SideAsked);
  let turn = Promise.resolve();
  parentPort?.on('message', (told: ToSide) => {
    turn = turn.then(async () => {
      if (told.type === 'end') return answer({ type: 'result', result: await simulator.end(told.at), leftOut });
      await takePage({ simulator, leftOut }, told.page);
      answer({ type: 'taken' });
    });
    turn.catch((error: unknown) => {
      throw error;
    });
  });
}

try {
  begin();
} catch (error) {
  answer({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}
