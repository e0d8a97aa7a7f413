// What is promised of the automation, and what is stuck, over /api/v1. Promises are counted over all runs and name no incident; what is stuck
// is told to those who may know of its incident. Changes nothing.
import { methods } from '../../core/learning/intervals.ts';
import { err, ok } from '../../core/result.ts';
import { promiseText, standingText } from '../../core/slo/words.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { LookAtSlo } from '../../ports/slo.ts';
import type { LookForStuck } from '../../ports/stuck.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** What it needs. */
export type SloRouteDeps = {
  readonly lookAtSlo: LookAtSlo;
  readonly lookForStuck: LookForStuck;
  readonly catalog: Pick<PlaybookCatalog, 'byName'>;
};

/** Adds the routes. */
export function addSlo(serve: ServeRoutes, { lookAtSlo, lookForStuck, catalog }: SloRouteDeps): void {
  serve.read('GET /slo', async ({ query: { playbook } }) => {
    if (playbook !== undefined && !catalog.byName(playbook))
      return err({ code: 'not_found', message: `there is no playbook ${playbook}` });
    const { at, lines } = await lookAtSlo();
    const meant = playbook === undefined ? lines : lines.filter(({ subject }) => subject === playbook);
    const items = meant.map((line) => ({ ...line, promise: promiseText(line), standing: standingText(line) }));
    return ok({ at, method: methods.share, items });
  });
  serve.read('GET /stuck', async ({ reads }) => ok(await lookForStuck({ seen: await reads.seen() })));
}
