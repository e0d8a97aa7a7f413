// Plays a run through by the very rules that run it, with scripted answers in place of actions and people: the base of dry
// runs, playbook tests and replays. Pure: it calls nothing and has no effect.
import { type Actor, type Recorded, type RunEvent, type StepError, systemActor } from '../events.ts';
import type { Json } from '../json.ts';
import type { ActionCatalog } from '../playbook/action-traits.ts';
import { allSteps, type Playbook, type Step } from '../playbook/playbook.ts';
import { addMs } from '../time.ts';
import { decide, type RunCommand, type RunDecision } from './decide.ts';
import { startRun } from './evolve.ts';
import { wakeAt } from './owed.ts';
import { type NewRun, startedEvent } from './started.ts';
import { type Approval, isTerminal, type RunState, stepOf, type Timed } from './state.ts';
import { eligible } from './who-decides.ts';

/** What an action would have answered; `assumed`: nobody knows, it is taken to succeed with an output that nobody knows. */
export type ScriptedResult =
  | { readonly outcome: 'succeeded'; readonly output: Json; readonly tookMs?: number }
  | { readonly outcome: 'failed'; readonly error: StepError; readonly tookMs?: number }
  /** The worker dies in the middle. */
  | { readonly outcome: 'lost' }
  | { readonly outcome: 'assumed' };

/** An order of a person, given once nothing else moves any more. */
export type ScriptedOrder = Extract<
  RunCommand,
  { type: 'signal' | 'retry' | 'compensate' | 'cancel' | 'pause' | 'resume' | 'done' }
>;

/** The answers of the world outside, and what is known of the actions in whose place they stand. */
export type Script = {
  readonly traits: ActionCatalog;
  readonly resultOf: (started: { step: string; attempt: number }) => ScriptedResult;
  /** `ignore`: nobody decides, so the request runs out. */
  readonly decisionOn: (approval: Approval) => 'approve' | 'deny' | 'ignore';
  readonly orders: readonly ScriptedOrder[];
  /** Playbooks that steps may call; without it such a step fails. */
  readonly library?: (name: string) => Playbook | undefined;
};

/** A fact of a simulated run. */
export type SimulatedEvent = Timed<Recorded<RunEvent>>;

/** How it went. */
export type Simulation = {
  readonly events: readonly SimulatedEvent[];
  readonly run: RunState;
  /** Steps taken to succeed with an output that nobody knows. */
  readonly assumed: readonly string[];
  /** Steps whose `if` or `with` depends on such an output, so that what they would do is known only when the time comes. */
  readonly undetermined: readonly string[];
  /** Orders that were refused or never came up, with the reason. */
  readonly refused: readonly { readonly order: ScriptedOrder; readonly reason: string }[];
};

/** More commands than any playbook needs; a script that never ends is cut here. */
const maxCommands = 20_000;
const person: Actor = { kind: 'user', id: 'somebody', name: 'somebody' };

/** Plays a new run from its start to where nothing moves any more. */
export function simulate(given: NewRun, script: Script): Simulation {
  const undetermined = new Set<string>();
  // A step that cannot be rendered for want of an output that is only assumed is played once more without its expressions.
  for (;;) {
    const simulation = play({ ...given, playbook: withoutExpressions(given.playbook, undetermined) }, script);
    const unclear = simulation.assumed.length > 0 ? simulation.events.flatMap(unrenderable) : [];
    const found = unclear.filter((step) => !undetermined.has(step));
    if (found.length === 0) return { ...simulation, undetermined: [...undetermined] };
    for (const step of found) undetermined.add(step);
  }
}

function unrenderable(event: SimulatedEvent): readonly string[] {
  const hopeless =
    event.type === 'step.failed' && ['render_failed', 'condition_failed'].includes(event.data.error.code);
  return hopeless ? [stepOf(event.data.step)] : [];
}

function withoutExpressions(playbook: Playbook, steps: ReadonlySet<string>): Playbook {
  if (steps.size === 0) return playbook;
  const bare = (step: Step): Step =>
    steps.has(step.id)
      ? { ...step, with: {}, if: null, target: null, compensate: step.compensate && { ...step.compensate, with: {} } }
      : step;
  return { ...playbook, steps: playbook.steps.map(bare), finally: playbook.finally.map(bare) };
}

const play = (given: NewRun, script: Script): Omit<Simulation, 'undetermined'> => new Play(given, script).toItsEnd();

/** One run being played: its state, the clock of its world, and what is still to come. */
class Play {
  readonly #script: Script;
  readonly #playbook: Playbook;
  readonly #pools: readonly string[];
  readonly #children = new Map<string, { run: RunState; playbook: Playbook }>();
  readonly #events: SimulatedEvent[] = [];
  readonly #assumed = new Set<string>();
  readonly #refused: { order: ScriptedOrder; reason: string }[] = [];
  readonly #orders: ScriptedOrder[];
  readonly #decided = new Set<string>();
  #at: string;
  #run: RunState;

  constructor(given: NewRun, script: Script) {
    this.#script = script;
    this.#playbook = given.playbook;
    this.#pools = [...new Set(allSteps(given.playbook).map(({ runsOn }) => runsOn))];
    this.#orders = [...script.orders];
    this.#at = given.at;
    const first = { ...startedEvent(given), at: given.at };
    this.#run = startRun(first);
    this.#events.push(first);
  }

  toItsEnd(): Omit<Simulation, 'undetermined'> {
    for (let n = 0; n < maxCommands && this.#move(); n++)
      if (isTerminal(this.#run.status) && this.#orders.length === 0) break;
    return { events: this.#events, run: this.#run, assumed: [...this.#assumed], refused: this.#refused };
  }

  /** One move of the world; false when nothing is left that would move it. */
  #move(): boolean {
    const before = this.#events.length;
    for (const pool of this.#pools) this.#give({ type: 'advance' }, systemActor, pool);
    const running = Object.entries(this.#run.nodes).find(([, { status }]) => status === 'running');
    if (running) this.#report(running[0]);
    if (this.#events.length !== before || this.#decideOpen()) return true;
    const next = wakeAt(this.#run, this.#playbook, this.#at);
    const order = this.#orders.shift();
    // People come before the clock: an order in a script was given while the run stood still.
    if (order) {
      const reason = this.#give(order, person);
      if (reason !== null) this.#refused.push({ order, reason });
      return true;
    }
    if (next === null || next <= this.#at) return false;
    this.#at = next;
    return true;
  }

  /** Gives a command; the reason if it is refused. */
  #give(command: RunCommand, actor: Actor = systemActor, pool: string | null = null): string | null {
    const { traits, library = () => undefined } = this.#script;
    const decision = decide(this.#run, command, {
      at: this.#at,
      actor,
      playbook: this.#playbook,
      traits,
      offer: pool === null ? null : { worker: `simulated-${pool}`, pool, capacity: 100 },
      library,
      spareRunId: `${this.#run.runId}.${this.#children.size + 1}`,
      children: (id) => this.#children.get(id),
    });
    if (!decision.ok) return decision.error.message;
    this.#take(decision.value);
    return null;
  }

  #take({ events, state, opened }: RunDecision): void {
    for (const event of events) if (event.data.runId === state.runId) this.#events.push({ ...event, at: this.#at });
    this.#run = state;
    for (const { events: first } of opened)
      for (const event of first) if (event.type === 'run.started') this.#playChild(event);
  }

  /** The run of another playbook: played to its end at once. */
  #playChild(event: Extract<Recorded<RunEvent>, { type: 'run.started' }>): void {
    const { runId, inputs, trigger, incident, alert, env } = event.data;
    const called = this.#script.library?.(event.data.playbook.name);
    if (!called) return;
    const start = { runId, inputs, trigger, incident, alert, env, playbook: called, actor: event.actor, at: this.#at };
    const child = play(start, { ...this.#script, orders: [] });
    this.#events.push(...child.events);
    for (const step of child.assumed) this.#assumed.add(step);
    this.#at = child.events.at(-1)?.at ?? this.#at;
    this.#children.set(runId, { run: child.run, playbook: called });
  }

  #report(key: string): void {
    const node = this.#run.nodes[key];
    if (node?.status !== 'running') return;
    const { attempt, fence, worker } = node;
    const result = this.#script.resultOf({ step: key, attempt });
    const held = { step: key, attempt, fence, worker };
    if ('tookMs' in result) this.#at = addMs(this.#at, result.tookMs ?? 0);
    switch (result.outcome) {
      case 'lost':
        this.#give({ type: 'abandon', step: key, fence, reason: 'the worker is gone' });
        return;
      case 'failed':
        this.#give({ ...held, type: 'record_failure', error: result.error, random: 0.5 });
        return;
      case 'assumed':
        this.#assumed.add(key);
        this.#give({ ...held, type: 'record_success', output: null, artifacts: [] });
        return;
      case 'succeeded':
        this.#give({ ...held, type: 'record_success', output: result.output, artifacts: [] });
    }
  }

  #decideOpen(): boolean {
    const isOpen = ({ id, status }: Approval) => status === 'open' && !this.#decided.has(id);
    const open = Object.values(this.#run.approvals).find(isOpen);
    if (!open) return false;
    const { id: approvalId, planDigest, rule } = open;
    const decision = this.#script.decisionOn(open);
    this.#decided.add(approvalId);
    if (decision === 'ignore') return true;
    for (let n = open.approvals.length; n < (decision === 'deny' ? 1 : rule.quorum); n++) {
      const somebody = { ...person, id: `somebody-${n + 1}` };
      this.#give({ type: decision, approvalId, as: eligible(open), planDigest }, somebody);
    }
    return true;
  }
}
