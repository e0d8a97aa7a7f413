// A database in which something of everything has happened, made by a real Firebreak: for tamper trials.
import type { App } from '../../../src/app.ts';
import { withOwnedDatabase } from '../../../src/cli/session/database-api.ts';
import type { Config } from '../../../src/config/environment.ts';
import { archiveStreams } from '../../../src/engine/record/archive-streams.ts';
import { type KeptRecord, keepRecord } from '../cluster/kept-record.ts';
import { groupChange, heldAlert, openedGroup } from '../engine/group-change.ts';
import { ana } from '../given/given.ts';
import { anAlert } from '../given/incident.ts';
import { principalOf } from '../given/principals.ts';

const settings = JSON.stringify({
  access: { operate: 'everyone', administer: 'everyone', respond: 'everyone' },
  freezes: [
    { name: 'past', reason: 'over', playbooks: ['none'], from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' },
  ],
  integrations: { alertmanager: { source: 'alertmanager', auth: { type: 'none' } } },
});

/** Alerts that fire and end, a token of each fate, a switch that stays engaged, a merge, a note: before each of two checkpoints. */
async function happen({ url, store, operations }: App, config: Config): Promise<void> {
  const caller = { principal: principalOf(ana), cause: 'test' };
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const { state } = await store.systemStream.load();
  const token = `ci-${Object.keys(state.tokens).length}`;
  for (const answer of [
    await operations.halt({ ...caller, scope: '*', reason: 'the core network' }),
    await operations.createToken({ ...caller, name: 'ci', rights: ['view'], expiresAt }),
    await operations.revokeToken({ ...caller, name: 'ci' }),
    await operations.createToken({ ...caller, name: token, rights: ['view'], expiresAt }),
  ])
    if (!answer.ok) throw new Error(answer.error.message);
  await deliver(url, [alert('CpuHigh', 'firing'), alert('DiskFull', 'firing')]);
  await deliver(url, [alert('DiskFull', 'resolved')]);
  while ((await store.reads.deliveries({ limit: 1, cursor: null, status: 'accepted' })).items.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const { items } = await store.reads.incidents({ limit: 10, cursor: null });
  // The one that is over stays as it was sealed.
  const [one, other] = items.filter(({ id }) => id !== overId);
  if (!one || !other) throw new Error('alerts opened no incidents');
  const noted = await operations.note({ ...caller, incidentId: one.id, text: 'seen' });
  if (!noted.ok) throw new Error(noted.error.message);
  const engaged = await operations.release({ ...caller, scope: '*' });
  const still = await operations.halt({ ...caller, scope: 'look', reason: 'it is read' });
  if (!engaged.ok || !still.ok) throw new Error('the switch does not move');
  await gather(store.groups);
  if (token !== 'ci-0') return archiveOver(config);
  const over = await operations.declare({ ...caller, id: overId, title: 'over long ago', severity: 3 });
  if (!over.ok) throw new Error(over.error.message);
  const resolved = await operations.resolveIncident({ ...caller, incidentId: overId, reason: 'it is over' });
  if (!resolved.ok) throw new Error(resolved.error.message);
  const free = await operations.release({ ...caller, scope: 'look' });
  if (!free.ok) throw new Error(free.error.message);
}

/** Two alert groups that hold something; the first of them moves on before the second checkpoint. */
async function gather(groups: App['store']['groups']): Promise<void> {
  const at = new Date().toISOString();
  for (const [n, key] of ['web-1', 'web-2'].entries()) {
    const before = await groups.byKey(key);
    if (before && n > 0) continue;
    const held = heldAlert(anAlert(`alert ${before?.head.version ?? 0}`));
    const events = before ? [held] : [openedGroup(key), held];
    const groupId = before?.group.id ?? `grp_${String(n + 1).repeat(26)}`;
    const outcome = await groups.append(groupChange({ groupId, before, events, at }));
    if (outcome !== 'appended') throw new Error(`the group of ${key} is not written: ${outcome}`);
  }
}

/** The incident that is over before the first checkpoint and leaves before the second. */
const overId = `inc_${'9'.repeat(26)}`;

async function archiveOver(config: Config): Promise<void> {
  await withOwnedDatabase(config, async ({ adapters, engine, principal }) => {
    const { store, signer } = adapters;
    const { events, artifacts, checkpoints } = store;
    const parts = {
      candidates: async (asked: Parameters<typeof store.archiveCandidates>[0]) =>
        (await store.archiveCandidates(asked)).filter(({ streamId }) => streamId === overId),
      exports: { events, artifacts, checkpoints, signer: () => signer },
      place: { keep: async (_: string, content: string) => content },
      archiveStream: engine.operations.archiveStream,
    };
    const endedBefore = new Date((await store.nowMs()) + 60_000).toISOString();
    for await (const one of archiveStreams(parts, { principal, cause: 'test', endedBefore }))
      if (one.outcome === 'left') throw new Error(one.why);
  });
}

const alert = (name: string, status: 'firing' | 'resolved') => ({
  status,
  labels: { alertname: name, severity: 'critical', instance: 'web-1' },
  annotations: { summary: `${name} on web-1` },
  startsAt: '2026-03-01T00:00:00Z',
  endsAt: status === 'resolved' ? '2026-03-01T01:00:00Z' : '0001-01-01T00:00:00Z',
  generatorURL: '',
  fingerprint: Buffer.from(name).toString('hex').slice(0, 16),
});

async function deliver(url: string | null, alerts: readonly ReturnType<typeof alert>[]): Promise<void> {
  for (const one of alerts) {
    const body = {
      ...{ version: '4', status: one.status, receiver: 'firebreak', groupKey: one.labels.alertname, alerts: [one] },
      ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: '', truncatedAlerts: 0 },
    };
    const answer = await fetch(`${url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
}

/** Makes it. */
export const populated = (): Promise<KeptRecord> => keepRecord(happen, settings);
