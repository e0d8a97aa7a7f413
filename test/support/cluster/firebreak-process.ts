// A real Firebreak in a process of its own, with a sandbox workspace and a target that counts effects. For tests that kill.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/types.ts';
import { freePort } from '../global-setup.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const token = 'a-webhook-token-for-tests';
const slack = { botToken: 'xoxb-test-token', signingSecret: 'test-signing-secret', appToken: 'xapp-test-token' };

/** A target that remembers which idempotency keys reached which path. */
export type Target = {
  readonly url: string;
  readonly keys: (path: string) => readonly string[];
  readonly order: readonly string[];
  readonly close: () => void;
};

export async function startTarget(): Promise<Target> {
  const seen = new Map<string, Set<string>>();
  const order: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    const key = String(request.headers['idempotency-key']);
    const keys = seen.get(path) ?? new Set();
    seen.set(path, keys);
    // What a target that honours the key does: the effect takes place once.
    if (!keys.has(key) && request.method !== 'GET') order.push(path);
    keys.add(key);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    keys: (path) => [...(seen.get(path) ?? [])],
    order,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type Firebreak = {
  readonly sandbox: Sandbox;
  readonly dataDir: string;
  readonly start: (env?: { [name: string]: string }) => Promise<void>;
  /** Resolves when the process has ended by itself. */
  readonly ended: () => Promise<void>;
  /** Ends it in order. */
  readonly stop: () => Promise<void>;
  /** Sends it a signal, and waits for nothing. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Kills Firebreak and its database, the hard way. */
  readonly killAll: () => Promise<void>;
  readonly alert: (
    target: string,
    labels: { [name: string]: string },
    status?: 'firing' | 'resolved',
  ) => Promise<number>;
  readonly get: <T>(path: string) => Promise<T>;
  readonly output: () => string;
  readonly url: () => string;
  readonly close: () => Promise<void>;
};

/** A Firebreak that is not started yet. */
export async function createFirebreak(
  baseEnv: { [name: string]: string } = {},
  workspace: Pick<SandboxOptions, 'users' | 'shortcuts' | 'events'> = {},
): Promise<Firebreak> {
  const dataDir = mkdtempSync(join(tmpdir(), 'firebreak-test-'));
  const sandbox = await startSandbox({ ...slack, ...workspace });
  let child: ChildProcess | null = null;
  let url = '';
  let output = '';
  const databasePid = () => {
    const file = join(dataDir, 'postgres/postmaster.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : null;
  };
  const kill = (pid: number | null | undefined) => {
    try {
      if (pid) process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };
  const ended = async () => {
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  const stop = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await ended();
  };
  return {
    sandbox,
    stop,
    dataDir,
    ended,
    output: () => output,
    url: () => url,
    async start(env = {}) {
      // Senders know one address: who starts it again where it was names its PORT.
      const port = Number(env['PORT'] ?? (await freePort()));
      url = `http://127.0.0.1:${port}`;
      sandbox.setRequestUrl(`${url}/slack/events`);
      child = spawn(process.execPath, [join(root, 'dist/main.js')], {
        cwd: root,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...{
            PATH: process.env['PATH'] ?? '',
            PORT: String(port),
            LOG_FORMAT: 'json',
            FIREBREAK_DATA_DIR: dataDir,
            WEBHOOK_TOKEN: token,
          },
          ...{
            FIREBREAK_CONFIG: join(root, 'test/fixtures/firebreak.yaml'),
            FIREBREAK_PLAYBOOKS: join(root, 'test/fixtures/playbooks'),
          },
          ...{
            SLACK_BOT_TOKEN: slack.botToken,
            SLACK_SIGNING_SECRET: slack.signingSecret,
            SLACK_API_URL: sandbox.apiUrl,
          },
          ...baseEnv,
          ...env,
        },
      });
      await new Promise<void>((resolve, reject) => {
        child?.stderr?.on('data', (chunk) => {
          output += chunk;
          if (output.includes('Firebreak is ready')) resolve();
        });
        child?.once('exit', (code, signal) =>
          reject(new Error(`Firebreak ended before it was ready (${code ?? signal}): ${output}`)),
        );
      });
      output = '';
    },
    signal: (name) => void child?.kill(name),
    async killAll() {
      kill(child?.pid);
      kill(databasePid());
      await ended();
    },
    async alert(target, labels, status = 'firing') {
      const alert = {
        status,
        labels,
        annotations: { summary: 'a fault', target },
        startsAt: '2026-03-01T00:00:00Z',
        endsAt: '0001-01-01T00:00:00Z',
        fingerprint: labels.id ?? 'f1',
      };
      const answer = await fetch(`${url}/hooks/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ version: '4', status, alerts: [alert], groupKey: `{}:{id="${labels.id ?? 'f1'}"}` }),
      }).catch(() => null);
      return answer?.status ?? 0;
    },
    async get(path) {
      const answer = await fetch(`${url}/api/v1${path}`);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json() as never;
    },
    async close() {
      await stop();
      kill(databasePid());
      await sandbox.close();
      rmSync(dataDir, { recursive: true, force: true });
      if (output.includes('an answer does not fit the contract'))
        throw new Error(`the API broke its contract: ${output}`);
    },
  };
}
