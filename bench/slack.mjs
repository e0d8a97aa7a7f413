// Slack in a storm: 5 000 changes of state in a minute over 40 channels, against the rates that Slack publishes, and requests for
// approval in the middle of it. Then how soon a click shows. The sandbox counts rates as Slack does and answers 429 beyond them.
import { startSandbox } from '../dist/sandbox/sandbox.js';
import { startApart } from './apart.mjs';
import { rowsOf, startDatabase } from './database.mjs';
import { percentile, postAlert, prepare, until } from './firebreak.mjs';
import { proxyOf } from './slack-proxy.mjs';

const keys = { botToken: 'xoxb-bench', signingSecret: 'bench-secret', appToken: 'xapp-bench' };
const channels = 40;
/** Each step of a run starts, waits and is done. */
const steps = 42;
const asked = 12;

const head = (name) =>
  `apiVersion: firebreak/v1\nname: ${name}\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: "@sre" }\n` +
  'inputs: { n: { type: string, required: false } }\nsteps:\n';
const busy = Array.from(
  { length: steps },
  (_, n) => `  - { id: s${n}, uses: wait, with: { for: 1s }${n > 0 ? `, needs: [s${n - 1}]` : ''} }`,
).join('\n');
const more = {
  busy: `${head('busy')}${busy}\n`,
  quiet: `${head('quiet')}  - { id: only, uses: assert, with: { that: true } }\n`,
  ask: `${head('ask')}  - { id: go, uses: assert, with: { that: true }, risk: high, approval: { from: ["@sre"], expiresIn: 2h } }\n`,
};

/** A Firebreak with a Slack, and 40 incidents with a channel each: Slack lets 20 a minute be made. */
async function withChannels(url) {
  const sandbox = await startSandbox({ ...keys, rateLimits: true });
  const proxy = await proxyOf(sandbox);
  const apart = await startApart(url, {
    prepared: prepare(undefined, { more, alerts: 'access: { start: ["token:bootstrap"] }\n' }),
    settings: {
      SLACK_BOT_TOKEN: keys.botToken,
      SLACK_SIGNING_SECRET: keys.signingSecret,
      SLACK_API_URL: proxy.apiUrl,
      FIREBREAK_API_TOKEN: 'a-token-of-the-bench',
    },
  });
  const [address] = apart.urls;
  sandbox.setRequestUrl(`${address}/slack/events`);
  for (let n = 0; n < channels; n++) await postAlert(address, 'Burning', `place-${n}`);
  const withOwn = `SELECT id, number FROM incidents WHERE channel_id IS NOT NULL ORDER BY number`;
  await until(async () => (await rowsOf(url, withOwn)).length >= channels, 500);
  const incidents = await rowsOf(url, withOwn);
  return { sandbox, proxy, apart, address, incidents };
}

async function startRun(address, playbook, incident) {
  const answer = await fetch(`${address}/api/v1/playbooks/${playbook}/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer a-token-of-the-bench' },
    body: JSON.stringify({ inputs: {}, incident }),
  });
  const body = await answer.json();
  if (answer.status >= 300) throw new Error(`${playbook} was not started: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

/** Messages of Slack whose blocks or text hold all words. */
const messagesWith = (sandbox, ...words) =>
  [...sandbox.workspace.channels.keys()].flatMap((id) =>
    sandbox.messages(id).filter((message) => words.every((word) => JSON.stringify(message).includes(word))),
  );

async function storm({ sandbox, proxy, address, incidents, url }) {
  const callsBefore = proxy.calls.length;
  const [{ count: before }] = await rowsOf(url, 'SELECT count(*)::int AS count FROM events');
  const began = performance.now();
  const runs = [];
  for (const { id } of incidents) runs.push((await startRun(address, 'busy', id)).id);
  const delays = [];
  for (let n = 0; n < asked; n++) {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const { id } = await startRun(address, 'ask', incidents[n * 3].id);
    const at = performance.now();
    await until(() => hasCard(sandbox, id), 20);
    delays.push(performance.now() - at);
  }
  const over = `SELECT count(*)::int AS count FROM runs WHERE status = 'succeeded' AND id = ANY(ARRAY[${runs.map((id) => `'${id}'`)}])`;
  await until(async () => (await rowsOf(url, over))[0].count === channels, 500);
  const tookMs = performance.now() - began;
  const [{ count: after }] = await rowsOf(url, 'SELECT count(*)::int AS count FROM events');
  await until(async () => (await behind(url)) === 0, 500);
  const finals = await finalsOf(sandbox, runs);
  const calls = proxy.calls.slice(callsBefore);
  return { changes: after - before, tookMs, delays, finals, calls, toldMs: performance.now() - began - tookMs };
}

/** A run's request for approval has its id, and the id of an approval holds that of its run. */
const hasCard = (sandbox, id) => messagesWith(sandbox, 'approval_approve', id.replace(/^run_/, '')).length > 0;

const behind = async (url) =>
  (await rowsOf(url, 'SELECT count(*)::int AS count FROM incidents WHERE notify_due AND notified_version < version'))[0]
    .count;

/** How many runs are shown as they ended. */
async function finalsOf(sandbox, runs) {
  return runs.filter((id) => messagesWith(sandbox, id).some((message) => /succeeded|done|Done/.test(message.text)))
    .length;
}

/** From the click to the card that says so. */
async function clicks({ sandbox, address, incidents }, samples) {
  const took = [];
  for (let n = 0; n < samples; n++) {
    const { id } = await startRun(address, 'ask', incidents[n % incidents.length].id);
    const own = id.replace(/^run_/, '');
    let card;
    await until(() => {
      [card] = messagesWith(sandbox, 'approval_approve', own);
      return card !== undefined;
    });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const channel = [...sandbox.workspace.channels.keys()].find((key) =>
      sandbox.messages(key).some(({ ts }) => ts === card.ts),
    );
    process.stderr.write(`card ${n} ${Math.round(performance.now())}\n`);
    const clicked = performance.now();
    const c = await sandbox.click({ user: 'U0ANA', channel, ts: card.ts, actionId: 'approval_approve' });
    process.stderr.write(`${JSON.stringify(c).slice(0, 300)}\n`);
    const now = () => sandbox.messages(channel).find(({ ts }) => ts === card.ts);
    await until(() => !JSON.stringify(now()).includes('approval_approve'), 2);
    took.push(performance.now() - clicked);
  }
  return took;
}

/** Rows of the table. */
export async function slack() {
  const database = await startDatabase();
  try {
    const url = await database.create('slack_storm');
    const given = { ...(await withChannels(url)), url };
    process.stderr.write('channels are there\n');
    const took = await clicks(given, 20);
    process.stderr.write('clicked\n');
    const { changes, tookMs, delays, finals, calls, toldMs } = await storm(given);
    await given.apart.stop();
    await given.sandbox.close();
    given.proxy.close();
    const equal = (what, value, limit, of) => ({ what, value, unit: '', limit, goal: '= 1', of });
    const refused = calls.filter(({ status }) => status === 429).length;
    return [
      { what: 'approval click to the card that says so, p50', value: percentile(took, 0.5), unit: ' ms' },
      {
        what: 'approval click to the card that says so, p95',
        ...{ value: percentile(took, 0.95), unit: ' ms', limit: 300, goal: '<= 1', of: '300 ms' },
      },
      { what: `Slack storm: changes of state in ${Math.round(tookMs / 1000)} s`, value: changes, unit: '' },
      {
        what: 'Slack storm: calls of Slack',
        value: calls.length,
        unit: '',
        limit: changes,
        goal: '<= 0.2',
        of: 'changes',
      },
      equal('Slack storm: calls that Slack answered other than 429', calls.length - refused, calls.length, 'all'),
      equal('Slack storm: runs shown as they ended', finals, channels, 'runs'),
      { what: 'Slack storm: all told after the last change', value: toldMs, unit: ' ms' },
      { what: 'Slack storm: request for approval to its card, p50', value: percentile(delays, 0.5), unit: ' ms' },
      {
        what: 'Slack storm: request for approval to its card, p95',
        ...{ value: percentile(delays, 0.95), unit: ' ms', limit: 3000, goal: '<= 1', of: '3 s' },
      },
    ];
  } finally {
    await database.stop();
  }
}
