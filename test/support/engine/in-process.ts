// A whole Firebreak on real parts, in this process: PostgreSQL, BullMQ on either backend, HTTP in and out. Waits by listening to the
// database; never sleeps.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import pino from 'pino';
import { inject, onTestFinished } from 'vitest';
import { type App, type StartOptions, startApp } from '../../../src/app.ts';
import { type Config, readConfig } from '../../../src/config/environment.ts';
import type { Actor } from '../../../src/core/events.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { realRuntime } from '../../../src/platform/runtime.ts';
import type { Operations } from '../../../src/ports/operations.ts';
import type { Runtime } from '../../../src/ports/runtime.ts';
import { freshDatabase } from '../cluster/fresh-database.ts';
import { playbookText } from '../given/texts.ts';

export const ana: Actor = { kind: 'user', id: 'U0ANA', name: 'ana' };
export const ben: Actor = { kind: 'user', id: 'U0BEN', name: 'ben' };
/** The lead, whom playbooks name as their escalation. */
export const lea: Actor = { kind: 'user', id: 'U0LEA', name: 'lea' };

/** Where BullMQ keeps its jobs. */
export type QueueName = 'PostgreSQL' | 'Redis';
export const queues: readonly QueueName[] = ['PostgreSQL', 'Redis'];

export const webhookToken = 'a-webhook-token-for-tests';
const silent = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
/** Nothing that a test waits for takes this long unless it will never come. */
const patienceMs = 30_000;

/** What else it is started with: more of the environment, a log that is read. */
type Given = { readonly env?: { readonly [name: string]: string }; readonly log?: pino.Logger };

/** One Firebreak, and more of them on the same database where a test asks for that. */
export class InProcess {
  readonly queue: QueueName;
  /** What firebreak.yaml says besides the usual. */
  readonly settings: JsonObject;
  readonly #given: Given;
  #playbooks = new Map<string, string>();
  #shiftMs = 0;
  #apps: App[] = [];
  #listener: pg.Client | null = null;
  #waiting = new Set<() => void>();
  #config: Config | null = null;
  #folder = '';
  #databaseUrl = '';

  constructor(queue: QueueName, settings: JsonObject = {}, given: Given = {}) {
    this.queue = queue;
    this.settings = settings;
    this.#given = given;
  }

  readonly runtime: Runtime = { ...realRuntime, nowMs: () => Date.now() + this.#shiftMs };

  /** Time passes at once, for every Firebreak on this host. */
  pass(ms: number): void {
    this.#shiftMs += ms;
  }

  /** Adds a playbook, before the start; its inputs are `target` and `key`, from the alert if there is one. */
  playbook(name: string, steps: string, rest = ''): string {
    this.#playbooks.set(name, playbookText(name, steps, rest));
    return name;
  }

  get app(): App {
    const [first] = this.#apps;
    if (!first) throw new Error('the engine is not started');
    return first;
  }

  get config(): Config {
    if (!this.#config) throw new Error('the engine is not started');
    return this.#config;
  }

  get operations(): Operations {
    return this.app.operations;
  }

  /** Settings of one more Firebreak on the same database and queue; with playbooks of its own if some are given. */
  environment(playbooks: ReadonlyMap<string, string> = this.#playbooks): { [name: string]: string } {
    const folder = mkdtempSync(join(this.#folder, 'playbooks-'));
    for (const [name, text] of playbooks) writeFileSync(join(folder, `${name}.yaml`), text);
    const redis = new URL(inject('redisUrl'));
    // Test files that run at the same time do not take each other's jobs.
    redis.pathname = `/${process.env['VITEST_POOL_ID'] ?? 1}`;
    return {
      ...{ PORT: '0', DATABASE_URL: this.#databaseUrl, FIREBREAK_DATA_DIR: join(this.#folder, 'data') },
      ...{ FIREBREAK_PLAYBOOKS: folder, FIREBREAK_CONFIG: join(this.#folder, 'firebreak.yaml') },
      ...{ WEBHOOK_TOKEN: webhookToken, ...(this.queue === 'Redis' ? { REDIS_URL: redis.href } : {}) },
      ...this.#given.env,
    };
  }

  async start(options: Partial<StartOptions> = {}): Promise<void> {
    const { url, folder } = await freshDatabase();
    this.#databaseUrl = url;
    this.#folder = folder;
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(this.#folder, 'firebreak.yaml'), JSON.stringify({ ...usualSettings, ...this.settings }));
    this.#config = configOf(this.environment());
    this.#apps.push(await this.#open(this.#config, options));
    await this.#listen();
  }

  /** One more Firebreak, until the end of the test. */
  async another(
    options: Partial<StartOptions> = {},
    playbooks: ReadonlyMap<string, string> = this.#playbooks,
    more: { readonly [name: string]: string } = {},
  ): Promise<App> {
    const app = await this.#open(configOf({ ...this.environment(playbooks), ...more }), options);
    let stopped: Promise<void> | null = null;
    const stop = () => {
      stopped ??= app.stop();
      return stopped;
    };
    onTestFinished(stop);
    return { ...app, stop };
  }

  async stop(): Promise<void> {
    await this.#listener?.end();
    for (const app of this.#apps.splice(0)) await app.stop();
  }

  async #open(config: Config, options: Partial<StartOptions>): Promise<App> {
    const started = await startApp(config, this.#given.log ?? silent, {
      role: 'all',
      pool: 'default',
      runtime: this.runtime,
      // Time passes for the database too.
      databaseNowMs: async () => this.runtime.nowMs(),
      ...options,
    });
    if (!started.ok) throw new Error(started.error.join('\n'));
    return started.value;
  }

  /** From here on every commit is heard, whichever process made it. */
  async #listen(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#databaseUrl });
    await client.connect();
    await client.query(`
      CREATE FUNCTION tell_test() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NOTIFY changed; RETURN NULL; END $$;
      CREATE TRIGGER tell_test AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION tell_test();
      CREATE TRIGGER tell_test AFTER INSERT OR UPDATE ON deliveries FOR EACH STATEMENT EXECUTE FUNCTION tell_test();
      CREATE TRIGGER tell_test AFTER UPDATE OR DELETE ON intake_queue FOR EACH STATEMENT EXECUTE FUNCTION tell_test();
      CREATE TRIGGER tell_test AFTER INSERT OR UPDATE OR DELETE ON breakers FOR EACH STATEMENT EXECUTE FUNCTION tell_test();
      LISTEN changed`);
    client.on('notification', () => {
      for (const wake of [...this.#waiting]) wake();
    });
    this.#listener = client;
  }

  /** The queue forgets every job, as a Redis does that was wiped. */
  async loseJobs(): Promise<void> {
    if (this.queue === 'PostgreSQL') {
      await this.sql('DELETE FROM bullmq.job');
      return;
    }
    const redis = new Redis(this.config.redisUrl ?? '');
    const keys = await redis.keys('{firebreak}*');
    if (keys.length > 0) await redis.del(...keys);
    redis.disconnect();
  }

  /** A statement on the database itself. */
  async sql(text: string): Promise<readonly { [column: string]: unknown }[]> {
    if (!this.#listener) throw new Error('the engine is not started');
    return (await this.#listener.query(text)).rows;
  }

  /** Looks again with every commit until something is found; fails when it does not come. */
  async until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
    const end = AbortSignal.timeout(patienceMs);
    for (;;) {
      // Listened before the look, so that nothing in between is missed.
      const heard = new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          end.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        end.addEventListener('abort', wake);
      });
      const found = await look();
      if (found) return found;
      if (end.aborted) throw new Error(`${what} did not happen within ${patienceMs} ms`);
      await heard;
    }
  }
}

const usualSettings = {
  integrations: { alertmanager: { source: 'alertmanager', auth: { type: 'bearer', token: { env: 'WEBHOOK_TOKEN' } } } },
  roles: { sre: { users: [ana.id, ben.id] }, lead: { users: [lea.id] } },
  actions: { http: { allow: ['127.0.0.1'] }, shell: { allow: [['/bin/sh'], ['/usr/bin/test']] } },
  access: { start: 'everyone', order: 'everyone', operate: 'everyone', selfApproval: 'byRule' },
  policy: { storm: { runs: 10_000, within: '5m' } },
};

function configOf(env: { [name: string]: string }): Config {
  const config = readConfig(env, false);
  if (!config.ok) throw new Error(config.error.join('\n'));
  return config.value;
}
