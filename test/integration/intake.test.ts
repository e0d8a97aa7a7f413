// From deliveries to incidents and runs on a real engine: nothing twice, nothing lost, nothing out of order.
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import type { IncidentRow } from '../../src/ports/reads.ts';
import { Engine } from '../support/cluster/engine.ts';
import { onBothQueues } from '../support/engine/on-both-queues.ts';
import { get, on } from '../support/given/texts.ts';

onBothQueues('intake', (engine) => {
  engine.playbook('answering', `  - { id: a, ${get('/a')} }`, on('Answering'));
  engine.playbook('lingering', '  - { id: w, uses: wait, with: { signal: go } }', on('Lingering'));

  const incidents = async (of: Engine): Promise<readonly IncidentRow[]> =>
    (await of.app.store.reads.incidents({ limit: 500, cursor: null })).items;
  const titled = async (title: string) => (await incidents(engine)).filter((incident) => incident.title === title);

  it('takes the same delivery once, however often it comes', async () => {
    const target = await engine.target();
    // The same body counts as the same delivery within a minute of the clock: it shall not strike in between.
    engine.pass(60_000 - (engine.runtime.nowMs() % 60_000));
    const alert = { alertname: 'Answering', id: 'twice', target };
    const answers = await Promise.all(Array.from({ length: 10 }, () => engine.alert(alert)));
    answers.push(await engine.alert(alert));
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(new Set(answers.map(({ receipt }) => receipt)).size).toBe(1);
    const [run] = await engine.started('answering');
    await engine.reaches(run?.runId ?? '', 'succeeded');
    expect(await engine.runsOf('answering')).toHaveLength(1);
    expect(await titled('Answering of twice')).toHaveLength(1);
    expect(target.calls).toHaveLength(1);
  });

  it('names the same receipt to a delivery that comes while the first is still being written', async () => {
    const { deliveries } = engine.app.store;
    const other = new pg.Client({ connectionString: engine.config.databaseUrl ?? '' });
    await other.connect();
    onTestFinished(() => other.end());
    const about = {
      source: 'alertmanager',
      integration: 'alertmanager',
      headers: {},
      body: Buffer.from('{}'),
      alerts: [],
    };
    const { receipt } = await deliveries.accept({ ...about, dedupe: { kind: 'sender', value: 'same' } });
    // The same row once more, as another process writes it: not there for anybody else before it commits.
    const { rows } = await other.query('SELECT to_json(d) AS row FROM deliveries d WHERE receipt = $1', [receipt]);
    await other.query('DELETE FROM deliveries WHERE receipt = $1', [receipt]);
    await other.query('BEGIN');
    await other.query('INSERT INTO deliveries SELECT * FROM json_populate_record(NULL::deliveries, $1)', [
      rows[0]?.row,
    ]);
    const second = deliveries.accept({ ...about, dedupe: { kind: 'sender', value: 'same' } });
    const stuck = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    await expect.poll(() => engine.sql(stuck), { timeout: 10_000, interval: 10 }).toHaveLength(1);
    await other.query('COMMIT');
    expect(await second).toEqual({ receipt, status: 'duplicate' });
  });

  it('counts a reminder of the same alert, which starts nothing anew', async () => {
    await engine.alert({ alertname: 'Lingering' });
    await engine.started('lingering');
    engine.pass(61_000);
    const { receipt, status } = await engine.alert({ alertname: 'Lingering' });
    expect(status).toBe('accepted');
    await engine.dealtWith(receipt);
    const [incident] = await titled('Lingering of Lingering');
    expect(Object.values(incident?.alerts ?? {})).toMatchObject([{ status: 'firing', count: 2 }]);
    expect(await engine.runsOf('lingering')).toHaveLength(1);
  });

  it('reads a group that fires and resolves in one body, alert by alert', async () => {
    const of = (id: string, status: 'firing' | 'resolved') => ({ alertname: 'Mixed', id, status });
    const deliver = async (...alerts: ReturnType<typeof of>[]) =>
      engine.dealtWith((await engine.deliver('mixed', alerts)).receipt);
    const statuses = async () => {
      const [incident] = await titled('Mixed of mixed');
      const alerts = Object.entries(incident?.alerts ?? {}).map(([key, { status }]) => [key.split('/')[1], status]);
      return { incident: incident?.status, ...Object.fromEntries(alerts) };
    };
    await deliver(of('a', 'firing'), of('never-heard-of', 'resolved'));
    expect(await statuses()).toEqual({ incident: 'open', a: 'firing' });
    await deliver(of('a', 'resolved'), of('b', 'firing'));
    expect(await statuses()).toEqual({ incident: 'open', a: 'resolved', b: 'firing' });
    await deliver(of('b', 'resolved'), of('a', 'resolved'));
    expect(await statuses()).toEqual({ incident: 'resolved', a: 'resolved', b: 'resolved' });
    await deliver(of('b', 'firing'));
    expect(await statuses()).toEqual({ incident: 'open', a: 'resolved', b: 'firing' });
    expect(await titled('Mixed of mixed')).toHaveLength(1);
  });

  it('opens nothing for the end of something it never heard of', async () => {
    const { receipt } = await engine.alert({ alertname: 'Unheard', status: 'resolved' });
    await engine.dealtWith(receipt);
    expect(await titled('Unheard of Unheard')).toEqual([]);
  });

  it('never lets a resolve overtake its alert, with two workers on what has piled up', async () => {
    const late = new Engine(engine.queue);
    late.playbook('answering', `  - { id: a, ${get('/a')} }`, on('Answering'));
    await late.start({ role: 'web' });
    try {
      const target = await engine.target();
      const ids = Array.from({ length: 60 }, (_, i) => `late-${i}`);
      const receipts = await Promise.all(
        ids.map(async (id) => {
          const alert = { alertname: 'Answering', id, target };
          await late.alert(alert);
          return (await late.alert({ ...alert, status: 'resolved' })).receipt;
        }),
      );
      await Promise.all([late.another({ role: 'worker' }), late.another({ role: 'worker' })]);
      for (const receipt of receipts) await late.dealtWith(receipt);
      const all = await incidents(late);
      expect(all).toHaveLength(ids.length);
      for (const { id } of all) {
        const types = (await late.stream(id)).map(({ type }) => type);
        expect(types.filter((type) => /^(alert|incident)\./.test(type))).toEqual([
          ...['incident.opened', 'alert.received', 'alert.resolved', 'incident.resolved'],
        ]);
      }
      for (const { runId } of await late.started('answering', ids.length)) await late.reaches(runId, 'succeeded');
      expect(target.calls).toHaveLength(ids.length);
    } finally {
      await late.stop();
    }
  });

  engine.playbook('bursting', `  - { id: a, ${get('/a')} }`, on('Bursting'));

  it('loses none of 300 alerts that come in one burst', async () => {
    const target = await engine.target();
    const ids = Array.from({ length: 300 }, (_, i) => `burst-${i}`);
    // A hundred senders at a time, as more are told to come again.
    const senders = Array.from({ length: 100 }, async () => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop())
        expect(await engine.alert({ alertname: 'Bursting', id, target })).toMatchObject({ status: 'accepted' });
    });
    await Promise.all(senders);
    const succeeded = `SELECT count(*)::int AS count FROM runs WHERE playbook = 'bursting' AND status = 'succeeded'`;
    await engine.until('300 runs to succeed', async () => (await engine.sql(succeeded))[0]?.count === 300);
    expect(new Set(target.calls.map(({ key }) => key)).size).toBe(300);
    expect(target.calls).toHaveLength(300);
    const runs = await engine.runsOf('bursting');
    expect(new Set(runs.map(({ incidentId }) => incidentId)).size).toBe(300);
    expect(
      await engine.sql(`SELECT receipt FROM intake_queue UNION ALL SELECT receipt FROM deliveries WHERE dead`),
    ).toEqual([]);
  });

  engine.playbook('grouped', `  - { id: a, ${get('/a')} }\n  - { id: b, ${get('/b')} }`, on('Grouped'));

  it('runs what 200 alerts of one group start, all in one incident', async () => {
    const target = await engine.target();
    const alert = (i: number) => ({ alertname: 'Grouped', id: `grouped-${i}`, target, labels: { key: `k${i}` } });
    await engine.deliver(
      'grouped',
      Array.from({ length: 200 }, (_, i) => alert(i)),
    );
    const succeeded = `SELECT count(*)::int AS count FROM runs WHERE playbook = 'grouped' AND status = 'succeeded'`;
    await engine.until('200 runs to succeed', async () => (await engine.sql(succeeded))[0]?.count === 200);
    expect(target.calls).toHaveLength(400);
    expect(await titled('Grouped of grouped')).toHaveLength(1);
  });
});
