// Where histories are made: the real engine over stores in memory, with a clock, ids and chance that are given, so that a story told
// twice gives the same stream. What is outside is played by hand: targets of actions, people, senders of alerts. Holds no rule of its own.
import type { Alert } from '../../src/core/alert/alert.ts';
import { Access } from '../../src/core/authority/access.ts';
import type { Caller } from '../../src/core/authority/principal.ts';
import type { Actor, StepError } from '../../src/core/events.ts';
import { defaultIncidentRules, type IncidentRules } from '../../src/core/incident/rules.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { type ErrorClass, type Playbook, playbookRef } from '../../src/core/playbook/playbook.ts';
import type { Rulebook } from '../../src/core/policy/rulebook.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import type { Result } from '../../src/core/result.ts';
import type { Approval, RunState } from '../../src/core/run/state.ts';
import type { AlertRules } from '../../src/engine/alerts/stages.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { leaseMs } from '../../src/engine/lease.ts';
import type { ApprovalsOutside } from '../../src/ports/approvals.ts';
import type { Directory } from '../../src/ports/directory.ts';
import type { Operations, RunOrder } from '../../src/ports/operations.ts';
import { rulesOf } from '../support/engine/alert-story.ts';
import type { HeldCall } from '../support/engine/held-actions.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, ben, playbook } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';
import { lifeWith } from '../support/given/versions.ts';
import { cem } from '../support/race/honest-people.ts';
import { noChangeControl } from '../support/race/memory-lives.ts';
import { Authenticator } from '../support/step-up/authenticator.ts';
import { onPage, site } from '../support/step-up/world.ts';

export { ana, ben, cem };

/** Who may decide what. */
const roles: { readonly [role: string]: readonly Actor[] } = { '@sre': [ana, ben], '@lead': [cem] };
const directory: Directory = {
  belongsTo: async (principal, names) =>
    names.filter(
      (name) =>
        name === 'everyone' ||
        (principal.type === 'person' && name === principal.id) ||
        roles[name]?.some(({ id }) => principal.type === 'person' && id === principal.id),
    ),
  members: async () => [],
  standing: async () => 'active',
  candidates: async (names) => ({ actors: names.flatMap((name) => roles[name] ?? []), isSure: true }),
};
/** As everybody may, and one may break the glass. */
const access = Access.parse({
  start: 'everyone',
  order: 'everyone',
  operate: 'everyone',
  design: 'everyone',
  administer: 'everyone',
  bypass: [cem.id],
  selfApproval: 'byRule',
});
/** A service that has a token. */
const ci: Actor = { kind: 'api', id: 'ci', via: 'api' };
/** The surface that each of them uses. */
const surfaces = new Map<string, NonNullable<Actor['via']>>([
  [ana.id, 'slack'],
  [ben.id, 'web'],
  [cem.id, 'cli'],
]);
const stepUp = { roles: [], site, page: `${site.origin}/approvals/` };

/** One story: a title for people, and what happens. */
export type Story = {
  readonly name: string;
  readonly about: string;
  /** What is configured besides the usual. */
  readonly rules?: Partial<IncidentRules>;
  /** The sections of firebreak.yaml about alerts. */
  readonly configuration?: string;
  /** How many incidents it is about, if it is not one; its history is that of the first, if it does not say `last`. */
  readonly incidents?: number;
  readonly history?: 'last';
  readonly tell: (scene: Scene) => Promise<void>;
};

/** A deployment and everything that happens in it. */
export class Scene {
  readonly #world = new MemoryEngines();
  readonly #rules: IncidentRules;
  readonly #alertRules: AlertRules;
  #process: Engine;
  /** Whether checks outside say yes. */
  gatesSayYes = true;
  readonly #outside: ApprovalsOutside = {
    open: async () =>
      [...this.tables.runs.values()].flatMap(({ state: { runId, incidentId, requestedBy, approvals } }) =>
        Object.values(approvals)
          .filter(({ status }) => status === 'open')
          .map((approval) => ({ runId, incidentId, requestedBy, approval })),
      ),
    askGate: async () => ({ status: 200, body: { ok: this.gatesSayYes }, bodyDigest: 'sha256:0', message: null }),
    tell: async () => ({ delivered: true, status: 202, message: null }),
  };
  #working = true;
  #started = 0;

  constructor(rules: Partial<IncidentRules> = {}, configuration = '') {
    this.#alertRules = rulesOf(configuration);
    this.#rules = { ...defaultIncidentRules, ...rules };
    this.#process = this.#open();
  }

  /** A process of its own, with a worker in it or without. */
  #open(): Engine {
    this.#started += 1;
    const worker = `wrk_${this.#started}`;
    const env = { REGION: 'eu-1', SHELL: '/bin/sh' };
    const byDigest = (digest: string) => this.#world.versions.get(digest) ?? null;
    return this.#world.engine(
      { worker, works: this.#working, env, access, rules: this.#rules, alertRules: this.#alertRules, stepUp },
      {
        directory: () => directory,
        approvals: this.#outside,
        changeControl: { ...noChangeControl(byDigest), mode: 'promoted' },
      },
    );
  }

  /** Puts rules in force. */
  async rule(book: Rulebook): Promise<void> {
    await this.#process.takeOverRules(book, 'a story');
  }

  /** Somebody lets no freeze hold a run any more. */
  async except(run: RunState, reason: string): Promise<void> {
    await this.ask(this.#process.rules.exceptRun({ ...this.caller(cem), runId: run.runId, reason }));
  }

  get operations(): Operations {
    return this.#process.operations;
  }

  /** Versions in force and those before, by digest. */
  get playbooks(): ReadonlyMap<string, Playbook> {
    return this.#world.versions;
  }

  get tables() {
    return this.#world.tables;
  }

  get at(): string {
    return this.#world.at;
  }

  /** The first incident. */
  get incidentId(): string {
    const [id] = this.tables.incidents.keys();
    if (id === undefined) throw new Error('no incident was opened');
    return id;
  }

  /** The latest run of a playbook; of any, if none is named. */
  run(name?: string): RunState {
    const runs = [...this.tables.runs.values()].map(({ state }) => state);
    const run = runs.filter((one) => name === undefined || one.playbook.name === name).at(-1);
    if (!run) throw new Error(`no run of ${name ?? 'any playbook'} was started`);
    return run;
  }

  book(name: string, steps: readonly string[], rest = ''): void {
    const lines = steps.map((step) => `  - { ${step} }`).join('\n');
    this.#world.publish({ ...playbook(lines, rest), name });
  }

  /** A version of a playbook that is in shadow beside the one that is there. */
  shadow(name: string, steps: readonly string[], rest = ''): void {
    const lines = steps.map((step) => `  - { ${step} }`).join('\n');
    const book = { ...playbook(lines, rest), name, version: '2.0.0' };
    const live = this.#world.books.get(name);
    if (!live) throw new Error(`there is no ${name}`);
    this.#world.versions.set(playbookRef(book).digest, book);
    this.tables.lives.set(name, { life: lifeWith(live, book), head: { version: 1, hash: '' } });
  }

  /** Everything that follows by itself: called runs, queues, timers that are due, steps that a worker may start. */
  async settle(): Promise<void> {
    if (this.#working) await this.#process.heartbeat();
    await this.#process.reconcile();
    await this.#world.deliver(this.#working ? this.#process : null);
    const [fault] = this.#world.errors;
    if (fault) throw new Error(`the engine complains: ${JSON.stringify(fault)}`);
  }

  /** Time goes by; timers end at their time. `lookEveryMs`: what happens by itself is looked for so often at least. */
  async later(ms: number, lookEveryMs = ms): Promise<void> {
    const until = this.#world.ms + ms;
    for (;;) {
      const now = this.#world.ms;
      const timers = [
        ...[...this.tables.runs.values()].map(({ wakeAt }) => wakeAt),
        ...this.tables.incidentTimers.values(),
        ...[...this.tables.groups.values()].map(({ wakeAt }) => wakeAt),
      ].flatMap((wakeAt) => (wakeAt ? [Date.parse(wakeAt)] : []));
      this.#world.ms = Math.min(until, now + lookEveryMs, ...timers.filter((time) => time > now));
      await this.settle();
      if (this.#world.ms >= until) return;
    }
  }

  /** Its process feels time pass, as what is polled does, and sends its heartbeats meanwhile. */
  async elapse(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= leaseMs / 2) {
      this.#world.monotonic += Math.min(left, leaseMs / 2);
      await this.#process.heartbeat();
    }
  }

  /** The process at hand goes and one without a worker comes, or one with a worker again. */
  async #replace(working: boolean): Promise<void> {
    await this.#process.stop(0);
    this.#working = working;
    this.#process = this.#open();
    await this.#process.start();
    await this.settle();
  }

  /** From now on no worker is at hand, so nothing starts. Nothing may be under way. */
  workersGo = (): Promise<void> => this.#replace(false);
  workersCome = (): Promise<void> => this.#replace(true);

  /** Whoever asks for something, and under which request. */
  caller(actor: Actor): Caller {
    const principal = principalOf({ ...actor, via: surfaces.get(actor.id) ?? 'api' });
    return { principal, cause: this.#world.newId('req') };
  }

  /** The people's way in: what is refused is a mistake of the story. */
  async ask<T>(answer: Promise<Result<T, Refusal>>): Promise<T> {
    const given = await answer;
    if (!given.ok) throw new Error(given.error.message);
    await this.settle();
    return given.value;
  }

  /** Starts a run, of the incident that is there or of a new one. */
  async start(name: string, inputs: JsonObject = {}, reason?: string): Promise<string> {
    const [incidentId = null] = this.tables.incidents.keys();
    const because = reason === undefined ? {} : { reason };
    const order = { ...this.caller(ana), playbook: name, inputs, incidentId, ...because };
    return (await this.ask(this.operations.startRun(order))).run.runId;
  }

  /** Somebody exercises a playbook. */
  async drill(name: string, reason?: string): Promise<void> {
    const because = reason === undefined ? {} : { reason };
    await this.ask(this.operations.startDrill({ ...this.caller(ana), playbook: name, ...because }));
  }

  async command(order: RunOrder, run: RunState, rest: { step?: string; reason?: string } = {}): Promise<void> {
    await this.ask(this.operations.orderRun({ ...this.caller(ben), runId: run.runId, order, ...rest }));
  }

  async signal(run: RunState, name: string, data: Json): Promise<void> {
    await this.ask(this.operations.signalRun({ ...this.caller(ci), runId: run.runId, name, data }));
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
    const order = { ...this.caller(actor), approvalId, decision, planDigest, ...because };
    await this.ask(this.operations.decideApproval(order));
  }

  /** Somebody registers a passkey on the page, and approves with it. */
  async approveByPasskey(run: RunState, { id, name }: Actor): Promise<void> {
    const principal = { ...onPage(id, this.at), name: name ?? id };
    const key = new Authenticator(site, { seed: id });
    const caller = () => ({ ...this.caller(run.requestedBy), principal });
    const begun = await this.ask(this.operations.beginPasskey({ principal }));
    const made = { name: 'key', nonce: begun.nonce, ...key.made(begun.challenge) };
    await this.ask(this.operations.registerPasskey({ ...caller(), ...made }));
    const { id: approvalId, planDigest } = this.asked(run);
    const begin = { principal, approvalId, planDigest, run };
    const assertion = key.signs(await this.ask(this.operations.beginStepUp(begin)));
    await this.ask(
      this.operations.decideApproval({ ...caller(), approvalId, decision: 'approve', planDigest, assertion }),
    );
  }

  /** The engine sees to what only the world outside can say of open requests. */
  async lookOutside(): Promise<void> {
    await this.#process.attendApprovals();
    await this.settle();
  }

  async breakGlass(run: RunState, actor: Actor, reason: string): Promise<void> {
    const { id: approvalId, planDigest } = this.asked(run);
    await this.ask(this.operations.breakGlass({ ...this.caller(actor), approvalId, planDigest, reason }));
  }

  /** Somebody sees to the request that is open, without deciding it. */
  async attend(
    run: RunState,
    actor: Actor,
    order:
      | { readonly order: 'question'; readonly question: string }
      | { readonly order: 'reassign'; readonly to: string; readonly reason?: string; readonly until?: string }
      | { readonly order: 'remind' | 'refresh' },
  ): Promise<void> {
    const { id: approvalId } = this.asked(run);
    await this.ask(this.operations.attendApproval({ ...this.caller(actor), approvalId, ...order }));
  }

  #call(run: RunState, step: string): HeldCall {
    return this.#world.held.take(run.runId, step);
  }

  /** The target of a step answers after so long; its worker reports. Of a step that is being verified, or probed, it says yes. */
  async succeed(run: RunState, step: string, output: Json = null): Promise<void> {
    await this.later(1500);
    this.#call(run, step).succeed(output);
    await this.settle();
  }

  /** The target of a step does not do it; of a step that is being verified, or probed, it says no, or nothing of use. */
  async fail(run: RunState, step: string, kind: ErrorClass, more: { retryAfterMs?: number } = {}): Promise<void> {
    await this.later(700);
    const error: StepError = { class: kind, code: 'exit_1', message: `it ended with ${kind}`, ...more };
    this.#call(run, step).fail(error);
    await this.settle();
  }

  /** The worker of everything under way falls silent and is given up; `report`: the target of a step answers it after all. */
  async lose(run: RunState, step: string): Promise<{ readonly report: () => Promise<void> }> {
    const call = this.#call(run, step);
    this.#process = this.#open();
    await this.#process.start();
    // One that looks less often would take itself for the one that was away.
    await this.later(leaseMs, leaseMs / 2);
    return {
      report: async () => {
        call.succeed('late');
        await this.settle();
      },
    };
  }

  /** The breaker of a target opens. */
  async openBreaker(target: string): Promise<void> {
    for (let n = 0; n < 5; n++) await this.#world.admission.targetFailed(target);
    await this.settle();
  }

  /** One delivery of alerts. */
  async deliver(...alerts: readonly Alert[]): Promise<void> {
    this.#world.deliveries.put(alerts);
    await this.#process.drainIntake();
    await this.settle();
  }
}
