// What policies and access cost: the same commands in turns by two processes on one server, one with 50 policies, freezes and grants, one with
// none, in processor time; and how long `policy explain` takes there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';
import { startApart } from './apart.mjs';
import { rowsOf, startDatabase } from './database.mjs';
import { percentile, prepare, until } from './firebreak.mjs';

const policies = 50;
const rounds = 7;
const warmUpRuns = 300;
const runsPerRound = 300;
const connections = 8;
const apiToken = 'bench-token-of-the-api';

/** Rules as people write them: one for a start, one for each step, one for orders; none of them holds. */
const policy = (n) => `apiVersion: firebreak/v1
name: p${n}
rules:
  - { id: hours, at: start, when: 'environment == "env-${n % 5}" && (time.hour < 6 || time.weekend)', effect: { deny: out of hours } }
  - { id: two, at: step, when: 'step.risk == "high" && playbook.labels.?team.orValue("") == "team-${n}"', effect: { tighten: { quorum: 2 } } }
  - { id: targets, at: step, when: 'target.startsWith("prod-${n}-") && incident.severity > 1', effect: { requireApproval: { from: ["@sre"] } } }
  - { id: big, at: [start, step], when: 'plan.steps.size() > 20 && plan.actions.exists(a, a == "shell.run")', effect: { requireApproval: { from: ["@sre"], quorum: 2 } } }
  - { id: orders, at: order, when: 'order.type == "retry" && order.reason == ""', effect: { deny: say why } }
  - { id: rules, at: policyChange, when: 'change.removed.size() > ${n}', effect: { deny: too many } }
`;

const sections = `
environments: { ${Array.from({ length: 5 }, (_, n) => `env-${n}: { targets: ["prod-${n}-*"] }`).join(', ')} }
freezes:
${Array.from({ length: 5 }, (_, n) => `  - { name: f${n}, reason: r, from: 2030-01-0${n + 1}T00:00:00Z, to: 2030-01-0${n + 2}T00:00:00Z }`).join('\n')}
access:
  start: ["token:bootstrap"]
  grants:
${Array.from({ length: 50 }, (_, n) => `    - { to: ["@sre"], rights: [start, order], labels: { team: team-${n} } }`).join('\n')}
`;

/** A Firebreak on a database of its own. */
async function world(database, name, ruled) {
  const prepared = prepare(undefined, { alerts: ruled ? sections : 'access: { start: ["token:bootstrap"] }\n' });
  const folder = join(prepared.dir, 'policies');
  mkdirSync(folder);
  if (ruled) for (let n = 0; n < policies; n++) writeFileSync(join(folder, `p${n}.yaml`), policy(n));
  const settings = { FIREBREAK_POLICIES: folder, FIREBREAK_API_TOKEN: apiToken };
  const url = await database.create(name);
  const apart = await startApart(url, { prepared, settings });
  return { url, apart, pool: new Pool(apart.urls[0], { connections }) };
}

async function ask({ pool }, path, body) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiToken}` };
  const answer = await pool.request({ path: `/api/v1${path}`, method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${path} was answered ${answer.statusCode}: ${text}`);
}

/** Starts runs of five steps and waits until they are over; milliseconds of the processor for each. */
async function round(one, runs) {
  const ended = async () => {
    const [{ count }] = await rowsOf(one.url, `SELECT count(*)::int AS count FROM runs WHERE status = 'succeeded'`);
    return count;
  };
  const [before, used] = [await ended(), await one.apart.used()];
  let left = runs;
  const start = async () => {
    while (left-- > 0) await ask(one, '/playbooks/five/runs', { inputs: { n: 'x' } });
  };
  await Promise.all(Array.from({ length: connections }, start));
  await until(async () => (await ended()) >= before + runs, 100);
  return ((await one.apart.used()).cpuMs - used.cpuMs) / runs;
}

/** Rows of the table. */
export async function authority() {
  const database = await startDatabase();
  try {
    const [bare, ruled] = [await world(database, 'bare', false), await world(database, 'ruled', true)];
    for (const one of [bare, ruled]) await round(one, warmUpRuns);
    const pairs = [];
    for (let n = 0; n < rounds; n++) {
      // Whichever comes second finds a warmer machine: they take turns.
      const order = n % 2 === 0 ? [bare, ruled] : [ruled, bare];
      const costs = new Map();
      for (const one of order) costs.set(one, await round(one, runsPerRound));
      pairs.push({ bare: costs.get(bare), ruled: costs.get(ruled) });
    }
    const took = [];
    for (let n = 0; n < 50; n++) {
      const started = performance.now();
      await ask(ruled, '/policies/explain', { playbook: 'five', inputs: { n: 'x' } });
      took.push(performance.now() - started);
    }
    for (const one of [bare, ruled]) {
      await one.pool.close();
      await one.apart.stop();
    }
    const median = (numbers) => percentile(numbers, 0.5);
    const what = `${policies} policies and as many grants`;
    return [
      { what: 'a 5-step run by the API, no policies', value: median(pairs.map((pair) => pair.bare)), unit: ' ms' },
      {
        what: `${what}: processor of a run`,
        value: median(pairs.map((pair) => pair.ruled / pair.bare)) * 100,
        unit: '%',
        limit: 110,
        goal: '<= 1',
        of: '110 % of that without',
      },
      {
        what: `${what}: policy explain, p95`,
        value: percentile(took, 0.95),
        unit: ' ms',
        limit: 100,
        goal: '< 1',
        of: 'the promise',
      },
    ];
  } finally {
    await database.stop();
  }
}
