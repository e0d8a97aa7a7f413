// An engine on a real database with work under way: runs that wait, ask people and act, deliveries that wait and that are dead. Its clock and
// its jobs are the test's, so that it goes on as fast as the database lets it.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import pino from 'pino';
import type { Playbook } from '../../../src/core/playbook/playbook.ts';
import { isTerminal, type RunState } from '../../../src/core/run/state.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { auditRecord } from '../../../src/engine/record/audit.ts';
import { realRuntime } from '../../../src/platform/runtime.ts';
import type { NewDelivery } from '../../../src/ports/intake.ts';
import type { Action } from '../../../src/spi/action.ts';
import { openSigner } from '../../../src/store/ledger/signing-key.ts';
import { openStore, type Store } from '../../../src/store/open.ts';
import { freshDatabase } from '../cluster/fresh-database.ts';
import { MemoryEngines } from '../engine/memory-engines.ts';
import { ana, playbook } from '../given/given.ts';
import { anAlert } from '../given/incident.ts';
import { principalOf } from '../given/principals.ts';

const act = 'uses: shell.run, with: { command: [/bin/do] }';
const book: Playbook = playbook(
  [
    `  - { id: first, ${act} }`,
    '  - { id: pause, uses: wait, with: { for: 10m } }',
    `  - { id: second, ${act}, risk: high, approval: { from: ["@sre"], expiresIn: 1d } }`,
    `  - { id: third, ${act} }`,
  ].join('\n'),
  'triggers: [ { source: alertmanager } ]\n',
);
/** Every step that acts. */
const acts = ['first', 'second', 'third'] as const;
const roundMs = 5 * 60_000;
/** Rounds after which what is still not done will never be. */
const rounds = 16;

/** The clock of the database cannot be moved; what it has noted can be made older. */
const older = [
  `UPDATE intake_queue SET claimed_until = claimed_until - interval '5 minutes', not_before = not_before - interval '5 minutes'`,
  `UPDATE breakers SET open_until = open_until - interval '5 minutes'`,
];
const leftovers = ['intake_queue', 'used_proofs', 'breakers', 'idempotency_keys', 'slack_messages', 'workers'];

/** One engine, and what it has done to the world. */
export class WorkUnderWay {
  readonly #world = new MemoryEngines();
  readonly #effects: string[] = [];
  readonly #approved = new Set<string>();
  /** What happened without a valid approval, or twice. */
  readonly #wrong: string[] = [];
  #trials = 0;
  readonly store: Store;
  readonly client: pg.Client;
  readonly #engine: Engine;
  readonly #key: string;

  private constructor(store: Store, client: pg.Client, key: string) {
    this.store = store;
    this.client = client;
    this.#key = key;
    this.#world.ms = Date.now();
    this.#world.publish(book);
    const { events, lookups, correlation, deliveries, registry, systemStream, tokens, admission, attention } = store;
    this.#engine = this.#world.engine(
      { storm: { runs: 100_000, withinMs: 60_000 } },
      {
        ...{ events, lookups, correlation, deliveries, registry, systemStream, tokens, admission, attention },
        runtime: this.#runtime(),
        actions: this.#actions(),
        wakeups: {
          wakeRun: async ({ runId, pools }, delayMs) => {
            // As a queue has it: a job of a pool is taken by its own workers, and one that is due at no instant never.
            const atMs = this.#world.ms + delayMs;
            if (pools.includes('default')) this.#world.jobs.set(`${runId} ${atMs}`, { runId, atMs });
          },
          wakeIntake: () => undefined,
          wakeNotifier: () => undefined,
        },
      },
    );
  }

  static async open(): Promise<WorkUnderWay> {
    const { url, folder } = await freshDatabase();
    const log = pino({ level: 'silent' });
    const store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, log);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { publicKey } = openSigner({ dataDir: folder, signingKey: null });
    await client.query('CREATE TABLE kept_migrations AS SELECT * FROM schema_migrations');
    const work = new WorkUnderWay(store, client, publicKey);
    await work.#engine.start();
    return work;
  }

  async close(): Promise<void> {
    await this.#engine.stop(0);
    await this.client.end();
    await this.store.close();
  }

  #runtime() {
    const { runtime } = this.#world;
    return { ...runtime, newId: realRuntime.newId };
  }

  #actions(): ReadonlyMap<string, Action> {
    const run = async ({ runId, step }: { readonly runId: string; readonly step: string }) => {
      const effect = `${runId}/${step}`;
      if (this.#effects.includes(effect)) this.#wrong.push(`${effect} took effect twice`);
      if (step === 'second' && !this.#approved.has(runId)) this.#wrong.push(`${effect} without an approval`);
      this.#effects.push(effect);
      return { outcome: 'succeeded' as const, output: { exitCode: 0, stdout: '', stderr: '' } };
    };
    return new Map([...this.#world.held.actions].map(([id, action]) => [id, { ...action, run: (_, ctx) => run(ctx) }]));
  }

  /** One trial: work is begun, `edit` is made, and the engine goes on until all is done. Answers what went wrong. */
  async trial(edit: () => Promise<void>): Promise<readonly string[]> {
    this.#trials += 1;
    this.#wrong.length = 0;
    const names = ['begun', 'waits', 'tried'].map((name) => `${name}-${this.#trials}`);
    const receipts = new Map<string, string>();
    const accept = async (name: string) =>
      receipts.set(name, (await this.store.deliveries.accept(deliveryOf(name))).receipt);
    const [begun = '', waits = '', tried = ''] = names;
    await accept(begun);
    await this.#turn();
    await accept(waits);
    await accept(tried);
    await this.#surroundings(receipts.get(tried) ?? '');
    await edit();
    let missing: readonly string[] = names;
    for (let round = 0; round < rounds && missing.length > 0; round++) {
      this.#world.ms += roundMs;
      for (const statement of older) await this.client.query(statement).catch(() => undefined);
      await this.#turn();
      missing = await this.#missing(names, receipts);
    }
    // What is told to people is not lost.
    if (missing.length > 0 && (await this.#audited()) !== 'bad')
      this.#wrong.push(...missing.map((name) => `${name} is lost`));
    await this.#tidy();
    return [...this.#wrong];
  }

  /** Rows of every operational table. */
  async #surroundings(tried: string): Promise<void> {
    const { deliveries, admission, usedProofs, keys, artifacts, versions } = this.store;
    const n = this.#trials;
    await deliveries.failed(tried, { error: 'a bug', retryInMs: 1 });
    await deliveries.keepDead({ ...deliveryOf(`dead-${n}`), error: 'unknown', fault: 'sender' });
    for (let failure = 0; failure < 5; failure++) await admission.targetFailed('a target');
    await usedProofs.use([`proof-${n}`], 60_000);
    await keys.reserve(`key-${n}`, 'digest');
    await artifacts.put({
      name: 'seen.txt',
      incidentId: 'inc_seen',
      evidence: { content: Buffer.from(`seen ${n}`), type: 'text/plain', cutBytes: 0 },
    });
    await versions.keep(book, 'its text');
    await this.client.query(
      `INSERT INTO slack_messages (key, incident_id, channel_id, ts, digest, version, begun_at)
       SELECT $1, id, 'C1', '1.0', 'd', 1, now() FROM incidents ORDER BY id DESC LIMIT 1`,
      [`message-${n}`],
    );
    await this.#engine.heartbeat();
  }

  /** Everything that a process does by itself, once; whoever is asked approves. */
  async #turn(): Promise<void> {
    const { ms } = this.#world;
    const steps: readonly (() => Promise<void>)[] = [
      () => this.#engine.heartbeat(),
      () => this.#engine.drainIntake(),
      () => this.#engine.reconcile(),
      () => this.#settle(),
      () => this.#approve(),
      () => this.#settle(),
    ];
    for (const step of steps) await step();
    if (this.#world.ms !== ms) throw new Error('time passed by itself');
  }

  /** Delivers jobs until no run of ours is being worked on. */
  async #settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      const before = this.#effects.length;
      await this.#world.deliver(this.#engine);
      const running = (await this.#runs()).some(({ nodes }) =>
        Object.values(nodes).some(({ status }) => status === 'running'),
      );
      quiet = running || this.#effects.length > before ? 0 : quiet + 1;
      await sleep(running ? 10 : 2);
    }
  }

  async #runs(): Promise<readonly RunState[]> {
    const { items } = await this.store.reads.runs({ limit: 20, cursor: null });
    return items.map(({ state }) => state).filter(({ status }) => !isTerminal(status));
  }

  async #approve(): Promise<void> {
    for (const { runId, approvals } of await this.#runs())
      for (const { id, status, planDigest } of Object.values(approvals)) {
        if (status !== 'open') continue;
        this.#approved.add(runId);
        const asked = { principal: principalOf(ana), cause: 'test', approvalId: id, planDigest };
        const answer = await this.#engine.operations.decideApproval({ ...asked, decision: 'approve' });
        if (!answer.ok) this.#wrong.push(`${id} cannot be approved: ${answer.error.message}`);
      }
  }

  /** Deliveries of which neither everything was done that they lead to, nor anybody is told why not. */
  async #missing(names: readonly string[], receipts: ReadonlyMap<string, string>): Promise<readonly string[]> {
    const { items } = await this.store.reads.runs({ limit: 20, cursor: null });
    const missing: string[] = [];
    for (const name of names) {
      const own = items.flatMap(({ state }) =>
        state.trigger.type === 'alert' && state.trigger.fingerprint === name ? [state] : [],
      );
      if (own.length > 1) this.#wrong.push(`${name} has started ${own.length} runs`);
      const [run] = own;
      const isDone =
        run?.status === 'succeeded' && acts.every((step) => this.#effects.includes(`${run.runId}/${step}`));
      const delivery = await this.store.deliveries.find(receipts.get(name) ?? '');
      if (!isDone && !(delivery?.status === 'dead' && delivery.error !== null)) missing.push(name);
    }
    return missing;
  }

  async #audited(): Promise<string> {
    const result = await this.store.snapshot((record) => auditRecord(record, { trusted: [this.#key], remembered: [] }));
    return result.outcome;
  }

  /** The next trial begins without what this one has left. */
  async #tidy(): Promise<void> {
    for (const table of leftovers) await this.client.query(`DELETE FROM ${table}`);
    await this.client.query('DELETE FROM deliveries');
    await this.client.query('UPDATE runs SET wake_at = NULL WHERE finished_at IS NOT NULL');
    await this.client.query('DELETE FROM schema_migrations');
    await this.client.query('INSERT INTO schema_migrations SELECT * FROM kept_migrations');
    for (const { runId } of await this.#runs())
      await this.#engine.operations.orderRun({ principal: principalOf(ana), cause: 'test', runId, order: 'cancel' });
    await this.#settle();
  }
}

const deliveryOf = (name: string): NewDelivery => ({
  source: 'alertmanager',
  integration: 'am',
  headers: {},
  body: Buffer.from(`"${name}"`),
  alerts: [anAlert(name, { groupKey: name })],
  dedupe: { kind: 'sender', value: name },
});
