// Slack under load, against the rates that it publishes, in a sandbox that counts them and answers 429 beyond them: how soon a click shows;
// 5 000 changes of state in a minute over 40 channels, with requests for approval among them; and how soon people are answered while the
// database takes a second for each query. Takes seven minutes: Slack lets 20 channels a minute be made, and 50 messages a minute be edited.
import { startSandbox } from '../dist/sandbox/sandbox.js';
import { startApart } from './apart.mjs';
import { rowsOf, startDatabase } from './database.mjs';
import { percentile, postAlert, prepare, until } from './firebreak.mjs';
import { proxyOf } from './slack-proxy.mjs';
import { slowDatabase } from './slow-database.mjs';

const keys = { botToken: 'xoxb-bench', signingSecret: 'bench-secret', appToken: 'xapp-bench' };
const apiToken = 'a-token-of-the-bench';
/** For a quick look: BENCH_SLACK_CHANNELS=5. */
const channels = Number(process.env.BENCH_SLACK_CHANNELS ?? 40);
/** Each step of a run waits and is done, two at a time: 5 000 changes over 40 runs, in half of the minute that they may take. */
const steps = 62;
const requests = 12;
const clicked = 20;
const queryMs = 1000;
const user = 'U0ANA';

const head = (name) =>
  `apiVersion: firebreak/v1\nname: ${name}\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: "@sre" }\nsteps:\n`;
const waits = Array.from(
  { length: steps },
  (_, n) => `  - { id: s${n}, uses: wait, with: { for: 1s }${n > 1 ? `, needs: [s${n - 2}]` : ''} }`,
);
const approval = 'risk: high, approval: { from: ["@sre"], expiresIn: 2h }';
const more = {
  busy: `${head('busy')}${waits.join('\n')}\n`,
  ask: `${head('ask')}  - { id: go, uses: assert, with: { that: true }, ${approval} }\n`,
};
/** Where it is by now. */
const says = (what) => process.stderr.write(`Slack: ${what}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A Firebreak with a Slack, and incidents with a channel each: Slack lets 20 a minute be made. */
async function withChannels(url, count) {
  const sandbox = await startSandbox({ ...keys, rateLimits: true });
  const proxy = await proxyOf(sandbox);
  const apart = await startApart(url, {
    prepared: prepare(undefined, { more, alerts: 'access: { start: ["token:bootstrap"] }\n' }),
    settings: {
      SLACK_BOT_TOKEN: keys.botToken,
      SLACK_SIGNING_SECRET: keys.signingSecret,
      SLACK_API_URL: proxy.apiUrl,
      FIREBREAK_API_TOKEN: apiToken,
    },
  });
  const [address] = apart.urls;
  sandbox.setRequestUrl(`${address}/slack/events`);
  for (let n = 0; n < count; n++) await postAlert(address, 'Burning', `place-${n}`);
  const withOwn = 'SELECT id, channel_id AS channel FROM incidents WHERE channel_id IS NOT NULL ORDER BY number';
  await until(async () => (await rowsOf(url, withOwn)).length >= count, 500);
  says(`${count} channels are there`);
  await until(async () => (await behind(url)) === 0, 500);
  says('each has all that belongs into it');
  const incidents = await rowsOf(url, withOwn);
  const stop = async () => {
    await apart.stop();
    await sandbox.close();
    proxy.close();
  };
  return { url, sandbox, proxy, address, incidents, stop };
}

async function startRun(address, playbook, incident) {
  const answer = await fetch(`${address}/api/v1/playbooks/${playbook}/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiToken}` },
    body: JSON.stringify({ inputs: {}, incident }),
  });
  const body = await answer.json();
  if (answer.status >= 300) throw new Error(`${playbook} was not started: ${answer.status} ${JSON.stringify(body)}`);
  return body.id;
}

/** Incidents of which Slack does not show what is so. */
const behind = async (url) =>
  (await rowsOf(url, 'SELECT count(*)::int AS count FROM incidents WHERE notify_due AND notified_version < version'))[0]
    .count;

const isAsking = (message) => JSON.stringify(message?.blocks ?? []).includes('approval_approve');

/** Starts a run that asks; resolves with its request once it is in the channel. The id of a request holds that of its run. */
async function request({ sandbox, address }, { id, channel }) {
  const own = (await startRun(address, 'ask', id)).replace(/^run_/, '');
  const began = performance.now();
  const find = () => sandbox.messages(channel).find((one) => isAsking(one) && JSON.stringify(one.blocks).includes(own));
  await until(() => find() !== undefined);
  const { ts } = find();
  return { channel, ts, tookMs: performance.now() - began };
}

/** From the click to the request that says what was decided. */
async function clicks(given) {
  const { sandbox, incidents } = given;
  const took = [];
  for (let n = 0; n < clicked; n++) {
    const { channel, ts } = await request(given, incidents[n % incidents.length]);
    await pause(2000);
    const began = performance.now();
    await sandbox.click({ user, channel, ts, actionId: 'approval_approve' });
    await until(() => !isAsking(sandbox.messages(channel).find((one) => one.ts === ts)), 2);
    took.push(performance.now() - began);
  }
  return took;
}

/** Runs of many steps in every channel at once. */
async function storm(given) {
  const { url, sandbox, proxy, address, incidents } = given;
  const count = async (what) => (await rowsOf(url, `SELECT count(*)::int AS count FROM ${what}`))[0].count;
  const callsBefore = proxy.calls.length;
  const before = await count('events');
  const began = performance.now();
  const runs = [];
  for (const { id } of incidents) runs.push(await startRun(address, 'busy', id));
  const delays = [];
  for (let n = 0; n < requests; n++) {
    await pause(3000);
    delays.push((await request(given, incidents[(n * 3) % incidents.length])).tookMs);
  }
  const over = `runs WHERE status = 'succeeded' AND id IN (${runs.map((id) => `'${id}'`)})`;
  await until(async () => (await count(over)) === runs.length, 500);
  const tookMs = performance.now() - began;
  says('the storm is over');
  const changes = (await count('events')) - before;
  await until(async () => (await behind(url)) === 0, 500);
  says('all of it is told');
  const toldMs = performance.now() - began - tookMs;
  const isDone = ({ text }) => /^Run of busy \S+ Done\./.test(text);
  const finals = incidents.filter(({ channel }) => sandbox.messages(channel).some(isDone)).length;
  return { changes, tookMs, delays, finals, calls: proxy.calls.slice(callsBefore), toldMs };
}

/** How long people wait for an acknowledgement, by what they do, while each query takes long. */
async function slowly(database) {
  const slow = await slowDatabase(await database.create('slack_slow'));
  const given = await withChannels(slow.url, 2);
  const { sandbox, incidents } = given;
  const { channel, ts } = await request(given, incidents[0]);
  const command = (text) => () => sandbox.command({ user, channel, text });
  const click = (actionId) => () => sandbox.click({ user, channel, ts, actionId });
  const acts = {
    'a command': command('list'),
    'a command that opens a form': command('declare'),
    'a button that opens a form': click('approval_deny'),
    Approve: click('approval_approve'),
  };
  const rows = [];
  /** Forms that stood before the person while what was asked for was looked up. */
  const forms = new Set();
  slow.delayBy(queryMs);
  for (const [what, act] of Object.entries(acts)) {
    const began = performance.now();
    const { outcome } = await act();
    rows.push({ what, tookMs: performance.now() - began, outcome });
    if (what.includes('form')) {
      await pause(3 * queryMs);
      for (const { id } of sandbox.openViews(user)) forms.add(id);
    }
  }
  await until(() => !isAsking(sandbox.messages(channel).find((one) => one.ts === ts)), 50);
  slow.delayBy(0);
  await given.stop();
  slow.close();
  return { rows, forms: forms.size };
}

const equal = (what, value, limit, of) => ({ what, value, unit: '', limit, goal: '= 1', of });
const within = (what, value, limit, of) => ({ what, value, unit: ' ms', limit, goal: '<= 1', of });

/** Rows of the table. */
export async function slack() {
  const database = await startDatabase();
  try {
    const given = await withChannels(await database.create('slack_storm'), channels);
    const took = await clicks(given);
    const { changes, tookMs, delays, finals, calls, toldMs } = await storm(given);
    await given.stop();
    const refused = calls.filter(({ status }) => status === 429).length;
    const { rows, forms } = await slowly(database);
    return [
      { what: 'Slack: click to the decision that shows, p50', value: percentile(took, 0.5), unit: ' ms' },
      within('Slack: click to the decision that shows, p95', percentile(took, 0.95), 300, '300 ms'),
      within(`Slack storm: ${changes} changes of state`, tookMs, (60_000 * changes) / 5000, '5 000 a minute'),
      { what: 'Slack storm: calls of Slack', value: calls.length, unit: '' },
      equal('Slack storm: calls that Slack did not refuse', calls.length - refused, calls.length, 'all'),
      equal('Slack storm: runs shown as they ended', finals, channels, 'runs'),
      { what: 'Slack storm: all told after the last change', value: toldMs, unit: ' ms' },
      { what: 'Slack storm: start to its request, p50', value: percentile(delays, 0.5), unit: ' ms' },
      within('Slack storm: start to its request, p95', percentile(delays, 0.95), 3000, '3 s'),
      ...rows.map(({ what, tookMs }) => within(`Slack, 1 s a query: ${what} acknowledged`, tookMs, 3000, '3 s')),
      equal(
        'Slack, 1 s a query: acknowledged in time',
        rows.filter(({ outcome }) => outcome === 'acknowledged').length,
        rows.length,
        'all',
      ),
      equal('Slack, 1 s a query: forms that opened', forms, 2, 'all'),
    ];
  } finally {
    await database.stop();
  }
}
