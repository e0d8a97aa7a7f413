// How long people and services wait for one thing on an idle Firebreak: a run, the first word in Slack, the step after a click.
import { createServer } from 'node:http';
import { request } from 'undici';
import { startSandbox } from '../dist/sandbox/sandbox.js';
import { commitSequences } from './commits.mjs';
import { percentile, postAlert, prepare, start, until } from './firebreak.mjs';

/** A server that tells when it is asked. */
async function listener(answer) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

async function idleRuns(samples) {
  const { env, remove } = prepare();
  const app = await start(env);
  const took = [];
  for (let i = 0; i < samples + 5; i++) {
    const started = performance.now();
    await postAlert(app.url, 'five', `idle-${i}`);
    await until(async () => {
      const { items } = await app.store.reads.runs({ limit: 1, cursor: null });
      return items[0]?.state.inputs.n === `idle-${i}` && items[0].state.status === 'succeeded';
    }, 1);
    took.push(performance.now() - started);
  }
  const six = await commitSequences(app.store.url, 6, samples);
  await app.stop();
  remove();
  return { took: took.slice(5), six };
}

async function slack(samples) {
  const keys = { botToken: 'xoxb-bench', signingSecret: 'bench-secret', appToken: 'xapp-bench' };
  const sandbox = await startSandbox({ ...keys, rateLimits: false });
  const called = [];
  const proxy = await listener(async (req, res) => {
    called.push(performance.now());
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const { host: _, 'content-length': __, connection: ___, ...headers } = req.headers;
    const body = chunks.length > 0 ? Buffer.concat(chunks) : null;
    const target = new URL(req.url, sandbox.apiUrl);
    const answer = await request(target, { method: req.method, headers, body });
    res.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type'] ?? 'application/json') });
    res.end(Buffer.from(await answer.body.arrayBuffer()));
  });
  const hits = new Map();
  const target = await listener((req, res) => {
    hits.set(req.url.slice(1), performance.now());
    res.end('{}');
  });
  const { env, remove } = prepare(target.url);
  const path = new URL(sandbox.apiUrl).pathname.slice(1);
  const app = await start({
    ...env,
    SLACK_BOT_TOKEN: keys.botToken,
    SLACK_SIGNING_SECRET: keys.signingSecret,
    SLACK_API_URL: `${proxy.url}${path}`,
  });
  sandbox.setRequestUrl(`${app.url}/slack/events`);
  const firstWord = [];
  const afterClick = [];
  for (let i = 0; i < samples; i++) {
    const n = `click-${i}`;
    const before = called.length;
    await postAlert(app.url, 'clicked', n);
    const answered = performance.now();
    await until(() => called.length > before, 1);
    firstWord.push(called[before] - answered);
    let open;
    await until(async () => {
      const { items } = await app.store.reads.approvals({ limit: 1, cursor: null, status: 'open' });
      open = items[0];
      return open !== undefined;
    });
    let place;
    await until(async () => {
      const messages = await app.store.messages.ofIncident(open.incidentId);
      place = messages.find(({ key, ts }) => key.includes(open.approval.id) && ts !== null);
      return place !== undefined;
    });
    const clicked = performance.now();
    const click = { user: 'U0ANA', channel: place.channelId, ts: place.ts, actionId: 'approval_approve' };
    await sandbox.click(click);
    await until(() => hits.has(n), 1);
    afterClick.push(hits.get(n) - clicked);
  }
  await app.stop();
  await sandbox.close();
  proxy.close();
  target.close();
  remove();
  return { firstWord, afterClick };
}

/** Rows of the table. */
export async function latency() {
  const { took, six } = await idleRuns(100);
  const { firstWord, afterClick } = await slack(20);
  const unit = ' ms';
  const of = '6 single commits';
  return [
    {
      what: '5-step run when idle, p50',
      value: percentile(took, 0.5),
      unit,
      limit: percentile(six, 0.5),
      goal: '<= 3',
      of,
    },
    {
      what: '5-step run when idle, p99',
      value: percentile(took, 0.99),
      unit,
      limit: percentile(six, 0.99),
      goal: '<= 3',
      of,
    },
    { what: 'answered webhook to first Slack call, p50', value: percentile(firstWord, 0.5), unit },
    { what: 'answered webhook to first Slack call, p95', value: percentile(firstWord, 0.95), unit },
    { what: 'approval click to the step’s request, p50', value: percentile(afterClick, 0.5), unit },
    { what: 'approval click to the step’s request, p95', value: percentile(afterClick, 0.95), unit },
  ];
}
