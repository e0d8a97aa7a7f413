// What the lookups of runs promise.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMs } from '../../src/core/time.ts';
import { start } from '../support/given/given.ts';
import { openIncident, storeRun } from './stored-run.ts';
import type { OpenStores, Stores } from './stores.ts';

/** The contract of `RunLookups`; who queues for a key and who holds it is part of the ledger's. */
export function runLookupsContract(open: OpenStores): void {
  describe('the lookups of runs', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    afterAll(() => stores.close());

    it('name the latest run with a cooldown key that started after an instant', async () => {
      const cooldownKey = 'deploy checkout';
      await storeRun(stores, { cooldownKey, startedAt: start });
      const { runId } = await storeRun(stores, { cooldownKey, startedAt: addMs(start, 2000) });
      await storeRun(stores, { cooldownKey, startedAt: addMs(start, 1000) });
      await storeRun(stores, { cooldownKey: 'deploy another', startedAt: addMs(start, 3000) });
      const last = { runId, startedAt: addMs(start, 2000) };
      expect(await stores.lookups.lastRunOf(cooldownKey, start)).toEqual(last);
      expect(await stores.lookups.lastRunOf(cooldownKey, addMs(start, 2000))).toBe(null);
      expect((await stores.lookups.lastRunOf(cooldownKey, start, 2))?.startedAt).toBe(addMs(start, 1000));
      // The first one started at that very instant, and not since.
      expect(await stores.lookups.lastRunOf(cooldownKey, start, 3)).toBe(null);
      expect(await stores.lookups.lastRunOf('none', start)).toBe(null);
    });

    it('list the incidents with a run at work, of one playbook or of any, each once', async () => {
      const { incidentId } = await storeRun(stores, { playbookName: 'restart' });
      const other = await storeRun(stores, { playbookName: 'scale' });
      const ended = { status: 'succeeded', finishedAt: addMs(start, 1000) } as const;
      const over = await storeRun(stores, { playbookName: 'restart', ...ended });
      expect(await stores.lookups.atWork('restart')).toEqual([incidentId]);
      const any = await stores.lookups.atWork('*');
      expect(any).toEqual(expect.arrayContaining([incidentId, other.incidentId]));
      expect(any).not.toContain(over.incidentId);
      expect(new Set(any).size).toBe(any.length);
      expect(await stores.lookups.atWork('none')).toEqual([]);
    });

    it('count the runs that alerts have started after an instant', async () => {
      const at = addMs(start, 3_600_000);
      const trigger = { type: 'alert', fingerprint: 'f', source: 's', receipt: 'dlv_1' } as const;
      await storeRun(stores, { trigger, startedAt: at });
      await storeRun(stores, { trigger, startedAt: addMs(at, 1) });
      await storeRun(stores, { startedAt: addMs(at, 2) });
      expect(await stores.lookups.startedByAlerts(at)).toBe(1);
      expect(await stores.lookups.startedByAlerts(addMs(at, -1))).toBe(2);
    });

    it('list the incidents whose own timer is due, the longest overdue first, up to a limit', async () => {
      const second = await openIncident(stores, { incidentWakeAt: addMs(start, 1000) });
      const first = await openIncident(stores, { incidentWakeAt: start });
      await openIncident(stores, { incidentWakeAt: addMs(start, 1001) });
      await openIncident(stores, { incidentWakeAt: null });
      const due = [first.incident.id, second.incident.id];
      expect(await stores.lookups.dueIncidents(addMs(start, 1000), 10)).toEqual(due);
      expect(await stores.lookups.dueIncidents(addMs(start, 1000), 1)).toEqual(due.slice(0, 1));
      expect(await stores.lookups.dueIncidents(addMs(start, -1), 10)).toEqual([]);
    });
  });
}
