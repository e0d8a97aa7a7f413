// A small cluster under a steady load of alerts and random faults; then everything settles and is counted. Prints; asserts by exit code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, withCluster } from '../support/cluster/cluster.ts';
import { startTestPostgres } from '../support/cluster/postgres.ts';
import { root } from '../support/cluster/process.ts';
import { withRedis } from '../support/cluster/redis-server.ts';
import { startTcpProxy } from '../support/cluster/tcp-proxy.ts';
import { faults, pointsInTurn, processes, startAgain, startChaosSlack, type Victims } from './faults.ts';
import { inTurn, type Random, seeded } from './random.ts';

const alertEveryMs = 300;
/** No more are sent while so many have no answer yet: each of them asks again and again. */
const mostUnanswered = 50;
const progressEveryMs = 5000;
/** Generous: a busy machine is no fault, and what is wedged stays so. */
const settleWithinMs = 600_000;
const kinds = ['Mixed', 'Mixed', 'Mixed', 'Walk', 'Walk that fails', 'Wait', 'Ask'] as const;

/** How long it lasts, what it is repeated by, and the kinds of faults that it is made of; null: all. */
export type Campaign = { readonly minutes: number; readonly seed: number; readonly only: readonly string[] | null };

/**
 * Runs it and prints what happens; answers the exit code: 0 if nothing was lost, doubled or wedged, no process
 * ended by itself and the record verifies.
 * The seed repeats the choice of faults and alerts, not the moments at which they meet.
 */
export async function chaos({ minutes, seed, only }: Campaign): Promise<number> {
  console.log(`seed ${seed}, ${minutes} minutes`);
  const postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  try {
    return await withRedis(async (redis) => {
      const networks = { PostgreSQL: await startTcpProxy(postgres.port), Redis: await startTcpProxy(redis.port) };
      const slack = await startChaosSlack();
      const where = {
        ...slack.env,
        DATABASE_URL: postgres.overTcp(databaseUrl, networks.PostgreSQL.port),
        REDIS_URL: `redis://127.0.0.1:${networks.Redis.port}`,
      };
      let code = 1;
      await withCluster(where, async (cluster) => {
        for (const [name, role] of processes) await cluster.start(name, role);
        const random = seeded(seed);
        const points = { kill: pointsInTurn(random), stop: pointsInTurn(random) };
        const victims = { cluster, postgres, databaseUrl, redis, slack, networks, random, points };
        code = await rage(victims, { minutes, seed, only });
      });
      await slack.leave();
      for (const network of Object.values(networks)) network.close();
      return code;
    });
  } finally {
    await postgres.close();
  }
}

async function rage(victims: Victims, { minutes, seed, only }: Campaign): Promise<number> {
  const { cluster, random } = victims;
  const started = performance.now();
  const over = () => performance.now() - started > minutes * 60_000;
  let [done, last, raging] = [0, 'none yet', true];
  const counts = new Map<string, number>();
  const [first, ...others] = faults.filter(({ name }) => only?.includes(name) ?? true);
  if (!first) throw new Error(`there is no such fault; there are ${faults.map(({ name }) => name).join(', ')}`);
  const nextFault = inTurn(random, [first, ...others]);
  const sending: Promise<unknown>[] = [];
  const died: string[] = [];
  const load = async () => {
    for (const own = seeded(seed + 1); !over(); await pause(alertEveryMs))
      if (sending.length - cluster.accepted() < mostUnanswered) sending.push(send(cluster, own));
  };
  const progress = async () => {
    for (; raging; await pause(progressEveryMs)) {
      const open = await cluster.api.openRuns().catch(() => null);
      const time = Math.round((performance.now() - started) / 1000);
      const runs = open ? `${open.length} runs under way` : 'no answer just now';
      console.log(
        `${time} s: faults ${done}, alerts ${sending.length}, accepted ${cluster.accepted()}, ${runs}; ${last}`,
      );
    }
  };
  const harm = async () => {
    while (!over()) {
      const fault = nextFault();
      last = await fault(victims);
      counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
      done += 1;
      // No fault leaves a process dead: one that is has ended by itself.
      for (const [name, role] of processes.filter(([each]) => !cluster.process(each).runs())) {
        died.push(`${name} ended by itself after "${last}": ${cluster.process(name).output().slice(-2000)}`);
        await startAgain(cluster, name, role);
      }
      await pause(random.between(0, 3000));
    }
  };
  const telling = progress();
  await cluster.people(Promise.all([load(), harm()]));
  await Promise.all(sending);
  raging = false;
  await telling;
  console.log('no more faults; everything settles');
  const { runs, lost, doubled, wedged, broken, waiting } = await cluster.settle(settleWithinMs);
  await cluster.audit();
  const settledMs = performance.now() - started - minutes * 60_000;
  const ends = new Map<string, number>();
  for (const { status } of runs) ends.set(status, (ends.get(status) ?? 0) + 1);
  const how = [...ends].map(([status, n]) => `${n} ${status}`).join(', ');
  console.log(`settled after ${Math.round(settledMs / 1000)} s; runs ${runs.length}: ${how}`);
  for (const line of [
    ...died,
    ...lost.map((id) => `lost: ${id}`),
    ...doubled,
    ...wedged,
    ...broken,
    ...waiting.slice(0, 10),
  ])
    console.log(line);
  console.log([...counts].map(([kind, times]) => `${kind} ${times}`).join(', '));
  console.log(`faults ${done}, lost ${lost.length}, doubled ${doubled.length}, wedged ${wedged.length}`);
  if (died.length + broken.length + lost.length + doubled.length + wedged.length === 0) return 0;
  console.log(`what the processes said is in ${await keepOutput(cluster, seed)}`);
  return 1;
}

function send(cluster: Cluster, random: Random): Promise<string> {
  const [alertname = '', fails] = random.pick(kinds).split(' that ');
  return cluster.alert(alertname, { fail: fails ? 'yes' : 'no' });
}

async function keepOutput(cluster: Cluster, seed: number): Promise<string> {
  const folder = join(root, 'test-results', `chaos-${seed}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'runs.json'), JSON.stringify(await cluster.api.runs(), null, 1));
  writeFileSync(join(folder, 'deliveries.json'), JSON.stringify(await cluster.api.deliveries(), null, 1));
  for (const [name] of processes) writeFileSync(join(folder, `${name}.log`), cluster.process(name).output());
  return folder;
}
