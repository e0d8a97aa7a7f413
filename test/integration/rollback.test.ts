// A database that was put back to an earlier time under a real Firebreak: it takes alerts, acts on nothing, and says why.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { auditStore } from '../../src/record.ts';
import { type Copy, type KeptRecord, keepRecord, silent } from '../support/cluster/kept-record.ts';
import { ana } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const settings = JSON.stringify({
  access: { administer: 'everyone', start: 'everyone' },
  integrations: { alertmanager: { source: 'alertmanager', auth: { type: 'none' } } },
});
const caller = { principal: principalOf(ana), cause: 'test' };
const order = { ...caller, playbook: 'look', inputs: { service: 's' }, incidentId: null };
const body = JSON.stringify({
  ...{ version: '4', status: 'firing', receiver: 'firebreak', groupKey: 'g', groupLabels: {}, commonLabels: {} },
  ...{ commonAnnotations: {}, externalURL: '', truncatedAlerts: 0 },
  alerts: [
    {
      ...{ status: 'firing', labels: { alertname: 'CpuHigh' }, annotations: {}, startsAt: '2026-03-01T00:00:00Z' },
      ...{ endsAt: '0001-01-01T00:00:00Z', generatorURL: '', fingerprint: 'feed' },
    },
  ],
});

let record: KeptRecord;
let earlier: Copy;
const apps: App[] = [];
beforeAll(async () => {
  record = await keepRecord(undefined, settings);
  earlier = await record.copy('earlier');
});
afterAll(async () => {
  for (const app of apps) await app.stop();
  await record?.close();
});

async function started(): Promise<App> {
  const app = await startApp(earlier.config, silent, { role: 'all', pool: 'default' });
  if (!app.ok) throw new Error(app.error.join('\n'));
  apps.push(app.value);
  return app.value;
}
const deliver = ({ url }: App) =>
  fetch(`${url}/hooks/alertmanager`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
const waiting = async ({ store }: App) =>
  (await store.reads.deliveries({ limit: 10, cursor: null, status: 'accepted' })).items.length;

it('stands still until somebody accepts it, and then deals with what came in meanwhile', async () => {
  const app = await started();
  expect((await deliver(app)).ok).toBe(true);
  expect(await app.operations.startRun(order)).toMatchObject({ ok: false, error: { code: 'record_fault' } });
  expect(app.operations.killSwitches()).toMatchObject([{ scope: '*', reason: /lost checkpoint 2/ }]);
  expect((await app.store.reads.runs({ limit: 10, cursor: null })).items).toHaveLength(2);
  // The delivery that woke intake still waits after the reconciler has looked around twice.
  await new Promise((resolve) => setTimeout(resolve, 4500));
  expect(await waiting(app)).toBe(1);
  expect(await app.operations.acceptRestore({ ...caller, reason: 'a disk failed' })).toMatchObject({ ok: true });
  await expect.poll(() => waiting(app), { timeout: 10_000 }).toBe(0);
  expect(await app.operations.startRun(order)).toMatchObject({ ok: true });
  await app.stop();
  apps.length = 0;
  const again = await started();
  expect(again.operations.killSwitches()).toEqual([]);
  expect(await auditStore(earlier.config, again.store)).toMatchObject({ outcome: 'ok' });
});
