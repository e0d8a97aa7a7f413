// Started with Slack, Redis and the log absent, slow or wrong, all at once: Firebreak is ready in seconds, takes alerts and acts on them,
// says which part is away, and joins each as it comes, without a restart.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Impostor, startSilence, startWebPage } from '../support/cluster/impostors.ts';
import { startTestPostgres, type TestPostgres } from '../support/cluster/postgres.ts';
import { root } from '../support/cluster/process.ts';
import { startRedisAt } from '../support/cluster/redis-server.ts';
import { type EffectsTarget, startEffectsTarget } from '../support/engine/effects-target.ts';
import { freePort } from '../support/global-setup.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

/** From the start of the process until it can take alerts, on a machine that has a processor for it. */
const readyWithinMs = 5000;
/** How long a test waits for anything. A busy machine is no fault; a part that were waited for would never come. */
const patienceMs = 60_000;
const token = 'a-webhook-token-for-tests';
const slack = { botToken: 'xoxb-test-token', signingSecret: 'test-signing-secret', appToken: 'xapp-test-token' };

let postgres: TestPostgres;
const folder = mkdtempSync(join(tmpdir(), 'firebreak-start-'));
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(async () => {
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What stands in the place of Slack and of Redis, and where the log goes. */
type Stage = { readonly slack: Impostor; readonly redis: Impostor; readonly stderr: 'pipe' | number };

const nothingThere = async (): Promise<Impostor> => ({ port: await freePort(), close: async () => undefined });

/** A named pipe that is full, and whose reader never reads. */
function fullPipe(): number {
  const path = join(folder, 'log');
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(fd, Buffer.alloc(4096, 32));
  } catch {
    return openSync(path, constants.O_WRONLY);
  }
}

/** How long a process has been ready to run and was not run, by Linux (proc_pid_schedstat: the second figure, in nanoseconds); elsewhere 0. */
function inLineMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1] ?? 0) / 1e6;
  } catch {
    return 0;
  }
}

type Part = { readonly name: string; readonly status: string; readonly error: string | null };

class Started {
  readonly #child: ChildProcess;
  readonly #begunAtMs = performance.now();
  readonly #target: EffectsTarget;
  readonly url: string;
  ended = false;

  constructor(
    port: number,
    stderr: Stage['stderr'],
    given: { readonly target: EffectsTarget; readonly env: { readonly [name: string]: string } },
  ) {
    this.#target = given.target;
    this.url = `http://127.0.0.1:${port}`;
    this.#child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'serve'], {
      cwd: root,
      stdio: ['ignore', 'ignore', stderr],
      env: { PATH: process.env['PATH'] ?? '', LOG_FORMAT: 'json', PORT: String(port), ...given.env },
    });
    this.#child.once('exit', () => {
      this.ended = true;
    });
    // Whoever read the log is gone at once.
    this.#child.stderr?.destroy();
  }

  /** Resolves with what `look` finds, once it finds something. */
  async until<T>(what: string, look: () => Promise<T | null>, withinMs = patienceMs): Promise<T> {
    for (const began = performance.now(); performance.now() - began < withinMs; await pause(50)) {
      if (this.ended) throw new Error(`Firebreak ended while ${what}`);
      const found = await look().catch(() => null);
      if (found !== null) return found;
    }
    throw new Error(`not within ${withinMs} ms: ${what}; ${JSON.stringify(await this.parts().catch(String))}`);
  }

  /** Resolves with the milliseconds from its start until it was ready, without those in which it only stood in line for a processor. */
  async ready(): Promise<number> {
    await this.until('it becomes ready', async () => ((await fetch(`${this.url}/readyz`)).ok ? true : null));
    return performance.now() - this.#begunAtMs - inLineMs(this.#child.pid ?? 0);
  }

  async parts(): Promise<{ readonly [name: string]: Part }> {
    const answer = await fetch(`${this.url}/healthz/parts`);
    const { parts } = (await answer.json()) as { parts: readonly Part[] };
    return Object.fromEntries(parts.map((part) => [part.name, part]));
  }

  stands(name: string, status: string): Promise<Part> {
    const look = async () => {
      const part = (await this.parts())[name];
      return part?.status === status ? part : null;
    };
    return this.until(`${name} is ${status}`, look);
  }

  /** Sends an alert, and resolves when its effect is there. */
  async acts(id: string): Promise<void> {
    const alert = {
      status: 'firing',
      labels: { alertname: 'Ask', severity: 'critical', id },
      annotations: { summary: 'a fault', target: this.#target.url },
      startsAt: '2026-03-01T00:00:00Z',
      fingerprint: id,
    };
    const before = this.#target.effects.length;
    const answer = await fetch(`${this.url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ version: '4', status: 'firing', alerts: [alert], groupKey: id }),
    });
    expect(answer.status).toBe(202);
    await this.until('the alert is acted on', async () => (this.#target.effects.length > before ? true : null));
  }

  async stop(): Promise<number | null> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return exitCode;
    const exit = new Promise<number | null>((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    return exit;
  }
}

const stages: { readonly [how: string]: () => Promise<Stage> } = {
  absent: async () => ({ slack: await nothingThere(), redis: await nothingThere(), stderr: 'pipe' }),
  slow: async () => ({ slack: await startSilence(), redis: await startSilence(), stderr: fullPipe() }),
  wrong: async () => ({ slack: await startWebPage(), redis: await startWebPage(), stderr: openSync('/dev/full', 'w') }),
};

describe.concurrent('Firebreak starts', () => {
  for (const [how, stage] of Object.entries(stages))
    it(`with Slack, Redis and the log ${how}: ready, acting on alerts, and whole again when they come`, async () => {
      const given = await stage();
      const target = await startEffectsTarget();
      const dataDir = mkdtempSync(join(folder, 'data-'));
      const started = new Started(await freePort(), given.stderr, {
        target,
        env: {
          FIREBREAK_DATA_DIR: dataDir,
          DATABASE_URL: await postgres.createDatabase(),
          REDIS_URL: `redis://127.0.0.1:${given.redis.port}`,
          WEBHOOK_TOKEN: token,
          FIREBREAK_CONFIG: join(root, 'test/fault/firebreak.yaml'),
          FIREBREAK_PLAYBOOKS: join(root, 'test/fault/playbooks'),
          SLACK_BOT_TOKEN: slack.botToken,
          SLACK_SIGNING_SECRET: slack.signingSecret,
          SLACK_API_URL: `http://127.0.0.1:${given.slack.port}/api/`,
        },
      });
      try {
        expect(await started.ready()).toBeLessThan(readyWithinMs);
        await started.acts(`${how}-first`);
        for (const name of ['slack', 'queue', 'log']) expect((await started.stands(name, 'away')).error).not.toBeNull();
        expect(await started.parts()).toMatchObject({ database: { status: 'up' }, workers: { status: 'up' } });
        const early = await fetch(`${started.url}/slack/events`, { method: 'POST', body: '{}' });
        expect([early.status, early.headers.get('retry-after')]).toEqual([503, '5']);

        await given.redis.close();
        const redis = await startRedisAt(given.redis.port);
        await started.stands('queue', 'up');
        await started.acts(`${how}-second`);
        await redis.kill();
        await started.stands('queue', 'away');
        await started.acts(`${how}-third`);

        await given.slack.close();
        const sandbox = await startSandbox({ ...slack, port: given.slack.port });
        sandbox.setRequestUrl(`${started.url}/slack/events`);
        await started.stands('slack', 'up');
        await sandbox.waitFor(() => sandbox.channel('inc-'), 20_000);
        await sandbox.close();
        expect(await started.stop()).toBe(0);
      } finally {
        await started.stop();
        target.close();
        if (typeof given.stderr === 'number') closeSync(given.stderr);
      }
    });
});
