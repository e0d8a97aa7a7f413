// What /metrics says after a small scripted day on a real engine: what happened, counted; what is open, looked up.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Engine } from '../support/cluster/engine.ts';
import { ben } from '../support/engine/in-process.ts';
import { happenedIn, namesIn, samplesOf } from '../support/given/metrics.ts';
import { get, on, post, undo } from '../support/given/texts.ts';

const engine = new Engine('PostgreSQL');
const asking = 'approval: { from: ["@sre"] }';

beforeAll(async () => {
  engine.playbook(
    'good',
    `  - { id: look, ${get('/look')} }`,
    `${on('Good')}class: critical\nsla: { completeWithin: 1h }`,
  );
  engine.playbook('flaky', `  - { id: try, ${get('/flaky')}, retry: { maxAttempts: 3, baseDelay: 10ms } }`);
  engine.playbook('asks', `  - { id: act, ${post('/act')}, ${asking} }`, 'class: bestEffort');
  engine.playbook(
    'undoes',
    `  - { id: first, ${post('/first')}, ${undo('/undo')} }\n  - { id: second, ${get('/second')}, onFailure: compensate }`,
  );
  await engine.start();
});
afterAll(() => engine.stop());

const scrape = async (accept: string) => {
  const answer = await fetch(`${engine.app.url}/metrics`, { headers: { accept } });
  return { type: answer.headers.get('content-type') ?? '', text: await answer.text() };
};

it('a day of alerts, retries, approvals and undoing is what its metrics say', async () => {
  const target = await engine.target();
  target.answer('/flaky', 500, 200);
  target.answer('/second', 400);
  const startsAt = new Date(Date.now() - 20_000).toISOString();
  await engine.alert({ alertname: 'Good', target, startsAt });
  expect((await engine.alert({ alertname: 'Good', target, startsAt })).status).toBe('duplicate');
  const [good] = await engine.started('good');
  await engine.reaches(good?.runId ?? '', 'succeeded');
  await engine.reaches(await engine.run('flaky', { target }), 'succeeded');
  const granted = await engine.run('asks', { target });
  expect(await engine.decide('approve', await engine.asked(granted), ben)).toBe('granted');
  await engine.reaches(granted, 'succeeded');
  const denied = await engine.run('asks', { target });
  expect(await engine.decide('deny', await engine.asked(denied), ben)).toBe('denied');
  await engine.reaches(denied, 'failed');
  await engine.reaches(await engine.run('undoes', { target }), 'compensated');
  const open = await engine.run('asks', { target });
  await engine.asked(open);
  const stuck = await engine.run('asks', { target });
  await engine.asked(stuck);
  await engine.app.seal();
  // As if it had been a long day.
  await engine.sql(`UPDATE runs SET updated_at = now() - interval '3 hours' WHERE id = '${stuck}'`);
  await engine.sql(
    `UPDATE runs SET started_at = started_at - interval '1 hour', finished_at = finished_at - interval '1 hour' WHERE finished_at IS NOT NULL`,
  );
  await engine.sql(
    `INSERT INTO breakers (target, failures, opened, open_until, updated_at) VALUES ('x', 5, 1, now() + interval '1 hour', now())`,
  );
  await engine.sql(
    `INSERT INTO kill_switches (scope, engaged_by, reason, engaged_at) VALUES ('good', '{}', 'x', now())`,
  );

  const { type, text } = await scrape('text/plain');
  expect(type).toContain('text/plain');
  const said = (name: string) => samplesOf(text, `firebreak_${name}`);
  const did = (name: string) => happenedIn(text, `firebreak_${name}`);
  expect(said('database_answered')).toEqual({ '': 1 });
  expect(said('deliveries_total')).toMatchObject({
    'source="alertmanager",outcome="accepted"': 1,
    'source="alertmanager",outcome="duplicate"': 1,
  });
  expect(said('alert_lag_seconds_count')).toEqual({ 'source="alertmanager"': 1 });
  expect(said('alert_lag_seconds_sum')['source="alertmanager"']).toBeGreaterThanOrEqual(20);
  expect(did('incidents_opened_total')).toEqual({ 'severity="1"': 1 });
  expect(said('incidents_open')).toEqual({ 'severity="1"': 1 });
  expect(did('runs_started_total')).toEqual({
    'playbook="good",class="critical",trigger="alert"': 1,
    'playbook="flaky",class="important",trigger="manual"': 1,
    'playbook="asks",class="bestEffort",trigger="manual"': 4,
    'playbook="undoes",class="important",trigger="manual"': 1,
  });
  expect(did('runs_ended_total')).toEqual({
    'playbook="good",class="critical",outcome="succeeded",trigger="alert"': 1,
    'playbook="flaky",class="important",outcome="succeeded",trigger="manual"': 1,
    'playbook="asks",class="bestEffort",outcome="succeeded",trigger="manual"': 1,
    'playbook="asks",class="bestEffort",outcome="failed",trigger="manual"': 1,
    'playbook="undoes",class="important",outcome="compensated",trigger="manual"': 1,
  });
  expect(did('remediation_seconds_count')).toEqual({ 'class="critical"': 1 });
  expect(said('runs_active')).toEqual({ 'playbook="asks",state="awaiting_approval"': 2 });
  // Open and not stuck: nothing happened in one for hours, but what it waits for is young.
  expect(said('runs_stuck')).toEqual({ 'playbook="asks",state="awaiting_approval"': 0 });
  expect(said('runs_state_oldest_seconds')['state="awaiting_approval"']).toBeGreaterThanOrEqual(3 * 3600);
  expect(said('playbook_sla_seconds')).toEqual({ 'playbook="good"': 3600 });
  expect(said('step_retries_total')).toEqual({ 'playbook="flaky",error="transient"': 1 });
  expect(said('step_failures_total')).toEqual({
    'action="http.request",error="transient"': 1,
    'action="http.request",error="invalid"': 1,
  });
  expect(did('approvals_requested_total')).toEqual({ 'playbook="asks"': 4 });
  expect(did('approvals_decided_total')).toEqual({
    'playbook="asks",decision="granted"': 1,
    'playbook="asks",decision="denied"': 1,
  });
  expect(said('approvals_open')).toEqual({ '': 2 });
  expect(did('compensations_ended_total')).toEqual({ 'playbook="undoes",outcome="succeeded"': 1 });
  expect(said('queue_depth')).toMatchObject({ 'kind="intake",pool=""': 0, 'kind="runs",pool="default"': 0 });
  expect(said('workers_alive')).toEqual({ 'pool="default"': 1 });
  expect(said('worker_slots')).toEqual({ 'pool="default"': 100 });
  expect(said('worker_slots_used')).toEqual({ 'pool="default"': 0 });
  expect(said('breakers_open')).toEqual({ '': 1 });
  expect(said('kill_switches_engaged')).toEqual({ 'scope="all"': 0, 'scope="playbook"': 1 });
  expect(said('ledger_append_seconds_count')['stream="incident"']).toBeGreaterThan(10);
  expect(said('record_complete_ratio')).toEqual({ '': 1 });
  expect(said('step_duplicate_outcomes_total')).toEqual({ '': 0 });
  expect(said('cost_attempts_total')).toMatchObject({ 'playbook="flaky"': 2, 'playbook="asks"': 1 });

  const open2 = await scrape('application/openmetrics-text');
  expect(open2.type).toContain('application/openmetrics-text');
  expect(open2.text).toContain(`# {run_id="${granted}"}`);
  expect(namesIn(open2.text)).toHaveLength(namesIn(text).length);
});

it('no series names a run, an incident or a person', async () => {
  const { text } = await scrape('text/plain');
  expect(text).not.toMatch(/(run|inc|dlv|apr|wrk|grp)_[0-9A-Z]{20}/);
  expect(text).not.toContain(ben.id);
});

it('a worker that serves nothing else answers scrapes at a port of its own, guarded, and nothing besides', async () => {
  const environment = { METRICS_PORT: '0', FIREBREAK_API_TOKEN: 'a-token-for-scrapes-1' };
  const worker = await engine.another({ role: 'worker', pool: 'deep' }, undefined, environment);
  const get = (path: string, authorization = 'Bearer a-token-for-scrapes-1') =>
    fetch(`${worker.metricsUrl}${path}`, { headers: { authorization } });
  expect(worker.url).toBeNull();
  expect(samplesOf(await (await get('/metrics')).text(), 'firebreak_worker_slots')).toEqual({ 'pool="deep"': 100 });
  expect((await get('/metrics', 'Bearer wrong')).status).toBe(401);
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/api/v1/runs')).status).toBe(404);
});
