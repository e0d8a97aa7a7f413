// Plays a recorded run once more by the rules, with the answers it got, and says where the two part. Pure.
import { isRunEvent, type RunEvent, type StoredEvent } from '../events.ts';
import { openIncident } from '../incident/evolve.ts';
import { canonicalJson } from '../json.ts';
import type { ActionCatalog } from '../playbook/action-traits.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { err, ok, type Result } from '../result.ts';
import { readEvent } from '../timeline/read-event.ts';
import { type Script, type ScriptedOrder, type ScriptedResult, simulate } from './simulate.ts';
import type { RunState, Timed } from './state.ts';

type Fact = Timed<RunEvent>;

/** The facts of one run among the events of its incident. */
export function factsOf(events: readonly StoredEvent[], runId: string): readonly Fact[] {
  return events.flatMap(({ type, data, at, actor }): Fact[] => {
    const read = readEvent({ type, data });
    if (read.outcome !== 'known' || !isRunEvent(read.event) || read.event.data.runId !== runId) return [];
    return [{ ...read.event, at, actor }];
  });
}

/** By step what was recorded and what the replay does; `run` stands for the run as a whole. */
export type ReplayDifference = {
  readonly about: string;
  readonly recorded: readonly string[];
  readonly replayed: readonly string[];
};

/** Per step what happened to it, with what it ran; `run` stands for the run as a whole. */
export type Outline = ReadonlyMap<string, readonly string[]>;

/** How a run goes when it is played once more. */
export type ReplayedRun = {
  readonly status: RunState['status'];
  readonly differences: readonly ReplayDifference[];
  /** Per step what happens to it when it is played once more. */
  readonly outline: Outline;
  /** What the replay had to do without: orders that came while something was still moving, answers that were never given. */
  readonly notes: readonly string[];
};

/** Plays a run by a playbook with the answers that its facts hold; the error says why it cannot be played. */
export function replayRun(
  facts: readonly Fact[],
  playbook: Playbook,
  known: { readonly traits: ActionCatalog; readonly library?: NonNullable<Script['library']> },
): Result<ReplayedRun, string> {
  const [first] = facts;
  if (first?.type !== 'run.started') return err('its start cannot be read by this version');
  const { runId, incidentId, trigger, inputs, env, alert, incident } = first.data;
  const { number, title, severity } = incident;
  const opened = { type: 'incident.opened' as const, data: { number, title, severity, groupKey: null } };
  const simulation = simulate(
    {
      runId,
      playbook,
      trigger,
      inputs,
      env,
      alert,
      actor: first.actor,
      at: first.at,
      incident: openIncident(incidentId, { ...opened, at: first.at, actor: first.actor }),
    },
    { ...scriptOf(facts), ...known },
  );
  const [recorded, replayed] = [outline(facts), outline(simulation.events)];
  return ok({
    status: simulation.run.status,
    differences: differencesOf(recorded, replayed),
    outline: replayed,
    notes: [
      ...simulation.refused.map(({ order, reason }) => `the order ${order.type} has no place in the replay: ${reason}`),
      ...simulation.assumed.map((step) => `the record has no answer of ${step}; it was taken to succeed`),
    ],
  });
}

/** Where two ways that a run went part. */
export const differencesOf = (recorded: Outline, replayed: Outline): readonly ReplayDifference[] =>
  [...new Set([...recorded.keys(), ...replayed.keys()])].flatMap((about) => {
    const sides = { recorded: recorded.get(about) ?? [], replayed: replayed.get(about) ?? [] };
    return canonicalJson(sides.recorded) === canonicalJson(sides.replayed) ? [] : [{ about, ...sides }];
  });

/** The record as the answers of the world outside. */
function scriptOf(facts: readonly Fact[]): Omit<Script, 'traits'> {
  const results = new Map<string, ScriptedResult>();
  const decisions = new Map<string, 'approve' | 'deny'>();
  const orders: ScriptedOrder[] = [];
  for (const { type, data, actor } of facts) {
    switch (type) {
      case 'step.succeeded':
        // Marked done by a person: the try itself was lost.
        if (results.get(`${data.step}/${data.attempt}`)?.outcome === 'lost')
          orders.push({ type: 'done', step: data.step });
        else
          results.set(`${data.step}/${data.attempt}`, {
            outcome: 'succeeded',
            output: data.output,
            tookMs: data.durationMs,
          });
        break;
      case 'step.failed':
      case 'step.retry_scheduled':
        results.set(`${data.step}/${data.attempt}`, { outcome: 'failed', error: data.error, tookMs: data.durationMs });
        break;
      case 'step.outcome_unknown':
        results.set(`${data.step}/${data.attempt}`, { outcome: 'lost' });
        break;
      case 'approval.granted':
        decisions.set(data.approvalId, 'approve');
        break;
      case 'approval.denied':
        decisions.set(data.approvalId, 'deny');
        break;
      case 'run.retried':
        orders.push(data.steps.length === 1 ? { type: 'retry', step: data.steps[0] } : { type: 'retry' });
        break;
      case 'run.cancel_requested':
        if (actor.kind !== 'system') orders.push({ type: 'cancel', reason: data.reason });
        break;
      case 'run.compensation_started':
        if (actor.kind !== 'system') orders.push({ type: 'compensate', reason: data.reason });
    }
  }
  return {
    resultOf: ({ step, attempt }) => results.get(`${step}/${attempt}`) ?? { outcome: 'assumed' },
    decisionOn: ({ id }) => decisions.get(id) ?? 'ignore',
    orders,
  };
}

/** Waiting, pausing and being late change nothing of what a run does; who decided, and when, is no matter of the rules. */
const passing = new Set([
  'run.paused',
  'run.resumed',
  'step.late_result',
  'step.acted',
  'approval.escalated',
  'approval.recorded',
]);

/** Per step what happened to it, with what it ran; steps side by side may be recorded in any order. */
function outline(facts: readonly Fact[]): Outline {
  const lines = new Map<string, string[]>();
  for (const { type, data } of facts) {
    if (passing.has(type)) continue;
    const about = 'step' in data && !type.startsWith('run.') ? data.step : 'run';
    const plan = 'plan' in data ? data.plan : null;
    const runs = plan
      ? ` ${plan.uses} ${canonicalJson(plan.with)}${plan.target === null ? '' : ` on ${plan.target}`}`
      : '';
    lines.set(about, [...(lines.get(about) ?? []), `${type}${runs}`]);
  }
  return lines;
}
