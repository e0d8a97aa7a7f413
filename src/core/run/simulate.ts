// Plays a run through by the very rules that run it, with scripted answers in place of actions and people: the base of dry
// runs, playbook tests and replays. Pure: it calls nothing and has no effect.
import { type Actor, type Recorded, type RunEvent, type StepError, systemActor } from '../events.ts';
import type { Json } from '../json.ts';
import type { ActionCatalog } from '../playbook/action-traits.ts';
import { allSteps, type Playbook, type Step } from '../playbook/playbook.ts';
import { addMs } from '../time.ts';
import { decide, type RunCommand, type RunDecision } from './decide.ts';
import { eligible } from './decide-approval.ts';
import { startRun } from './evolve.ts';
import { wakeAt } from './owed.ts';
import { type NewRun, startedEvent } from './started.ts';
import { type Approval, isTerminal, type RunState, stepOf, type Timed } from './state.ts';

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

function play(given: NewRun, script: Script): Omit<Simulation, 'undetermined'> {
  const { playbook } = given;
  const pools = [...new Set(allSteps(playbook).map(({ runsOn }) => runsOn))];
  const children = new Map<string, { run: RunState; playbook: Playbook }>();
  const events: SimulatedEvent[] = [];
  const assumed = new Set<string>();
  const refused: { order: ScriptedOrder; reason: string }[] = [];
  const orders = [...script.orders];
  const decided = new Set<string>();
  let at = given.at;
  const first = { ...startedEvent(given), at };
  let run = startRun(first);
  events.push(first);
  const take = (decision: RunDecision) => {
    for (const event of decision.events) if (event.data.runId === run.runId) events.push({ ...event, at });
    run = decision.state;
    for (const { event } of decision.opened) if (event.type === 'run.started') playChild(event);
  };

  /** The run of another playbook: played to its end at once. */
  function playChild(event: Extract<Recorded<RunEvent>, { type: 'run.started' }>): void {
    const { runId, inputs, trigger, incident, alert, env } = event.data;
    const called = script.library?.(event.data.playbook.name);
    if (!called) return;
    const start = { runId, inputs, trigger, incident, alert, env, playbook: called, actor: event.actor, at };
    const child = play(start, { ...script, orders: [] });
    events.push(...child.events);
    for (const step of child.assumed) assumed.add(step);
    at = child.events.at(-1)?.at ?? at;
    children.set(runId, { run: child.run, playbook: called });
  }

  /** Gives a command; the reason if it is refused. */
  function give(command: RunCommand, actor: Actor = systemActor, pool: string | null = null): string | null {
    const offer = pool === null ? null : { worker: `simulated-${pool}`, pool, capacity: 100 };
    const library = script.library ?? (() => undefined);
    const { traits } = script;
    const spareRunId = `${run.runId}.${children.size + 1}`;
    const childOf = (id: string) => children.get(id);
    const context = { at, actor, playbook, traits, offer, library, spareRunId, children: childOf };
    const decision = decide(run, command, context);
    if (!decision.ok) return decision.error.message;
    take(decision.value);
    return null;
  }

  function report(key: string): void {
    const node = run.nodes[key];
    if (node?.status !== 'running') return;
    const { attempt, fence, worker } = node;
    const result = script.resultOf({ step: key, attempt });
    const held = { step: key, attempt, fence, worker };
    if ('tookMs' in result) at = addMs(at, result.tookMs ?? 0);
    switch (result.outcome) {
      case 'lost':
        give({ type: 'abandon', step: key, fence, reason: 'the worker is gone' });
        return;
      case 'failed':
        give({ ...held, type: 'record_failure', error: result.error, random: 0.5 });
        return;
      case 'assumed':
        assumed.add(key);
        give({ ...held, type: 'record_success', output: null, artifacts: [] });
        return;
      case 'succeeded':
        give({ ...held, type: 'record_success', output: result.output, artifacts: [] });
    }
  }

  function decideOpen(): boolean {
    const open = Object.values(run.approvals).find(({ id, status }) => status === 'open' && !decided.has(id));
    if (!open) return false;
    const decision = script.decisionOn(open);
    decided.add(open.id);
    if (decision === 'ignore') return true;
    for (let n = open.approvals.length; n < (decision === 'deny' ? 1 : open.rule.quorum); n++)
      give({ type: decision, approvalId: open.id, as: eligible(open) }, { ...person, id: `somebody-${n + 1}` });
    return true;
  }

  /** One move of the world; false when nothing is left that would move it. */
  function step(): boolean {
    const before = events.length;
    for (const pool of pools) give({ type: 'advance' }, systemActor, pool);
    const running = Object.entries(run.nodes).find(([, { status }]) => status === 'running');
    if (running) report(running[0]);
    if (events.length !== before || decideOpen()) return true;
    const next = wakeAt(run, playbook, at);
    const order = orders[0];
    // People come before the clock: an order in a script was given while the run stood still.
    if (order) {
      orders.shift();
      const reason = give(order, person);
      if (reason !== null) refused.push({ order, reason });
      return true;
    }
    if (next === null || next <= at) return false;
    at = next;
    return true;
  }

  for (let n = 0; n < maxCommands && step(); n++) if (isTerminal(run.status) && orders.length === 0) break;
  return { events, run, assumed: [...assumed], refused };
}
