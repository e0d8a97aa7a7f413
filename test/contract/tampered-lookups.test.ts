// What derived columns and indexes are made to say by somebody who may do everything in the database: no lookup makes anybody act on it.
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatId } from '../../src/core/ids.ts';
import { addMs } from '../../src/core/time.ts';
import { RecordFaultError } from '../../src/core/timeline/record-fault.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { fresh, openIncident, storeRun } from './stored-run.ts';
import type { Stores } from './stores.ts';

let store: Store;
let client: pg.Client;
beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await store?.close();
});

const stores = () => store as unknown as Stores;
async function expectRefused(all: readonly (() => Promise<unknown>)[], problem: RegExp): Promise<void> {
  for (const load of all) await expect(load()).rejects.toThrow(RecordFaultError);
  for (const load of all) await expect(load()).rejects.toThrow(problem);
}

describe('a run that a lookup finds', () => {
  it('by a key that its state does not have is refused: nobody is cancelled for it, and nobody waits for it unseen', async () => {
    const { runId, incidentId } = await storeRun(stores(), { cooldownKey: 'a key' });
    expect((await store.lookups.lastRunOf('a key', '2020-01-01T00:00:00.000Z'))?.runId).toBe(runId);
    const edited = [
      ['holds_key', () => store.lookups.holderOf('forged')],
      ['queues_for', () => store.lookups.firstInLine('forged')],
      ['cooldown_key', () => store.lookups.lastRunOf('forged', '2020-01-01T00:00:00.000Z')],
    ] as const;
    for (const [column, lookup] of edited) {
      await client.query(`UPDATE runs SET ${column} = 'forged' WHERE id = $1`, [runId]);
      await expectRefused([lookup], new RegExp(`${runId}: its column ${column} was edited`));
      await client.query(`UPDATE runs SET holds_key = NULL, queues_for = NULL, cooldown_key = 'a key' WHERE id = $1`, [
        runId,
      ]);
    }
    expect(store.faults().map(({ streamId }) => streamId)).toContain(incidentId);
  });
});

describe('an incident that an alert is led to', () => {
  it('by an edited row is refused where its state knows nothing of the alert', async () => {
    const { incident } = await openIncident(stores(), { groupKey: 'its group' });
    await client.query(
      `INSERT INTO alerts (fingerprint, incident_id, active, updated_at) VALUES ('lost', $1, true, now())`,
      [incident.id],
    );
    const by = (fingerprint: string, groupKey: string) => () =>
      store.correlation.incidentFor(anAlert(fingerprint, { groupKey }), start);
    await expectRefused([by('lost', 'another')], /of which its state knows nothing/);
    expect((await by('new', 'its group')())?.incident.id).toBe(incident.id);
    await client.query(`UPDATE incidents SET group_key = 'forged' WHERE id = $1`, [incident.id]);
    await expectRefused([by('new', 'forged'), () => store.correlation.openInGroup('forged')], /its state/);
  });
});

describe('the index of alerts', () => {
  const homes = (fingerprint: string) => () => store.correlation.activeIn([fingerprint]);
  const known = async (active: boolean) => {
    const fingerprint = fresh('alert');
    const { incident } = await openIncident(stores(), { groupKey: fresh('group'), alerts: [{ fingerprint, active }] });
    return { fingerprint, incident };
  };

  it.each([true, false])(
    'that says the contrary of an alert that fires (%s) is refused by whoever looks for it',
    async (active) => {
      const { fingerprint, incident } = await known(active);
      expect([...(await homes(fingerprint)())].map(([, { incidentId }]) => incidentId)).toEqual(
        active ? [incident.id] : [],
      );
      await client.query('UPDATE alerts SET active = NOT active WHERE fingerprint = $1', [fingerprint]);
      await expectRefused([homes(fingerprint)], /the index of alerts says of .* what its state does not/);
    },
  );

  it('that names another incident is refused by whoever looks for it', async () => {
    const [{ fingerprint }, other] = [await known(true), await known(true)];
    await client.query('UPDATE alerts SET incident_id = $2 WHERE fingerprint = $1', [fingerprint, other.incident.id]);
    await expectRefused([homes(fingerprint)], /the index of alerts/);
  });

  it('makes no closed incident of an open one, and gives no group to it', async () => {
    const { fingerprint, incident } = await known(true);
    await client.query(`UPDATE incidents SET status = 'closed', group_key = 'forged' WHERE id = $1`, [incident.id]);
    expect([...(await homes(fingerprint)())]).toEqual([
      [fingerprint, { incidentId: incident.id, groupKey: incident.groupKey }],
    ]);
  });

  it('that says that an alert fires makes nobody drop its next firing as a repetition', async () => {
    const { fingerprint } = await known(false);
    const firing = {
      ...{ source: 's', integration: fresh('integration'), headers: {}, body: Buffer.from('{}') },
      ...{ alerts: [anAlert(fingerprint)], dedupe: { kind: 'hash' as const, value: fresh('hash') } },
    };
    const first = await store.deliveries.accept(firing);
    await store.deliveries.settle(first.receipt);
    await client.query('UPDATE alerts SET active = true WHERE fingerprint = $1', [fingerprint]);
    expect((await store.deliveries.accept(firing)).status).toBe('accepted');
    await client.query('DELETE FROM intake_queue');
  });
});

describe('a run at work', () => {
  it('is one whose state says so: an edit makes nobody note a halt elsewhere, and one broken row hides no other', async () => {
    const ended = { status: 'succeeded', finishedAt: addMs(start, 1000) } as const;
    const over = await storeRun(stores(), { playbookName: 'over', ...ended });
    const [working, broken] = [
      await storeRun(stores(), { playbookName: 'works' }),
      await storeRun(stores(), { playbookName: 'works' }),
    ];
    await client.query(`UPDATE runs SET finished_at = NULL WHERE id = $1`, [over.runId]);
    await client.query(`UPDATE runs SET playbook = 'forged' WHERE id = $1`, [working.runId]);
    expect(await store.lookups.atWork('over')).toEqual([]);
    expect(await store.lookups.atWork('forged')).toEqual([]);
    await client.query(`UPDATE runs SET playbook = 'works' WHERE id = $1`, [working.runId]);
    await client.query(`UPDATE runs SET proof = 'x' || proof WHERE id = $1`, [broken.runId]);
    await client.query(`UPDATE incidents SET proof = NULL WHERE id = $1`, [broken.incidentId]);
    expect(await store.lookups.atWork('works')).toEqual([working.incidentId]);
  });
});

describe('a storm', () => {
  it('is counted by what the start of a run fixed: no edited column hides a run that an alert has started', async () => {
    const at = '2027-05-01T00:00:00.000Z';
    const trigger = { type: 'alert', fingerprint: 'f', source: 's', receipt: 'dlv_1' } as const;
    const startAt = (n: number, given: Parameters<typeof storeRun>[1]) =>
      storeRun(
        stores(),
        { startedAt: addMs(at, n), ...given },
        formatId('run', Date.parse(at) + n, Buffer.alloc(10, n)),
      );
    const [one, two] = [await startAt(1, { trigger }), await startAt(2, { trigger })];
    await startAt(3, {});
    const counted = () => store.lookups.startedByAlerts(at);
    expect(await counted()).toBe(2);
    await client.query('UPDATE runs SET by_alert = false WHERE id = $1', [one.runId]);
    await client.query(`UPDATE runs SET started_at = '2020-01-01' WHERE id = $1`, [two.runId]);
    expect(await counted()).toBe(2);
    await client.query(`UPDATE runs SET origin_proof = NULL WHERE id = $1`, [one.runId]);
    expect(await counted()).toBe(2);
  });
});

describe('an incident that an order names', () => {
  it('by a number or a channel that was edited is refused: the order reaches no other incident', async () => {
    const [{ incident }, other] = [await openIncident(stores()), await openIncident(stores())];
    await client.query(`UPDATE incidents SET number = number + 500000, channel_id = 'C0FORGED' WHERE id = $1`, [
      incident.id,
    ]);
    const asked = [
      () => store.reads.incident(`#${incident.number + 500_000}`),
      () => store.reads.incidentByChannel('C0FORGED'),
    ];
    await expectRefused(asked, /it was found by (number|channel_id) .*, which its state does not have/);
    expect((await store.reads.incident(`#${other.incident.number}`))?.id).toBe(other.incident.id);
  });
});
