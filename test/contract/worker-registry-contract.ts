// What the registry of workers promises.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMs } from '../../src/core/time.ts';
import { start } from '../support/given/given.ts';
import { storeRun } from './stored-run.ts';
import type { OpenStores, Stores } from './stores.ts';

const leaseMs = 60_000;

/** The contract of `WorkerRegistry`. */
export function workerRegistryContract(open: OpenStores): void {
  describe('a registry of workers', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    afterAll(() => stores.close());

    it('lists the workers that gave a sign of life within the lease, by name', async () => {
      const { registry } = stores;
      await registry.heartbeat('w2', 'gpu', ['train']);
      await registry.heartbeat('w1', 'default', ['shell.run', 'wait']);
      const w1 = { worker: 'w1', pool: 'default', actions: ['shell.run', 'wait'] };
      expect(await registry.alive(leaseMs)).toEqual([w1, { worker: 'w2', pool: 'gpu', actions: ['train'] }]);
      await stores.later(leaseMs + 1000);
      expect(await registry.alive(leaseMs)).toEqual([]);
      await registry.heartbeat('w1', 'default', ['shell.run', 'wait']);
      expect(await registry.alive(leaseMs)).toEqual([w1]);
      await registry.leave('w1');
      expect(await registry.alive(leaseMs)).toEqual([]);
    });

    it('tells a worker which runs it holds steps of, and which of them are to be cancelled', async () => {
      const held = await storeRun(stores, { workers: ['holder', 'holder', 'another'] });
      const cancelled = await storeRun(stores, { workers: ['holder'], status: 'cancelling' });
      await storeRun(stores, { workers: ['another'] });
      const { holding, cancelling } = await stores.registry.heartbeat('holder', 'default', []);
      expect([...holding].sort()).toEqual([held.runId, cancelled.runId].sort());
      expect(cancelling).toEqual([cancelled.runId]);
      expect(await stores.registry.heartbeat('idle', 'default', [])).toEqual({ holding: [], cancelling: [] });
    });

    it('names the runs whose workers have fallen silent, have left, or were never heard of, each worker once', async () => {
      const { registry } = stores;
      await registry.forgetOthers();
      await registry.heartbeat('silent', 'default', []);
      await stores.later(leaseMs + 1000);
      await registry.heartbeat('living', 'default', []);
      const { runId } = await storeRun(stores, { workers: ['silent', 'silent', 'living', 'unheard'] });
      const healthy = await storeRun(stores, { workers: ['living'] });
      const orphans = await registry.orphans(leaseMs);
      const found = orphans.find((orphan) => orphan.runId === runId);
      expect([...(found?.gone ?? [])].sort()).toEqual(['silent', 'unheard']);
      expect(orphans.map((orphan) => orphan.runId)).not.toContain(healthy.runId);
      await registry.leave('living');
      expect((await registry.orphans(leaseMs)).map((orphan) => orphan.runId)).toContain(healthy.runId);
    });

    it('forgets every worker when a process knows that it is alone', async () => {
      await stores.registry.heartbeat('w3', 'default', []);
      await stores.registry.forgetOthers();
      expect(await stores.registry.alive(leaseMs)).toEqual([]);
    });

    it('lists the runs that are due, the longest overdue first, page by page', async () => {
      const at = addMs(start, 1000);
      const pools = ['default', 'gpu'];
      const late = await storeRun(stores, { wakeAt: at, pools });
      const same = await storeRun(stores, { wakeAt: at, pools });
      const first = await storeRun(stores, { wakeAt: start });
      await storeRun(stores, { wakeAt: addMs(at, 1) });
      const due = await stores.registry.due(at, 10, null);
      expect(due.map(({ runId }) => runId)).toEqual([first.runId, ...[late.runId, same.runId].sort()]);
      expect(due[1]).toEqual({ runId: due[1]?.runId, version: 2, severity: 2, wakeAt: at, pools });
      const page = await stores.registry.due(at, 2, due[0] ?? null);
      expect(page).toEqual(due.slice(1));
      expect(await stores.registry.due(at, 1, null)).toEqual(due.slice(0, 1));
    });
  });
}
