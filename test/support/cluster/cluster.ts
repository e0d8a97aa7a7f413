// Several Firebreak processes on one PostgreSQL and one Redis, seen from outside: processes and HTTP. Knows nothing of their insides.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type EffectsTarget, startEffectsTarget } from '../engine/effects-target.ts';
import { actAsPeople, judge, type Verdict } from '../engine/verdict.ts';
import { freePort } from '../global-setup.ts';
import { type Api, apiToken, openApi } from './api.ts';
import { dataDirWithDatabase } from './data-dir.ts';
import { type FirebreakProcess, root, spawnFirebreak } from './process.ts';

/** Which part of the work a process does. */
export type Role = 'web' | 'worker' | 'all';

/** Firebreak on one database. */
export type Cluster = {
  readonly api: Api;
  readonly target: EffectsTarget;
  /** Starts a process and waits until it is ready; a name that ran before is started again as it was. */
  readonly start: (name: string, role: Role, env?: { readonly [name: string]: string }) => Promise<FirebreakProcess>;
  readonly process: (name: string) => FirebreakProcess;
  /** Runs a command of the command line with the cluster's settings. */
  readonly run: (args: readonly string[]) => FirebreakProcess;
  /** Sends an alert that is unlike all others until it is answered 2xx; answers its id. */
  readonly alert: (alertname: string, labels?: { readonly [name: string]: string }) => Promise<string>;
  /** How many alerts were answered 2xx. */
  readonly accepted: () => number;
  /** Sends so many alerts of a kind, all different, at the same time. */
  readonly alerts: (alertname: string, n: number) => Promise<readonly string[]>;
  /** Sends it once; answers the status, 0 if there was none. */
  readonly post: (alertname: string, id: string, labels?: { readonly [name: string]: string }) => Promise<number>;
  /** Keys that the program of the `mixed` playbook has written down, in order. */
  readonly marks: () => readonly string[];
  /** Kills the process's own database the hard way. */
  readonly killDatabase: () => void;
  /** Plays the people (approves, answers questions) until this happens. */
  readonly people: <T>(until: Promise<T>) => Promise<T>;
  /** Plays the people until every accepted alert has led to an end, then judges all of it. */
  readonly settle: (withinMs?: number) => Promise<Verdict>;
  /** Lets `firebreak audit verify` prove the whole record; a process with its own database is ended first. Rejects with the bad place. */
  readonly audit: () => Promise<void>;
  /** The end of what each process said, the killed ones included. */
  readonly output: () => string;
  readonly close: () => Promise<void>;
};

const token = 'a-webhook-token-for-tests';
let alerts = 0;

/**
 * A cluster without a process yet.
 * @param where `DATABASE_URL` and `REDIS_URL`; without the first, one process with its own database is meant
 */
async function createCluster(where: { readonly [name: string]: string } = {}): Promise<Cluster> {
  const dataDir = where['DATABASE_URL'] ? mkdtempSync(join(tmpdir(), 'firebreak-test-')) : await dataDirWithDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const target = await startEffectsTarget();
  const api = openApi(url);
  const processes = new Map<string, FirebreakProcess>();
  const started: { readonly name: string; readonly output: () => string }[] = [];
  const accepted = new Map<string, string>();
  const base = {
    ...{ PORT: String(port), WEBHOOK_TOKEN: token, FIREBREAK_DATA_DIR: dataDir },
    FIREBREAK_API_TOKEN: apiToken,
    FIREBREAK_CONFIG: join(root, 'test/fault/firebreak.yaml'),
    FIREBREAK_PLAYBOOKS: join(root, 'test/fault/playbooks'),
    ...where,
  };
  const markFile = join(dataDir, 'marks');
  const marks = () => {
    try {
      return readFileSync(markFile, 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  };

  async function post(alertname: string, id: string, labels: { readonly [name: string]: string } = {}) {
    const alert = {
      status: 'firing',
      labels: { alertname, severity: 'critical', id, ...labels },
      annotations: { summary: 'a fault', target: target.url, file: markFile },
      startsAt: '2026-03-01T00:00:00Z',
      fingerprint: id,
    };
    const answer = await fetch(`${url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ version: '4', status: 'firing', alerts: [alert], groupKey: id }),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) accepted.set(id, alertname);
    return answer?.status ?? 0;
  }

  async function alert(alertname: string, labels?: { readonly [name: string]: string }): Promise<string> {
    alerts += 1;
    const id = `${alertname.toLowerCase()}-${process.pid}-${alerts}`;
    for (let tries = 0; tries < 600; tries++) {
      const status = await post(alertname, id, labels);
      if (status >= 200 && status < 300) return id;
      await pause(100);
    }
    throw new Error(`alert ${id} was not accepted within its time`);
  }

  return {
    ...{ api, target, post, marks, alert },
    accepted: () => accepted.size,
    alerts: (alertname, n) => Promise.all(Array.from({ length: n }, () => alert(alertname))),
    async start(name, role, env = {}) {
      const begun = spawnFirebreak(['serve', '--role', role], { ...base, ...env });
      processes.set(name, begun);
      started.push({ name, output: begun.output });
      await begun.says('Firebreak is ready');
      return begun;
    },
    run: (args) => spawnFirebreak(args, base),
    process(name) {
      const found = processes.get(name);
      if (!found) throw new Error(`${name} was never started`);
      return found;
    },
    killDatabase() {
      try {
        const [pid] = readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n');
        process.kill(Number(pid), 'SIGKILL');
      } catch (error) {
        // Killed before and not yet started again.
        if (!['ESRCH', 'ENOENT'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
      }
    },
    async people(until) {
      let over = false;
      const done = until.finally(() => {
        over = true;
      });
      const look = async () => {
        const beganMs = performance.now();
        await actAsPeople(api, target, await api.openRuns().catch(() => []));
        // Where each look takes long, people who look more often would take the machine from what they look at.
        await pause(Math.max(200, performance.now() - beganMs));
      };
      // A process that stands still answers nobody: that must not keep us from seeing that it does.
      while (!over) await Promise.race([done, look()]).catch(() => undefined);
      return done;
    },
    async settle(withinMs = 120_000) {
      return judge({ api, accepted, target, marks, withinMs });
    },
    async audit() {
      if (!where['DATABASE_URL']) for (const each of processes.values()) await each.terminate();
      const check = spawnFirebreak(['audit', 'verify'], base);
      const end = await check.ended;
      if (end !== 0) throw new Error(`audit verify ended with ${end}: ${check.output()}`);
    },
    output: () => started.map(({ name, output }) => `--- ${name}\n${output().slice(-6000)}`).join('\n'),
    async close() {
      for (const each of processes.values()) each.signal('SIGCONT');
      if (!where['DATABASE_URL']) await Promise.all([...processes.values()].map((each) => each.terminate()));
      await Promise.all([...processes.values()].map((each) => each.kill()));
      target.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs a test on a cluster of its own, which is gone afterwards. */
export async function withCluster(
  where: { readonly [name: string]: string },
  test: (cluster: Cluster) => Promise<void>,
): Promise<void> {
  const cluster = await createCluster(where);
  try {
    await test(cluster);
  } catch (error) {
    // A fault that is rare is understood from what the processes said of it.
    throw error instanceof Error ? Object.assign(error, { message: `${error.message}\n${cluster.output()}` }) : error;
  } finally {
    await cluster.close();
  }
}
