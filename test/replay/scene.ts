// Where histories are made: the real engine over stores in memory, with a clock, ids and chance that are given, so that a story told
// twice gives the same stream. What is outside is played by hand: workers, people, senders of alerts. Holds no rule of its own.
import type { Alert } from '../../src/core/alert/alert.ts';
import { type Actor, type ArtifactRef, systemActor, type TimelineEvent } from '../../src/core/events.ts';
import type { IdPrefix } from '../../src/core/ids.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { type ErrorClass, type Playbook, playbookRef } from '../../src/core/playbook/playbook.ts';
import type { RunCommand } from '../../src/core/run/decide.ts';
import type { Offer } from '../../src/core/run/draft.ts';
import { type Approval, idempotencyKeyOf, type RunState } from '../../src/core/run/state.ts';
import { createAdmission } from '../../src/engine/admission.ts';
import { processDelivery } from '../../src/engine/alerts/intake.ts';
import { type CommandDeps, handleCommand } from '../../src/engine/handle-command.ts';
import { createKeyedMutex } from '../../src/engine/keyed-mutex.ts';
import { type Committed, commit } from '../../src/engine/ledger.ts';
import { createOperations } from '../../src/engine/operations.ts';
import { createDispatcher } from '../../src/engine/runs/dispatch-run.ts';
import type { RunOrder } from '../../src/ports/operations.ts';
import type { Runtime } from '../../src/ports/runtime.ts';
import { ana, ben, playbook, start } from '../support/given/given.ts';
import { cem } from '../support/race/honest-people.ts';
import { createMemoryStore, emptyTables } from '../support/race/memory-store.ts';
import {
  createMemoryBrakes,
  createMemoryCorrelation,
  createMemoryDeliveries,
  createMemoryLookups,
} from '../support/race/memory-work.ts';

export { ana, ben, cem };

/** Who may decide what. */
const roles: { readonly [role: string]: readonly Actor[] } = { '@sre': [ana, ben], '@lead': [cem] };
const claimMs = 60_000;
/** A service that has a token. */
export const ci: Actor = { kind: 'api', id: 'ci', via: 'api' };
/** The surface that each of them uses. */
const surfaces = new Map<string, NonNullable<Actor['via']>>([
  [ana.id, 'slack'],
  [ben.id, 'web'],
  [cem.id, 'cli'],
]);

/** One story: a title for people, and what happens. */
export type Story = {
  readonly name: string;
  readonly about: string;
  readonly tell: (scene: Scene) => Promise<void>;
};

/** One incident and everything that happens in it. */
export class Scene {
  readonly #tables = emptyTables();
  readonly #store = createMemoryStore(this.#tables);
  readonly #books = new Map<string, Playbook>();
  readonly #changed: RunState[] = [];
  #ms = Date.parse(start);
  #ids = 0;
  /** False: no worker is at hand, so nothing starts. */
  working = true;

  readonly #runtime: Runtime = {
    nowMs: () => this.#ms,
    random: () => 0.5,
    newId: (prefix: IdPrefix) => {
      this.#ids += 1;
      return `${prefix}_${String(this.#ids).padStart(26, '0')}`;
    },
  };
  readonly #lookups = { ...this.#store, ...createMemoryLookups(this.#tables) };
  readonly #deliveries = createMemoryDeliveries(this.#tables, this.#runtime);
  readonly #correlation = createMemoryCorrelation(this.#tables);
  readonly #admission = createAdmission({
    store: createMemoryBrakes(this.#runtime),
    lookups: this.#lookups,
    runtime: this.#runtime,
    storm: { runs: 20, withinMs: 60_000 },
  });
  readonly #catalog = { all: () => [...this.#books.values()], byName: (name: string) => this.#books.get(name) };
  readonly #commands: CommandDeps = {
    store: this.#store,
    runtime: this.#runtime,
    mutex: createKeyedMutex(),
    library: this.#catalog.byName,
    versions: {
      byDigest: async (digest) => this.playbooks.get(digest) ?? null,
      keep: () => Promise.reject(new Error('nothing is kept here')),
    },
    committed: (change: Committed) => this.#changed.push(...change.runs.map(({ state }) => state)),
  };
  readonly #dispatcher = createDispatcher({
    ...this.#commands,
    lookups: this.#lookups,
    driver: {
      offer: () => this.#offer(),
      abort: () => undefined,
      drive: async ({ run }) => this.#give(run.runId, { type: 'advance' }, 'wake'),
    },
  });
  readonly operations = createOperations({
    ...this.#commands,
    lookups: this.#lookups,
    catalog: this.#catalog,
    correlation: this.#correlation,
    admission: this.#admission,
    env: { REGION: 'eu-1', SHELL: '/bin/sh' },
    abort: () => undefined,
    offer: () => this.#offer(),
    directory: () => ({
      belongsTo: async (actor, names) => names.filter((name) => roles[name]?.some(({ id }) => id === actor.id)),
      members: async () => [],
    }),
  });

  #offer(): Offer | null {
    const { breakerOpenUntil, halted } = this.#admission;
    const offer = { worker: 'wrk_0', pool: 'default', capacity: 10, breakerOpenUntil };
    return this.working ? { ...offer, halted: (name) => halted(name) !== null } : null;
  }

  /** Versions in force and those before, by digest. */
  get playbooks(): ReadonlyMap<string, Playbook> {
    return new Map([...this.#books.values()].map((book) => [playbookRef(book).digest, book]));
  }

  get tables() {
    return this.#tables;
  }

  get at(): string {
    return new Date(this.#ms).toISOString();
  }

  /** Whoever orders something, and under which request. */
  order(actor: Actor): { readonly actor: Actor; readonly cause: string } {
    return { actor: { ...actor, via: surfaces.get(actor.id) ?? 'api' }, cause: this.#runtime.newId('req') };
  }

  book(name: string, steps: readonly string[], rest = ''): void {
    const lines = steps.map((step) => `  - { ${step} }`).join('\n');
    this.#books.set(name, { ...playbook(lines, rest), name });
  }

  get incidentId(): string {
    const [id] = this.#tables.incidents.keys();
    if (id === undefined) throw new Error('no incident was opened');
    return id;
  }

  /** The latest run of a playbook; of any, if none is named. */
  run(name?: string): RunState {
    const runs = [...this.#tables.runs.values()].map(({ state }) => state);
    const run = runs.filter((one) => name === undefined || one.playbook.name === name).at(-1);
    if (!run) throw new Error(`no run of ${name ?? 'any playbook'} was started`);
    return run;
  }

  /** Everything that follows by itself: called runs, queues, timers that are due, steps that a worker may start. */
  async settle(): Promise<void> {
    for (;;) {
      for (let state = this.#changed.shift(); state; state = this.#changed.shift())
        await this.#dispatcher.notifyDependents(state);
      const due = [...this.#tables.runs.values()].filter(({ wakeAt }) => wakeAt !== null && wakeAt <= this.at);
      for (const { state } of due) await this.#dispatcher.dispatch(state.runId);
      if (this.#changed.length === 0) return;
    }
  }

  /** Time goes by; timers end at their time. */
  async later(ms: number): Promise<void> {
    const until = this.#ms + ms;
    for (;;) {
      const times = [...this.#tables.runs.values()].flatMap(({ wakeAt }) => (wakeAt ? [Date.parse(wakeAt)] : []));
      const next = Math.min(until, ...times.filter((time) => time > this.#ms));
      this.#ms = next;
      await this.#admission.refresh();
      await this.settle();
      if (next >= until) return;
    }
  }

  async #give(runId: string, command: RunCommand, cause: string): Promise<void> {
    const meta = { actor: systemActor, cause, offer: this.#offer() };
    const handled = await handleCommand(this.#commands, runId, command, meta);
    if (!handled.ok) throw new Error(`${command.type}: ${handled.error.message}`);
  }

  /** The people's way in: what is refused is a mistake of the story. */
  async ask<T>(answer: Promise<{ ok: true; value: T } | { ok: false; error: { message: string } }>): Promise<T> {
    const given = await answer;
    if (!given.ok) throw new Error(given.error.message);
    await this.settle();
    return given.value;
  }

  /** Starts a run, of the incident that is there or of a new one. */
  async start(name: string, inputs: JsonObject = {}, reason?: string): Promise<string> {
    const [incidentId = null] = this.#tables.incidents.keys();
    const because = reason === undefined ? {} : { reason };
    const order = { ...this.order(ana), playbook: name, inputs, incidentId, ...because };
    return (await this.ask(this.operations.startRun(order))).run.runId;
  }

  async command(order: RunOrder, run: RunState, rest: { step?: string; reason?: string } = {}): Promise<void> {
    await this.ask(this.operations.orderRun({ ...this.order(ben), runId: run.runId, order, ...rest }));
  }

  async signal(run: RunState, name: string, data: Json): Promise<void> {
    await this.ask(this.operations.signalRun({ ...this.order(ci), runId: run.runId, name, data }));
  }

  /** The request that is open. */
  asked(run: RunState): Approval {
    const open = Object.values(run.approvals).find(({ status }) => status === 'open');
    if (!open) throw new Error(`run ${run.runId} of ${run.playbook.name} asks nothing`);
    return open;
  }

  async decide(decision: 'approve' | 'deny', run: RunState, actor: Actor, reason?: string): Promise<void> {
    const { id: approvalId, planDigest } = this.asked(run);
    const because = reason === undefined ? {} : { reason };
    const order = { ...this.order(actor), approvalId, decision, planDigest, ...because };
    await this.ask(this.operations.decideApproval(order));
  }

  #held(run: RunState, step: string) {
    const node = run.nodes[step];
    if (node?.status !== 'running') throw new Error(`${step} is ${node?.status}`);
    const { attempt, fence, worker, round } = node;
    return { reported: { step, attempt, fence, worker }, cause: idempotencyKeyOf(run.runId, step, round) };
  }

  /** The worker that runs a step reports after so long. */
  async succeed(run: RunState, step: string, output: Json = null, artifacts: ArtifactRef[] = []): Promise<void> {
    await this.later(1500);
    const { reported, cause } = this.#held(run, step);
    await this.#give(run.runId, { type: 'record_success', ...reported, output, artifacts }, cause);
    await this.settle();
  }

  async acted(run: RunState, step: string, output: Json): Promise<void> {
    const { reported, cause } = this.#held(run, step);
    await this.#give(run.runId, { type: 'record_acted', ...reported, output }, cause);
    await this.settle();
  }

  async fail(run: RunState, step: string, kind: ErrorClass, more: { code?: string; retryAfterMs?: number } = {}) {
    await this.later(700);
    const { reported, cause } = this.#held(run, step);
    const after = more.retryAfterMs === undefined ? {} : { retryAfterMs: more.retryAfterMs };
    const error = { class: kind, code: more.code ?? 'exit_1', message: `it ended with ${kind}`, ...after };
    await this.#give(run.runId, { type: 'record_failure', ...reported, error, random: this.#runtime.random() }, cause);
    await this.settle();
  }

  /** The worker of a step is gone; `report`: it comes back later and reports what nobody waits for any more. */
  async lose(run: RunState, step: string): Promise<{ readonly report: () => Promise<void> }> {
    const { reported, cause } = this.#held(run, step);
    const reason = `${reported.worker} gave no sign of life`;
    await this.#give(run.runId, { type: 'abandon', step, fence: reported.fence, reason }, 'orphan');
    await this.settle();
    const late = { type: 'record_success' as const, ...reported, output: 'late', artifacts: [] };
    return { report: () => this.#give(run.runId, late, cause) };
  }

  /** The breaker of a target opens. */
  async openBreaker(target: string): Promise<void> {
    for (let n = 0; n < 5; n++) await this.#admission.report(target, 'failed');
  }

  /** One delivery of alerts. */
  async deliver(...alerts: readonly Alert[]): Promise<void> {
    this.#deliveries.put(alerts);
    const reads = {
      runsOfIncident: async () => [...this.#tables.runs.values()].map((row) => ({ ...row, updatedAt: '' })),
    };
    for (const delivery of await this.#deliveries.claim(1, claimMs))
      await processDelivery(
        {
          ...this.#commands,
          deliveries: this.#deliveries,
          correlation: this.#correlation,
          catalog: this.#catalog,
          lookups: this.#lookups,
          admission: this.#admission,
          reads,
          env: { REGION: 'eu-1' },
          offer: () => this.#offer(),
        },
        delivery,
      );
    await this.settle();
  }

  /** An event that today's version has in its vocabulary and never writes, linked as every other. */
  async append(event: TimelineEvent): Promise<void> {
    const loaded = await this.#store.loadIncident(this.incidentId);
    if (!loaded) throw new Error('there is no incident');
    const order = this.order(ana);
    const change = await commit(this.#store, {
      incidentId: this.incidentId,
      incident: loaded.incident,
      expected: loaded.head,
      runs: new Map(),
      playbooks: new Map(),
      events: [{ ...event, actor: order.actor }],
      at: this.at,
      cause: order.cause,
    });
    if (typeof change === 'string') throw new Error(`it was not appended: ${change}`);
  }
}
