// A storm of alerts as senders make it: so many in a time, at their own pace whether they are answered or not, in an order that a seed
// decides. In a process of its own. What is answered 429 or 503 is sent again as Retry-After says, if asked to.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { percentile, token } from './firebreak.mjs';

const self = fileURLToPath(import.meta.url);
const instances = 50;

/**
 * Sends `alerts` alerts of `problems` problems within `overMs`; resolves with { sent, accepted, refused, untold, p50, p99, keys }.
 * `connections` is how many are open at once at most; `paddingBytes` makes each body larger.
 */
export function sendStorm(url, asked) {
  return new Promise((resolve, reject) => {
    const child = fork(self, [JSON.stringify({ url, ...asked })], { execArgv: [] });
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the storm ended with ${code}`)));
  });
}

/** A small generator of numbers in [0, 1): the same seed gives the same storm (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The n-th alert. Each problem comes at least once with a critical alert of its first instance, which no silence fits. */
function alertOf(n, { problems, random, padding }) {
  const first = n < problems;
  const problem = first ? n : Math.floor(random() * problems);
  const instance = first ? 0 : Math.floor(random() * instances);
  const severity = instance % 5 === 0 ? 'critical' : 'warning';
  const labels = {
    alertname: severity === 'critical' ? 'Down' : 'Slow',
    service: `service-${problem}`,
    team: `team-${problem % 10}`,
    instance: `i-${instance}`,
    cluster: `c-${problem % 20}`,
    severity,
  };
  return {
    status: 'firing',
    labels,
    annotations: { summary: `${labels.service} is not well on ${labels.instance}`, sample: `${n}${padding}` },
    startsAt: '2026-03-01T00:00:00Z',
    fingerprint: `${problem}-${instance}`,
  };
}

async function load({ url, alerts, problems, overMs, seed, connections, paddingBytes = 0 }) {
  const pool = new Pool(url, { connections });
  const random = randomOf(seed);
  const padding = 'x'.repeat(paddingBytes);
  const answers = { accepted: 0, refused: 0, withoutRetryAfter: 0, untold: 0 };
  const tookMs = [];
  const keys = [];
  async function send(n, alert) {
    const key = `${seed}-${n}`;
    const started = performance.now();
    try {
      const answer = await pool.request({
        path: '/hooks/alertmanager',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ version: '4', groupKey: key, alerts: [alert] }),
      });
      const body = await answer.body.text();
      tookMs.push(performance.now() - started);
      if (answer.statusCode === 202) {
        answers.accepted += 1;
        keys.push(JSON.parse(body).receipt);
      } else {
        answers.refused += 1;
        if (![429, 503].includes(answer.statusCode) || answer.headers['retry-after'] === undefined)
          answers.withoutRetryAfter += 1;
      }
    } catch {
      answers.untold += 1;
    }
  }
  const started = performance.now();
  const sending = [];
  for (let n = 0; n < alerts; n++) {
    const wait = started + (n * overMs) / alerts - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    sending.push(send(n, alertOf(n, { problems, random, padding })));
  }
  await Promise.all(sending);
  const millis = performance.now() - started;
  await pool.close();
  return {
    ...answers,
    sent: alerts,
    millis,
    p50: percentile(tookMs, 0.5),
    p99: percentile(tookMs, 0.99),
    receipts: keys,
  };
}

if (process.argv[1] === self) process.send(await load(JSON.parse(process.argv[2])));
