// Watches the events of one run and throws at the first that breaks an invariant of the engine. Has its own bookkeeping: it asks
// the rules of the engine for nothing but the fold.
import type { Recorded, RunEvent } from '../../../src/core/events.ts';
import { planDigest, renderPlan, startedPlan } from '../../../src/core/playbook/plan.ts';
import type { ActionCall, Playbook } from '../../../src/core/playbook/playbook.ts';
import { evolve, startRun } from '../../../src/core/run/evolve.ts';
import {
  gateKey,
  isTerminal,
  isUndo,
  itemOf,
  nodeOf,
  type RunState,
  stepOf,
  type Timed,
} from '../../../src/core/run/state.ts';
import { actions } from '../given/given.ts';
import { watchEnds } from './run-watch-ends.ts';

export type RunFact = Timed<Recorded<RunEvent>>;
/** A rule: sees an event with the states before and after it, throws if it may not be. */
export type Rule = (event: RunFact, before: RunState, after: RunState) => void;

/** Watches one run from its first event on. */
export function watchRun(book: Playbook, started: RunFact & { readonly type: 'run.started' }) {
  const rules = [oneResult(), oneKey(book), approved(book), standsStill(book), parallel(book), watchEnds(book)];
  const watch = {
    state: startRun(started),
    events: [started] as RunFact[],
    see(event: RunFact): void {
      const before = watch.state;
      watch.state = evolve(before, event);
      watch.events.push(event);
      for (const rule of rules) rule(event, before, watch.state);
    },
  };
  return watch;
}

/** The action of a node, by the playbook alone. */
export function callIn(book: Playbook, key: string): ActionCall | undefined {
  const step = [...book.steps, ...book.finally].find(({ id }) => id === stepOf(key));
  return (isUndo(key) ? step?.compensate : step) ?? undefined;
}

export function demand(holds: boolean, rule: string, event: RunFact): asserts holds {
  if (!holds) throw new Error(`${rule}: ${event.type} ${JSON.stringify(event.data)} at ${event.at}`);
}

/** At most one result for one attempt, and one success for one round. */
function oneResult(): Rule {
  const results = new Set<string>();
  return (event, before) => {
    if (event.type === 'step.succeeded') {
      const round = `${event.data.step} in round ${nodeOf(before, event.data.step).round}`;
      demand(!results.has(round), 'one round succeeds once', event);
      results.add(round);
    }
    if (event.type !== 'step.succeeded' && event.type !== 'step.failed' && event.type !== 'step.retry_scheduled')
      return;
    if (event.data.attempt === 0) return;
    const attempt = `${event.data.step}/${event.data.attempt}`;
    demand(!results.has(attempt), 'one attempt has one result', event);
    results.add(attempt);
  };
}

/** One key for one round of one node; what may have taken effect is repeated only as its replay policy allows. */
function oneKey(book: Playbook): Rule {
  const rounds = new Map<string, string>();
  const unclear = new Set<string>();
  return (event, before) => {
    if (event.type === 'step.outcome_unknown') unclear.add(event.data.step);
    if (event.type !== 'step.started') return;
    const { step, round, idempotencyKey } = event.data;
    const seen = rounds.get(idempotencyKey);
    demand(seen === undefined || seen === `${step}/${round}`, 'one key has one round', event);
    demand(seen !== undefined || ![...rounds.values()].includes(`${step}/${round}`), 'one round has one key', event);
    if (seen !== undefined && unclear.has(step)) {
      const node = nodeOf(before, step);
      const replay = callIn(book, step)?.replay;
      const allowed = replay === 'safe' || node.acted !== null || (replay === 'probe' && node.probe);
      demand(allowed, 'nothing is repeated blindly', event);
    }
    unclear.delete(step);
    rounds.set(idempotencyKey, `${step}/${round}`);
  };
}

/** What needs approval begins with one: granted, by enough different people, still valid, of exactly this plan. */
function approved(book: Playbook): Rule {
  return (event, before) => {
    const begins = event.type === 'step.started' || event.type === 'step.delegated' || event.type === 'step.waiting';
    const passes = event.type === 'step.succeeded' && callIn(book, event.data.step)?.uses === 'approval';
    if (!begins && !passes) return;
    const key = event.data.step;
    const node = nodeOf(before, key);
    const plan = renderPlan(book, before, key, { traits: actions });
    if (event.type === 'step.started') {
      demand(plan.ok && planDigest(plan.value) === event.data.planDigest, 'what starts is what is planned', event);
      const whole = startedPlan(event.data, before.playbook);
      demand(planDigest(whole) === event.data.planDigest, 'the digest is that of the plan', event);
    }
    const rule = callIn(book, key)?.approval;
    const isParent =
      key === stepOf(key) && [...book.steps, ...book.finally].some(({ id, forEach }) => id === key && forEach !== null);
    if (!rule || node.acted !== null || (passes && (isParent || 'note' in event.data))) return;
    const held = 'approvalId' in node ? node.approvalId : null;
    const approval = before.approvals[held ?? ''];
    demand(approval?.status === 'granted' && approval.step === key, 'nothing risky starts without an approval', event);
    demand(plan.ok && approval.planDigest === planDigest(plan.value), 'the approval is of exactly what runs', event);
    const people = new Set(approval.approvals.map(({ actor }) => actor.id));
    demand(people.size >= rule.quorum, 'enough different people approved', event);
    demand(!rule.excludeRequester || !people.has(before.requestedBy.id), 'nobody approves what he asked for', event);
    demand(approval.validUntil !== null && event.at <= approval.validUntil, 'the approval is still valid', event);
  };
}

/** Nothing begins in a run that stands still. */
function standsStill(book: Playbook): Rule {
  const beginnings = ['step.started', 'step.delegated', 'step.waiting', 'step.expanded', 'approval.requested'];
  return (event, before) => {
    if (!beginnings.includes(event.type) || !('step' in event.data)) return;
    const { step: key } = event.data;
    demand(!before.paused, 'nothing begins while paused', event);
    const last = book.finally.some(({ id }) => id === stepOf(key));
    const phase = isUndo(key) ? 'compensating' : last ? 'finishing' : 'running';
    demand(before.status === phase, `it begins only while ${phase}, not while ${before.status}`, event);
    const open = before.gate === null || nodeOf(before, gateKey).status === 'succeeded';
    demand(open || key === gateKey, 'nothing begins before the gate is open', event);
    const { maxTargets } = book;
    if (event.type !== 'step.started' || isUndo(key) || maxTargets === null) return;
    const targets = new Set([...before.targets, event.data.plan.target].filter((target) => target !== null));
    demand(targets.size <= maxTargets, 'no more targets than it may touch', event);
  };
}

/** No more items at the same time than the step allows, and one compensation at a time. */
function parallel(book: Playbook): Rule {
  const atWork = ['awaiting_approval', 'ready', 'running', 'retry_wait', 'waiting', 'delegated', 'unknown'];
  return (event, _, after) => {
    const busy = Object.entries(after.nodes).filter(([, { status }]) => atWork.includes(status));
    demand(busy.filter(([key]) => isUndo(key)).length <= 1, 'one compensation at a time', event);
    for (const { id, forEach } of [...book.steps, ...book.finally]) {
      const items = busy.filter(([key]) => !isUndo(key) && itemOf(key) !== null && stepOf(key) === id);
      demand(items.length <= (forEach?.maxParallel ?? 0), 'no more items at once than maxParallel', event);
    }
    if (!isTerminal(after.status)) return;
    const left = Object.values(after.nodes).some(({ status }) => status === 'running' || status === 'delegated');
    demand(!left, 'nothing is under way at the end', event);
    demand(
      !Object.values(after.approvals).some(({ status }) => status === 'open'),
      'no request outlives its run',
      event,
    );
  };
}
