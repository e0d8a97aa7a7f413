// What ran, what was retried and why, how it can be reversed: the part of a postmortem about runs and steps. Pure.

import type { Actor, RunTrigger, StartedPlan } from '../events.ts';
import { assertNever } from '../result.ts';
import { explained } from '../run/failed-output.ts';
import { isUndo, stepOf, undoKey } from '../run/state.ts';
import { elapsedMs } from '../time.ts';
import { type Fact, type Facts, groupBy } from './facts.ts';
import type { Names } from './names.ts';

/** One run. */
export type RunLine = {
  readonly runId: string;
  /** The playbook; of a second run `restart-service #2`. */
  readonly name: string;
  readonly playbook: string;
  readonly version: string;
  readonly digest: string;
  /** The alert, the schedule or the person that started it. */
  readonly startedBy: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: string;
  readonly durationMs: number | null;
};

/** One attempt of one step. */
export type AttemptLine = {
  readonly runId: string;
  /** A step's id, or `<id>~undo` for its compensation. */
  readonly step: string;
  readonly attempt: number;
  readonly uses: string;
  /** What ran, in one line for people; null: the record is older than that. */
  readonly summary: string | null;
  readonly planDigest: string;
  readonly worker: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly outcome: string;
};

/** One attempt that was tried again. */
export type RetryLine = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly delayMs: number | null;
  readonly reason: string;
};

/** How one step that ran can be taken back. */
export type ReversalLine = {
  readonly runId: string;
  readonly step: string;
  readonly state:
    | 'undone'
    | 'undo failed'
    | 'not completed'
    | 'can be undone'
    | 'by hand'
    | 'nothing to undo'
    | 'irreversible';
  readonly how: string;
};

/** Time one step took, from its first start to its last end, and the part of it that it was at work. */
export type StepTime = {
  readonly runId: string;
  readonly step: string;
  readonly attempts: number;
  readonly elapsedMs: number | null;
  readonly workedMs: number;
};

const runEnds = ['run.succeeded', 'run.failed', 'run.cancelled', 'run.compensated', 'run.compensation_failed'] as const;
const attemptEnds = ['step.succeeded', 'step.failed', 'step.retry_scheduled', 'step.outcome_unknown'] as const;

type Node = { readonly runId: string; readonly step: string };
const nodeKey = ({ runId, step }: Node) => `${runId} ${step}`;
const attemptKey = (data: Node & { readonly attempt: number }) => `${nodeKey(data)} ${data.attempt}`;
const inOrder = <F extends Fact>(facts: readonly F[]) => [...facts].sort((a, b) => a.stored.seq - b.stored.seq);

function starterOf(trigger: RunTrigger, names: Names, actor: Actor): string {
  switch (trigger.type) {
    case 'alert':
      return `the alert ${names.alert(trigger.fingerprint)}`;
    case 'schedule':
      return `the schedule ${trigger.schedule} (${trigger.slotAt})`;
    case 'manual':
    case 'run':
      return names.actor(actor);
    default:
      return assertNever(trigger);
  }
}

/** Every run, with how it ended last. */
export function runLines(facts: Facts, names: Names): RunLine[] {
  const ends = groupBy(
    inOrder(runEnds.flatMap((type): Fact<(typeof runEnds)[number]>[] => [...facts.of(type)])),
    (end) => end.event.data.runId,
  );
  return facts.of('run.started').map(({ stored, event: { data } }) => {
    const end = ends.get(data.runId)?.at(-1);
    const { trigger, playbook } = data;
    return {
      runId: data.runId,
      name: names.run(data.runId),
      playbook: playbook.name,
      version: playbook.version,
      digest: playbook.digest,
      startedBy: starterOf(trigger, names, stored.actor),
      startedAt: stored.at,
      endedAt: end?.stored.at ?? null,
      outcome: end?.event.type.slice(4).replaceAll('_', ' ') ?? 'not ended',
      durationMs: end ? elapsedMs(stored.at, end.stored.at) : null,
    };
  });
}

function outcomeOf({ event }: Fact<(typeof attemptEnds)[number]>): string {
  switch (event.type) {
    case 'step.succeeded':
      return event.data.note ? `succeeded (${event.data.note})` : 'succeeded';
    case 'step.outcome_unknown':
      return `outcome unknown (${explained({ message: event.data.reason, output: event.data.output })})`;
    default:
      return `${event.type === 'step.failed' ? 'failed' : 'failed, tried again'} (${event.data.error.class}: ${explained(event.data.error)})`;
  }
}

/** Every attempt. One whose outcome was unknown shows what came of it as well. */
export function attemptLines(facts: Facts): AttemptLine[] {
  const ends = groupBy(
    inOrder(attemptEnds.flatMap((type): Fact<(typeof attemptEnds)[number]>[] => [...facts.of(type)])),
    (end) => attemptKey(end.event.data),
  );
  return facts.of('step.started').map(({ stored, event: { data } }) => {
    const outcomes = ends.get(attemptKey(data)) ?? [];
    const end = outcomes[0];
    const measured = end && 'durationMs' in end.event.data ? end.event.data.durationMs : null;
    return {
      runId: data.runId,
      step: data.step,
      attempt: data.attempt,
      uses: data.plan.uses,
      summary: data.plan.summary ?? null,
      planDigest: data.planDigest,
      worker: data.worker,
      startedAt: stored.at,
      endedAt: end?.stored.at ?? null,
      durationMs: measured ?? (end ? elapsedMs(stored.at, end.stored.at) : null),
      outcome: outcomes.map(outcomeOf).join(', then ') || 'no result yet',
    };
  });
}

/** What was tried again: after an error, after an unknown outcome, or because a person ordered it. */
export function retryLines(facts: Facts, names: Names): RetryLine[] {
  const scheduled = facts.of('step.retry_scheduled').map(({ stored, event: { data } }) => ({
    seq: stored.seq,
    runId: data.runId,
    step: data.step,
    attempt: data.attempt,
    delayMs: data.delayMs,
    reason: `${data.reason} (${data.error.class}: ${data.error.message})`,
  }));
  const repeated = facts
    .of('step.outcome_unknown')
    .filter(({ event }) => event.data.resolution === 'repeat')
    .map(({ stored, event: { data } }) => ({
      seq: stored.seq,
      runId: data.runId,
      step: data.step,
      attempt: data.attempt,
      delayMs: null,
      reason: `outcome unknown (${data.reason}); repeated under the same key`,
    }));
  const started = groupBy(facts.of('step.started'), (start) => nodeKey(start.event.data));
  const ordered = facts.of('run.retried').flatMap(({ stored, event: { data } }) =>
    data.steps.map((step) => ({
      seq: stored.seq,
      runId: data.runId,
      step,
      delayMs: null,
      attempt:
        (started.get(nodeKey({ runId: data.runId, step })) ?? [])
          .filter((start) => start.stored.seq < stored.seq)
          .at(-1)?.event.data.attempt ?? 0,
      reason: `ordered by ${names.actor(stored.actor)}${data.reason ? `: ${data.reason}` : ''}`,
    })),
  );
  return [...scheduled, ...repeated, ...ordered].sort((a, b) => a.seq - b.seq).map(({ seq: _, ...line }) => line);
}

/** How each step that ran can be taken back, the one that ran last first: that is the order to undo them in. */
export function reversalLines(
  facts: Facts,
  reads: (step: { readonly uses: string; readonly with: unknown }) => boolean,
): ReversalLine[] {
  const done = new Set(facts.of('step.succeeded').map(({ event }) => nodeKey(event.data)));
  const failed = new Set(
    facts.of('run.compensation_failed').map(({ event }) => `${event.data.runId} ${stepOf(event.data.step)}`),
  );
  const plans = new Map<string, { readonly runId: string; readonly step: string; readonly plan: StartedPlan }>();
  for (const { event } of facts.of('step.started'))
    if (!isUndo(event.data.step)) plans.set(nodeKey(event.data), event.data);
  return [...plans.values()].reverse().map(({ runId, step, plan }) => {
    const undo = plan.undoSummary ?? (plan.undo ? `${plan.undo.uses} ${JSON.stringify(plan.undo.with)}` : null);
    const looks = undo === null && reads({ uses: plan.uses, with: plan.with });
    const line = (state: ReversalLine['state'], how: string) => ({ runId, step, state, how });
    if (done.has(nodeKey({ runId, step: undoKey(step) }))) return line('undone', undo ?? 'its compensation ran');
    if (failed.has(nodeKey({ runId, step }))) return line('undo failed', undo ?? 'look at it by hand');
    if (looks) return line('nothing to undo', 'it only looked');
    if (!done.has(nodeKey({ runId, step })))
      return line('not completed', undo ?? 'nothing was completed; look at its target');
    if (undo) return line('can be undone', undo);
    return plan.reversible
      ? line('by hand', 'reversible by its author’s word, without a compensation')
      : line('irreversible', 'it has no compensation; Firebreak cannot undo it');
  });
}

/** What each step cost. */
export function stepTimes(attempts: readonly AttemptLine[]): StepTime[] {
  return [...groupBy(attempts, nodeKey).values()].flatMap((tries) => {
    const first = tries[0];
    const last = tries.at(-1);
    if (!first || !last) return [];
    return {
      runId: first.runId,
      step: first.step,
      attempts: tries.length,
      elapsedMs: last.endedAt === null ? null : elapsedMs(first.startedAt, last.endedAt),
      workedMs: tries.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0),
    };
  });
}
