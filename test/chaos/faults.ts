// The faults that chaos is made of. Each does its harm, undoes it, and leaves every process running; it says in words what it did.
import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { type FaultPoint, faultPoints } from '../../src/engine/fault-points.ts';
import { leaseMs } from '../../src/engine/lease.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Cluster, Role } from '../support/cluster/cluster.ts';
import type { TestPostgres } from '../support/cluster/postgres.ts';
import type { RedisServer } from '../support/cluster/redis-server.ts';
import type { TcpProxy } from '../support/cluster/tcp-proxy.ts';
import { freePort } from '../support/global-setup.ts';
import { inTurn, type Random } from './random.ts';

/** What there is to harm. */
export type Victims = {
  readonly cluster: Cluster;
  readonly postgres: TestPostgres;
  readonly databaseUrl: string;
  readonly redis: RedisServer;
  readonly slack: ChaosSlack;
  readonly networks: { readonly PostgreSQL: TcpProxy; readonly Redis: TcpProxy };
  readonly random: Random;
  /** The next point to be killed or stopped at, and the process that comes there. */
  readonly points: { readonly kill: () => Place; readonly stop: () => Place };
};

/** A Slack that goes, and comes back knowing nothing of before. */
export type ChaosSlack = {
  readonly env: { readonly [name: string]: string };
  readonly leave: () => Promise<void>;
  readonly come: () => Promise<void>;
};

/** Starts one. */
export async function startChaosSlack(): Promise<ChaosSlack> {
  const given = { botToken: 'xoxb-chaos', signingSecret: 'chaos-signing-secret', appToken: 'xapp-chaos' };
  const port = await freePort();
  let sandbox: Awaited<ReturnType<typeof startSandbox>> | null = await startSandbox({ ...given, port });
  return {
    env: {
      SLACK_BOT_TOKEN: given.botToken,
      SLACK_SIGNING_SECRET: given.signingSecret,
      SLACK_API_URL: `http://127.0.0.1:${port}/api/`,
    },
    async leave() {
      await sandbox?.close();
      sandbox = null;
    },
    async come() {
      sandbox ??= await startSandbox({ ...given, port });
    },
  };
}

type Process = readonly [name: string, role: Role];
const web: Process = ['web', 'web'];
const workers: readonly [Process, Process] = [
  ['worker 1', 'worker'],
  ['worker 2', 'worker'],
];
/** Processes and what they do. */
export const processes: readonly [Process, ...Process[]] = [web, ...workers];

/** A point, and who comes there. */
type Place = { readonly point: FaultPoint; readonly name: string; readonly role: Role };

/** Only the process that listens comes to these. */
const pointsOfWeb: ReadonlySet<FaultPoint> = new Set(['delivery.accepted', 'approval.granted', 'slack.posted']);

/** Every point in turn, each with one of the processes that come there. */
export function pointsInTurn(random: Random): () => Place {
  const next = inTurn(random, faultPoints);
  return () => {
    const point = next();
    const [name, role] = pointsOfWeb.has(point) ? web : random.pick(workers);
    return { point, name, role };
  };
}

/** One kind of harm. */
export type Fault = (victims: Victims) => Promise<string>;

const readyWithinMs = 120_000;

/**
 * Starts a process as a supervisor does: again, should it find nothing to stand on. Rejects with what it said if it neither becomes
 * ready nor ends: that is a fault of its own, and must not look as if chaos went on for ever.
 */
export async function startAgain(cluster: Cluster, name: string, role: Role): Promise<void> {
  for (let tries = 1; ; tries++) {
    const started = cluster.start(name, role).then(
      () => 'ready' as const,
      (error: unknown) => ({ error }),
    );
    const how = await Promise.race([started, pause(readyWithinMs, 'stuck' as const, { ref: false })]);
    if (how === 'ready') return;
    if (how === 'stuck') throw new Error(`${name} neither became ready nor ended: ${cluster.process(name).output()}`);
    if (tries === 20) throw how.error;
    await pause(500);
  }
}

const hourMs = 3_600_000;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const killed: Fault = async ({ cluster, random }) => {
  const [name, role] = random.pick(processes);
  const awayMs = random.between(0, 4000);
  await cluster.process(name).kill();
  await pause(awayMs);
  await startAgain(cluster, name, role);
  return `${name} killed, back after ${seconds(awayMs)}`;
};

/** How long an armed process may take to come to its point, in milliseconds. */
const comesWithinMs = 10_000;

const killedAtPoint: Fault = async ({ cluster, points }) => {
  const { point, name, role } = points.kill();
  await cluster.process(name).kill();
  // It may come there before it is ready.
  await cluster.start(name, role, { FIREBREAK_FAULT_POINT: point }).catch(() => undefined);
  const armed = cluster.process(name);
  const how = await Promise.race([armed.ended, pause(comesWithinMs, 'did not come there')]);
  if (armed.runs()) await armed.kill();
  await startAgain(cluster, name, role);
  return `${name} killed at ${point} (${how})`;
};

/** Longer than a lease, or not. */
const stopped: Fault = async ({ cluster, random }) => {
  const [name] = random.pick(processes);
  const forMs = random.between(1000, 15_000);
  cluster.process(name).signal('SIGSTOP');
  await pause(forMs);
  cluster.process(name).signal('SIGCONT');
  return `${name} stopped for ${seconds(forMs)}`;
};

/** Past its lease, at a point of its work: when it wakes, others have gone on. */
const stoppedAtPoint: Fault = async ({ cluster, random, points }) => {
  const { point, name, role } = points.stop();
  await cluster.process(name).kill();
  // It may come there before it is ready.
  const started = cluster.start(name, role, { FIREBREAK_FAULT_POINT: `${point}=SIGSTOP` }).catch(() => undefined);
  const armed = cluster.process(name);
  const arrival = armed.standsAt(1).catch(() => 'ended');
  await Promise.race([started, arrival, pause(readyWithinMs, null, { ref: false })]);
  const how = await Promise.race([arrival, pause(comesWithinMs, 'did not come there')]);
  if (how === point) await pause(leaseMs + random.between(1000, 4000));
  armed.signal('SIGCONT');
  const ready = how === point && (await Promise.race([started.then(() => true), pause(20_000, false)]));
  // Still armed, it would stand at its point some time later, and nobody would wake it.
  if (!ready) await armed.kill();
  if (!armed.runs()) await startAgain(cluster, name, role);
  return `${name} stopped past its lease at ${point} (${how})`;
};

const redisAbsentAtRestart: Fault = async ({ cluster, redis, random }) => {
  const [name, role] = random.pick(processes);
  await redis.kill();
  await cluster.process(name).kill();
  await startAgain(cluster, name, role);
  const awayMs = random.between(0, 6000);
  await pause(awayMs);
  await redis.start();
  return `${name} restarted without Redis, which came ${seconds(awayMs)} later`;
};

const slackAbsentAtRestart: Fault = async ({ cluster, slack, random }) => {
  const [name, role] = random.pick(processes);
  await slack.leave();
  await cluster.process(name).kill();
  await startAgain(cluster, name, role);
  const awayMs = random.between(0, 6000);
  await pause(awayMs);
  await slack.come();
  return `${name} restarted without Slack, which came ${seconds(awayMs)} later`;
};

const databaseReadOnly: Fault = async ({ postgres, random }) => {
  const forMs = random.pick([5000, 60_000]);
  await postgres.setReadOnly(true);
  await pause(forMs);
  // It may be starting again after a kill.
  for (let tries = 0; tries < 50; tries++)
    try {
      await postgres.setReadOnly(false);
      break;
    } catch (error) {
      if (tries === 49) throw error;
      await pause(200);
    }
  return `PostgreSQL read-only for ${seconds(forMs)}`;
};

const databaseKilled: Fault = async ({ postgres }) => {
  postgres.kill();
  return 'PostgreSQL killed';
};

const backendsTerminated: Fault = async ({ postgres, databaseUrl, random }) => {
  const times = Math.ceil(random.between(1, 6));
  for (let i = 0; i < times; i++) {
    await postgres.terminateBackends(databaseUrl).catch(() => 0);
    await pause(random.between(0, 500));
  }
  return `PostgreSQL connections terminated ${times} times`;
};

const redisKilled: Fault = async ({ redis, random }) => {
  const awayMs = random.between(0, 4000);
  await redis.kill();
  await pause(awayMs);
  await redis.start();
  return `Redis killed, back and empty after ${seconds(awayMs)}`;
};

const redisFlushed: Fault = async ({ redis }) => {
  await redis.flush();
  return 'Redis flushed';
};

const jobsDoubled: Fault = async ({ cluster, redis }) => {
  const options = { connection: { url: redis.url, maxRetriesPerRequest: 1 }, prefix: '{firebreak}' };
  const [intake, steps] = [new Queue('intake', options), new Queue('steps-default', options)];
  for (const queue of [intake, steps]) queue.on('error', () => undefined);
  const runs = await cluster.api.openRuns().catch(() => []);
  const again = runs.flatMap(({ runId }) => Array<string>(5).fill(runId)).reverse();
  await Promise.allSettled([
    steps.addBulk(again.map((runId) => ({ name: 'run.advance', data: { runId } }))),
    intake.addBulk(Array(10).fill({ name: 'deliveries.process', data: {} })),
  ]);
  await Promise.allSettled([intake.close(), steps.close()]);
  return `${again.length} jobs doubled`;
};

const silence: Fault = async ({ networks, random }) => {
  const to = random.pick(['PostgreSQL', 'Redis']);
  const forMs = random.between(200, 6000);
  const after = random.pick(['resume', 'reset', 'forget']);
  networks[to].hold();
  await pause(forMs);
  if (after === 'forget') networks[to].forget();
  networks[to][after === 'reset' ? 'reset' : 'resume']();
  const end = { resume: 'then it passes again', reset: 'then reset', forget: 'old connections for ever' }[after];
  return `${to} silent for ${seconds(forMs)}, ${end}`;
};

/** However far: the time of the database decides. */
const clockMoved: Fault = async ({ cluster, random }) => {
  const [name] = random.pick(processes);
  const byMs = Math.round(random.between(-3 * hourMs, 3 * hourMs));
  const forMs = random.between(1000, 5000);
  cluster.process(name).shiftClock(byMs);
  await pause(forMs);
  cluster.process(name).shiftClock(0);
  return `the clock of ${name} off by ${seconds(byMs)} for ${seconds(forMs)}`;
};

/** All of them. */
export const faults: readonly [Fault, ...Fault[]] = [
  killed,
  killedAtPoint,
  stopped,
  stoppedAtPoint,
  redisAbsentAtRestart,
  slackAbsentAtRestart,
  databaseReadOnly,
  databaseKilled,
  backendsTerminated,
  redisKilled,
  redisFlushed,
  jobsDoubled,
  silence,
  clockMoved,
];
