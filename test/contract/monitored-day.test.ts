// A day in seconds: a real Firebreak with a stand-in Slack, scraped by a real Prometheus where one is on PATH. Then every query of every
// dashboard has a number, and the alert rules with windows of minutes and hours are active exactly where the day gave reason.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { files } from '../../scripts/dashboards/files.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { Engine } from '../support/cluster/engine.ts';
import { ben, webhookToken } from '../support/engine/in-process.ts';
import { get, on, post, undo } from '../support/given/texts.ts';
import { startScraping } from '../support/senders/scraping-prometheus.ts';
import { type BoardFile, panelsOf } from '../support/source/boards.ts';
import { isInstalled } from '../support/source/promtool.ts';

const engine = new Engine('PostgreSQL', { slack: { invite: ['@sre'] } });
const slack = { botToken: 'xoxb-test-token', signingSecret: 'test-signing-secret', appToken: 'xapp-test-token' };
const token = 'a-token-for-scrapes-1';
const asking = (more = '') => `approval: { from: ["@sre"]${more} }`;
const isThere = isInstalled('prometheus');

beforeAll(async () => {
  if (!isThere) return;
  engine.playbook(
    'good',
    `  - { id: look, ${get('/look')} }`,
    `${on('Good')}class: critical\nsla: { completeWithin: 1h }`,
  );
  engine.playbook(
    'flaky',
    `  - { id: try, ${get('/flaky')}, retry: { maxAttempts: 5, baseDelay: 10ms, maxDelay: 20ms } }`,
  );
  engine.playbook('asks', `  - { id: act, ${post('/act')}, ${asking()} }`, 'class: bestEffort');
  engine.playbook('briefly', `  - { id: act, ${post('/act')}, ${asking(', expiresIn: 1s, escalate: ["@lead"]')} }`);
  engine.playbook('breaks', `  - { id: act, ${post('/breaks')} }`, 'class: critical');
  engine.playbook('late', `  - { id: act, ${post('/late')} }`, 'sla: { completeWithin: 1s }');
  const second = `  - { id: second, ${get('/second')}, onFailure: compensate }`;
  engine.playbook('undoes', `  - { id: first, ${post('/first')}, ${undo('/undo')} }\n${second}`);
  engine.playbook('sticks', `  - { id: first, ${post('/first')}, ${undo('/undo-not')} }\n${second}`);
  await engine.start();
});
afterAll(() => engine.stop());

/** The day. What it leaves open stays open: a run that has waited for people for three hours, one beyond its SLA, which is stuck. */
async function live(): Promise<void> {
  const target = await engine.target();
  // Five failures in turn would open the breaker of the target.
  const fourRetries = [429, 429, 429, 429, 200];
  target.answer('/flaky', ...fourRetries, ...fourRetries, ...fourRetries, ...fourRetries);
  target.answer('/second', 400);
  target.answer('/undo-not', 400);
  target.answer('/breaks', 401);
  const late = target.hold('/late');
  const overdue = await engine.run('late', { target });
  await late.arrived();
  const startsAt = new Date(Date.now() - 20_000).toISOString();
  // A storm, and one of its alerts twice.
  for (let n = 0; n < 12; n++) await engine.alert({ alertname: 'Good', id: `good-${n}`, target, startsAt });
  await engine.alert({ alertname: 'Good', id: 'good-0', target, startsAt });
  for (const { runId } of await engine.started('good', 13)) await engine.reaches(runId, 'succeeded');
  for (let n = 0; n < 4; n++) await engine.reaches(await engine.run('flaky', { target }), 'succeeded');
  const granted = await engine.run('asks', { target });
  await engine.decide('approve', await engine.asked(granted), ben);
  await engine.reaches(granted, 'succeeded');
  await engine.reaches(await engine.run('briefly', { target }), 'failed');
  await engine.reaches(await engine.run('breaks', { target }), 'failed');
  await engine.reaches(await engine.run('undoes', { target }), 'compensated');
  await engine.reaches(await engine.run('sticks', { target }), 'compensation_failed');
  const cancelled = await engine.run('asks', { target });
  await engine.asked(cancelled);
  await engine.order(cancelled, 'cancel');
  const stuck = await engine.run('asks', { target });
  await engine.asked(stuck);
  await engine.sql(`UPDATE runs SET updated_at = now() - interval '3 hours' WHERE id = '${stuck}'`);
  await engine.until('the run to be late', async () => (await engine.story(overdue)).includes('run.overdue'));
  for (let n = 0; n < 8; n++) await refusedDelivery();
  await handleIncident();
}

const refusedDelivery = async () =>
  expect(
    (
      await fetch(`${engine.app.url}/hooks/alertmanager`, {
        method: 'POST',
        headers: { authorization: `Bearer not-${webhookToken}` },
        body: '{}',
      })
    ).status,
  ).toBeGreaterThanOrEqual(400);

/** Somebody has an incident, contains it, ends it. */
async function handleIncident(): Promise<void> {
  const [run] = await engine.runsOf('good');
  for (const [what, body] of [
    ['acknowledge', {}],
    ['mitigate', {}],
    ['resolve', { reason: 'over' }],
  ] as const) {
    const answer = await fetch(`${engine.app.url}/api/v1/incidents/${run?.incidentId}/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(`${what} ${answer.status} ${answer.ok ? '' : await answer.text()}`).toMatch(/ 20\d /);
  }
}

/** As Grafana asks: every choice is "all", and rates go back as far as there are four scrapes. */
const asked = (query: string) => query.replaceAll('$__rate_interval', '4s').replace(/"\$\w+"/g, '".*"');

/** What the day gives reason for, with what it is about. Those that wait some minutes are pending. */
const active = [
  'FirebreakApprovalsExpired ticket briefly',
  'FirebreakCompensationFailed page sticks',
  'FirebreakCredentialsRefused page http.request',
  'FirebreakCriticalRunFailed page breaks',
  'FirebreakRetrySpike ticket flaky',
  'FirebreakRunFailed ticket briefly',
  'FirebreakRunsOverSla page late',
  'FirebreakRunsStuck ticket late',
  'FirebreakSendersRefused ticket alertmanager',
  'FirebreakSlackFailing page',
  'FirebreakSlackFailing ticket',
  'FirebreakWatchdog none',
];

it('after a day of storms, failures, approvals and an outage of Slack no panel is empty, and the alerts are those that it gives reason for', async () => {
  if (!isThere) return;
  const fromMs = Date.now();
  const sandbox = await startSandbox(slack);
  const spoken = await engine.another({}, undefined, {
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: sandbox.apiUrl },
    ...{ FIREBREAK_API_TOKEN: token },
  });
  const prometheus = await startScraping([
    { url: engine.app.url ?? '', token: null },
    { url: spoken.url ?? '', token },
  ]);
  try {
    await expect.poll(prometheus.isReady, { timeout: 20_000 }).toBe(true);
    await expect.poll(() => prometheus.numbers('sum(up)', fromMs), { timeout: 20_000 }).toContain(2);
    // An alert, its run and a refusal of the day before: rates are of series that are there.
    const target = await engine.target();
    await engine.alert({ alertname: 'Good', id: 'early', target, startsAt: new Date(Date.now() - 5000).toISOString() });
    await refusedDelivery();
    const before =
      'sum(firebreak_alert_lag_seconds_count) * sum(firebreak_refused_requests_total) * sum(firebreak_run_duration_seconds_count)';
    await expect.poll(() => prometheus.numbers(before, fromMs), { timeout: 20_000 }).toContain(1);
    // Slack breaks for all of the day, and is back in the evening.
    sandbox.addFault({ method: '*', kind: 'http_500', times: 1_000_000 });
    await live();
    sandbox.clearFaults();
    await expect
      .poll(async () => (await prometheus.rules()).active, { timeout: 40_000, interval: 1000 })
      .toEqual(active);
    expect((await prometheus.rules()).wrong).toEqual([]);
    const empty: string[] = [];
    const look = async () => {
      empty.length = 0;
      for (const [name, text] of files)
        for (const { title, queries } of panelsOf(JSON.parse(text) as BoardFile))
          for (const query of queries)
            if ((await prometheus.numbers(asked(query), fromMs)).length === 0) empty.push(`${name} ${title}: ${query}`);
      return [...empty];
    };
    // What happened last is known after two scrapes more.
    await expect.poll(look, { timeout: 20_000, interval: 1000 }).toEqual([]);
    expect(await prometheus.exemplars('firebreak_run_duration_seconds_bucket', fromMs)).toMatch(/"run_id":"run_/);
  } finally {
    await prometheus.stop();
    await sandbox.close();
  }
}, 120_000);
