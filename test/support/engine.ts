// The whole engine on real parts: PostgreSQL, BullMQ on either backend, HTTP in and out. The language of the integration tests.
// Waits by listening to the database; never sleeps.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import pino from 'pino';
import { inject, onTestFinished } from 'vitest';
import { type App, type StartOptions, startApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Actor, StoredEvent } from '../../src/core/events.ts';
import type { JsonObject } from '../../src/core/json.ts';
import {
  type Approval,
  isTerminal,
  type NodeState,
  nodeOf,
  type RunState,
  type RunStatus,
} from '../../src/core/run/state.ts';
import { realHost } from '../../src/host.ts';
import type { Host, Operations, RunOrder } from '../../src/ports.ts';
import { freshDatabase } from './fresh-database.ts';
import { alertBody, type GivenAlert, playbookText } from './given-texts.ts';
import { type SteeredTarget, startSteeredTarget } from './steered-target.ts';

export const ana: Actor = { kind: 'user', id: 'U0ANA', name: 'ana' };
export const ben: Actor = { kind: 'user', id: 'U0BEN', name: 'ben' };
/** The lead, whom playbooks name as their escalation. */
export const lea: Actor = { kind: 'user', id: 'U0LEA', name: 'lea' };

/** Where BullMQ keeps its jobs. */
export type QueueName = 'PostgreSQL' | 'Redis';
export const queues: readonly QueueName[] = ['PostgreSQL', 'Redis'];

const webhookToken = 'a-webhook-token-for-tests';
const silent = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
/** Nothing that a test waits for takes this long unless it will never come. */
const patienceMs = 30_000;

/** One Firebreak, and what a test does with it. */
export class Engine {
  readonly queue: QueueName;
  /** What firebreak.yaml says besides the usual. */
  readonly settings: JsonObject;
  #playbooks = new Map<string, string>();
  #shiftMs = 0;
  #apps: App[] = [];
  #listener: pg.Client | null = null;
  #waiting = new Set<() => void>();
  #config: Config | null = null;
  #folder = '';
  #databaseUrl = '';

  constructor(queue: QueueName, settings: JsonObject = {}) {
    this.queue = queue;
    this.settings = settings;
  }

  readonly host: Host = { ...realHost, nowMs: () => Date.now() + this.#shiftMs };

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
  ): Promise<App> {
    const app = await this.#open(configOf(this.environment(playbooks)), options);
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

  /** A target of one's own, until the end of the test. */
  async target(): Promise<SteeredTarget> {
    const target = await startSteeredTarget();
    onTestFinished(target.close);
    return target;
  }

  async #open(config: Config, options: Partial<StartOptions>): Promise<App> {
    const started = await startApp(config, silent, { role: 'all', pool: 'default', host: this.host, ...options });
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

  /** Starts a run by hand; answers its id. */
  async run(playbook: string, inputs: { target?: SteeredTarget; key?: string } = {}, incidentId: string | null = null) {
    const given = { ...inputs, ...(inputs.target ? { target: inputs.target.url } : {}) } as JsonObject;
    const started = await this.operations.startRun({ actor: ana, cause: 'test', playbook, inputs: given, incidentId });
    if (!started.ok) throw new Error(started.error.message);
    return started.value.run.runId;
  }

  async state(runId: string): Promise<RunState> {
    const row = await this.app.store.reads.run(runId);
    if (!row) throw new Error(`there is no run ${runId}`);
    return row.state;
  }

  /** The run once it stands where it should; fails at once if it has ended otherwise. */
  async reaches(runId: string, ...statuses: readonly RunStatus[]): Promise<RunState> {
    return this.when(runId, `to be ${statuses.join(' or ')}`, (run) => statuses.includes(run.status));
  }

  /** The run once something holds of it. */
  async when(runId: string, what: string, holds: (run: RunState) => boolean): Promise<RunState> {
    try {
      return await this.until(what, async () => {
        const run = await this.state(runId);
        if (holds(run)) return run;
        if (isTerminal(run.status)) throw new Error(`it ended ${run.status}: ${run.reason}`);
        return null;
      });
    } catch (error) {
      const told = await this.story(runId);
      throw new Error(`waited for ${runId} ${what}: ${(error as Error).message}\n${told.join('\n')}`);
    }
  }

  /** The node of a step once it stands where it should. */
  async node<S extends NodeState['status']>(runId: string, step: string, status: S) {
    const run = await this.when(runId, `${step} to be ${status}`, (state) => nodeOf(state, step).status === status);
    return nodeOf(run, step) as Extract<NodeState, { status: S }>;
  }

  async events(runId: string): Promise<readonly StoredEvent[]> {
    const { incidentId } = await this.state(runId);
    const all = await this.stream(incidentId);
    return all.filter(({ data }) => data.runId === runId);
  }

  async stream(incidentId: string): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.app.store.events.readStream(incidentId)) events.push(event);
    return events;
  }

  /** What happened in a run: types of events, each with its step. */
  async story(runId: string): Promise<readonly string[]> {
    return (await this.events(runId)).map(({ type, data }) => ('step' in data ? `${type} ${data.step}` : type));
  }

  /** The request for a decision that a run waits for. */
  async asked(runId: string, step?: string): Promise<Approval> {
    const open = (run: RunState) =>
      Object.values(run.approvals).find(
        (approval) => approval.status === 'open' && (step === undefined || approval.step === step),
      );
    const approval = open(await this.when(runId, 'to ask', (run) => open(run) !== undefined));
    if (!approval) throw new Error('it asked and does not');
    return approval;
  }

  /** A decision by a person; answers the refusal's code if it does not count. */
  async decide(decision: 'approve' | 'deny', approval: Approval, actor: Actor, planDigest?: string): Promise<string> {
    const decided = await this.operations.decideApproval({
      ...{ actor, cause: 'test', approvalId: approval.id, decision },
      ...(planDigest === undefined ? {} : { planDigest }),
    });
    return decided.ok ? decided.value.approval.status : decided.error.code;
  }

  /** An order by a person; answers the status that the run has then, or the refusal's code. */
  async order(runId: string, order: RunOrder, step?: string): Promise<string> {
    const ordered = await this.operations.orderRun({
      ...{ actor: ana, cause: 'test', runId, order },
      ...(step === undefined ? {} : { step }),
    });
    return ordered.ok ? ordered.value.status : ordered.error.code;
  }

  /** Delivers alerts of one group in one body; answers the receipt and whether it was new. */
  async deliver(group: string, alerts: readonly GivenAlert[]): Promise<{ receipt: string; status: string }> {
    const answer = await fetch(`${this.app.url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${webhookToken}` },
      body: JSON.stringify({ version: '4', groupKey: group, alerts: alerts.map((alert) => alertBody(group, alert)) }),
    });
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { receipt: string; status: string };
  }

  /** Delivers one alert that is a group of its own. */
  alert(alert: GivenAlert): Promise<{ receipt: string; status: string }> {
    return this.deliver(alert.id ?? alert.alertname, [alert]);
  }

  /** Resolves when nothing of a delivery is left to do. */
  async dealtWith(receipt: string): Promise<void> {
    await this.until(
      `delivery ${receipt} to be dealt with`,
      async () => !(await this.app.store.deliveries.isOpen(receipt)),
    );
  }

  /** All runs of a playbook, oldest first. */
  async runsOf(playbook: string): Promise<readonly RunState[]> {
    const runs: RunState[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await this.app.store.reads.runs({ limit: 200, cursor, playbook });
      runs.unshift(...page.items.map(({ state }) => state).reverse());
      cursor = page.cursor;
      if (cursor === null) return runs;
    }
  }

  /** Runs of a playbook once there are so many. */
  async started(playbook: string, count = 1): Promise<readonly RunState[]> {
    return this.until(`${count} runs of ${playbook}`, async () => {
      const runs = await this.runsOf(playbook);
      return runs.length >= count && runs;
    });
  }
}

const usualSettings = {
  integrations: { alertmanager: { source: 'alertmanager', auth: { type: 'bearer', token: { env: 'WEBHOOK_TOKEN' } } } },
  roles: { sre: { users: [ana.id, ben.id] }, lead: { users: [lea.id] } },
  actions: { http: { allow: ['127.0.0.1'] }, shell: { allow: [['/bin/sh'], ['/usr/bin/test']] } },
  policy: { storm: { runs: 10_000, within: '5m' } },
};

function configOf(env: { [name: string]: string }): Config {
  const config = readConfig(env, false);
  if (!config.ok) throw new Error(config.error.join('\n'));
  return config.value;
}
