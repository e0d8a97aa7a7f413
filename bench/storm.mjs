// A storm: 10 000 alerts in a minute over 200 problems, with 50 playbooks and all six stages, into the whole program with a Slack
// sandbox; twice, for the same counts. Then more than there is capacity for. Then what the stages cost: accepting with them and without.
import { startSandbox } from '../dist/sandbox/sandbox.js';
import { startApart } from './apart.mjs';
import { rowsOf, startDatabase } from './database.mjs';
import { percentile, prepare, until } from './firebreak.mjs';
import { post } from './load.mjs';
import { sendStorm } from './storm-load.mjs';

const mebi = 1024 * 1024;
/** What lives stays under 100 MiB; V8 lets several times as much garbage stand before it collects. */
const mostMebi = 512;
const alerts = 10_000;
const problems = 200;
/** For a quick look: BENCH_STORM_MS=10000 is six storms at once. */
const overMs = Number(process.env.BENCH_STORM_MS ?? 60_000);
const playbooks = 50;
const rounds = 4;
const acceptMs = 2000;
const connections = 64;
const slack = { botToken: 'xoxb-bench', signingSecret: 'bench-secret', appToken: 'xapp-bench' };

/** A playbook for the critical alerts of one service. */
const playbook = (n) => `apiVersion: firebreak/v1
name: heal-${n}
version: 1.0.0
owner: { product: p, technical: t, escalation: "@sre" }
triggers: [ { source: alertmanager, when: 'alert.labels.alertname == "Down" && alert.labels.service == "service-${n}"' } ]
inputs: { service: { type: string, from: alert.labels.service } }
steps:
  - { id: confirm, uses: assert, with: { that: true }, risk: high, approval: { from: ["@sre"], expiresIn: 2h } }
`;
const more = Object.fromEntries(Array.from({ length: playbooks }, (_, n) => [`heal-${n}`, playbook(n)]));

/** Every stage has something to say about some of the alerts, and nothing keeps a whole problem from people. */
const sections = `
slack: { announce: "#alarms" }
intervals:
  nights: { times: [{ start: 00:00, end: 24:00 }] }
groups:
  - { name: by-service, where: { match: 'service=~".+"' }, by: [service], wait: 1s, pause: 0s }
routes:
  - { name: audit, where: { match: 'team="team-9"' }, continue: true }
  - { name: payments, where: { match: 'team="team-1"' }, owner: payments, channel: { critical: thread, warning: line } }
  - { name: batch, where: { when: 'alert.labels.?queue.orValue("").startsWith("batch-")' }, channel: line }
  - { name: everything-else, owner: operations, channel: { critical: thread, warning: line } }
inhibition:
  - { name: down, source: { match: 'alertname="Down"' }, target: { match: 'alertname="Slow"' }, equal: [service, instance] }
silences:
  - { name: noisy, sets: [{ match: 'instance="i-7"' }], startsAt: 2026-01-01T00:00:00Z, endsAt: 2099-01-01T00:00:00Z, owner: ana, reason: known }
windows:
  - { name: patching, mode: quiet, during: nights, where: { match: 'instance="i-8"' }, owner: ben, reason: kernel updates }
`;

const countsSql = `SELECT
  (SELECT count(*) FROM deliveries) AS deliveries, (SELECT count(*) FROM intake_queue) AS waiting,
  (SELECT count(*) FROM alerts) AS alerts, (SELECT count(*) FROM incidents) AS incidents,
  (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM streams WHERE kind = 'group') AS groups,
  (SELECT count(*) FROM streams WHERE kind = 'group' AND wake_at <= now()) AS due`;

async function countsOf(url) {
  const [row] = await rowsOf(url, countsSql);
  return Object.fromEntries(Object.entries(row).map(([name, count]) => [name, Number(count)]));
}

async function oneStorm(database, name) {
  const url = await database.create(name);
  const sandbox = await startSandbox({ ...slack, rateLimits: true });
  const { workspace } = sandbox;
  const alarms = workspace.createChannel('public', 'alarms', workspace.bot.userId);
  const apart = await startApart(url, {
    prepared: prepare(undefined, { more, alerts: sections }),
    settings: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: sandbox.apiUrl,
    },
  });
  sandbox.setRequestUrl(`${apart.urls[0]}/slack/events`);
  const before = { program: await apart.used(), server: await database.used() };
  const storm = await sendStorm(apart.urls[0], { alerts, problems, overMs, seed: 7, connections });
  const answered = performance.now();
  await until(async () => {
    const { waiting, due, incidents } = await countsOf(url);
    return waiting === 0 && due === 0 && incidents >= problems;
  }, 250);
  const behindMs = performance.now() - answered;
  const digests = () => alarms.messages.filter(({ text }) => text.startsWith('Storm: '));
  await until(() => digests().length > 0, 250);
  const told = { calls: sandbox.calls.length, digests: digests().length, messages: alarms.messages.length };
  const after = { program: await apart.used(), server: await database.used() };
  const counts = await countsOf(url);
  await apart.stop();
  await sandbox.close();
  const cpu = (of) => (after[of].cpuMs - before[of].cpuMs) / alerts;
  const cost = { program: cpu('program'), server: cpu('server') };
  return { storm, counts, told, behindMs, cost, peakRssBytes: after.program.peakRssBytes };
}

async function storms(database) {
  const first = await oneStorm(database, 'storm_one');
  const second = await oneStorm(database, 'storm_two');
  const same = ({ storm, counts: { due: _, ...counts } }) => JSON.stringify([storm.sent, storm.accepted, counts]);
  const { storm, counts, told, behindMs, cost, peakRssBytes } = first;
  const per = `in ${Math.round(overMs / 1000)} s`;
  return [
    { what: `storm: sent ${per}`, value: storm.sent, unit: '' },
    equal('storm: accepted', storm.accepted, storm.sent, 'sent'),
    equal('storm: deliveries in the ledger', counts.deliveries, storm.accepted, 'accepted'),
    { what: 'storm: alerts', value: counts.alerts, unit: '' },
    equal('storm: incidents', counts.incidents, problems, 'problems'),
    equal('storm: runs', counts.runs, playbooks, 'problems with a playbook'),
    { what: 'storm: Slack calls', value: told.calls, unit: '', limit: alerts, goal: '<= 0.1', of: 'sent' },
    equal('storm: digests in the announce channel', told.digests, 1, 'one'),
    {
      what: 'storm: messages in the announce channel',
      ...{ value: told.messages, unit: '', limit: problems, goal: '<= 1', of: 'problems' },
    },
    { what: 'storm: answer, p50', value: storm.p50, unit: ' ms' },
    { what: 'storm: answer, p99', value: storm.p99, unit: ' ms' },
    { what: 'storm: all dealt with after the last answer', value: behindMs, unit: ' ms' },
    { what: 'storm: processor of the program, an alert', value: cost.program, unit: ' ms' },
    { what: 'storm: processor of PostgreSQL, an alert', value: cost.server, unit: ' ms' },
    {
      what: 'storm: peak RSS',
      value: peakRssBytes / mebi,
      unit: ' MiB',
      limit: mostMebi,
      goal: '<= 1',
      of: `${mostMebi} MiB`,
    },
    equal('storm: two of one seed give the same counts', same(first) === same(second) ? 1 : 0, 1, 'yes'),
  ];
}

const equal = (what, value, limit, of) => ({ what, value, unit: '', ...{ limit, goal: '= 1', of } });

/**
 * Far more at once than there is room for: what was answered 2xx is in the ledger, what was refused is not, and is told when to come again.
 * Of one address 1500 connections may have proved nothing yet: those beyond are not let in, and get no answer.
 */
async function beyond(database) {
  const url = await database.create('storm_beyond');
  const apart = await startApart(url, { prepared: prepare(undefined, { more, alerts: sections }), quiet: true });
  const offered = 6000;
  const storm = await sendStorm(apart.urls[0], {
    ...{ alerts: offered, problems, overMs: 1000, seed: 11 },
    ...{ connections: 1400, paddingBytes: 20_000 },
  });
  const receipts = (await rowsOf(url, 'SELECT receipt FROM deliveries')).map(({ receipt }) => receipt);
  await until(async () => (await countsOf(url)).waiting === 0, 250);
  const { peakRssBytes } = await apart.used();
  await apart.stop();
  const stored = new Set(receipts);
  return [
    { what: 'beyond capacity: bodies of 20 kB offered in 1 s', value: offered, unit: '' },
    { what: 'beyond capacity: answered 2xx', value: storm.accepted, unit: '' },
    equal(
      'beyond capacity:   of them in the ledger',
      storm.receipts.filter((one) => stored.has(one)).length,
      storm.accepted,
      'answered 2xx',
    ),
    { what: 'beyond capacity: answered 429 or 503 with Retry-After', value: storm.refused, unit: '' },
    equal('beyond capacity: any other answer', storm.withoutRetryAfter, 0, 'none'),
    equal('beyond capacity: no answer', storm.untold, 0, 'none'),
    equal('beyond capacity: in the ledger and not answered 2xx', stored.size - storm.accepted, 0, 'none'),
    {
      what: 'beyond capacity: peak RSS',
      value: peakRssBytes / mebi,
      unit: ' MiB',
      ...{ limit: mostMebi, goal: '<= 1', of: `${mostMebi} MiB` },
    },
  ];
}

/** The same alerts accepted with all six stages and 50 playbooks, and with neither, in turn; nothing waits between the rounds. */
async function withStages(database) {
  const setUps = { plain: prepare(), staged: prepare(undefined, { more, alerts: sections }) };
  const sides = [];
  for (const [name, prepared] of Object.entries(setUps)) {
    const url = await database.create(`accept_${name}`);
    sides.push({ url, apart: await startApart(url, { prepared }), rates: [], cpuMs: [] });
  }
  // The first round is a warm-up.
  for (let round = 0; round <= rounds; round++)
    for (const { url, apart, rates, cpuMs } of round % 2 === 0 ? sides : sides.toReversed()) {
      const before = await apart.used();
      const { done, millis } = await post(apart.urls[0], { connections: 16, name: 'plain', forMs: acceptMs });
      await until(async () => (await countsOf(url)).waiting === 0, 100);
      const after = await apart.used();
      if (round === 0) continue;
      rates.push((done / millis) * 1000);
      cpuMs.push((after.cpuMs - before.cpuMs) / done);
    }
  const median = (samples) => percentile(samples, 0.5);
  const [plain, staged] = sides;
  await Promise.all(sides.map(({ apart }) => apart.stop()));
  const of = 'without stages, in turn';
  return [
    {
      what: 'alerts accepted with six stages and 50 playbooks',
      ...{ value: median(staged.rates), unit: '/s', limit: median(plain.rates), goal: '>= 0.9', of },
    },
    {
      what: '  processor until all is dealt with, an alert',
      ...{ value: median(staged.cpuMs), unit: ' ms', limit: median(plain.cpuMs), goal: '<= 1.11', of },
    },
  ];
}

/** Rows of the table. */
export async function storm() {
  const database = await startDatabase();
  try {
    return [...(await storms(database)), ...(await beyond(database)), ...(await withStages(database))];
  } finally {
    await database.stop();
  }
}
