// Where the time of an incident went: waiting for people, at work, trying again. What is still open ends with the incident. Pure.
import type { Fact, Facts } from './facts.ts';
import type { MsSpan } from './spans.ts';
import type { LedgerRef } from './story.ts';

/** A request for approval as time. `asked`: whose turn it was; `outcome`: `open` if nobody has answered. */
export type ApprovalWait = MsSpan & {
  readonly runId: string;
  readonly step: string;
  readonly asked: readonly string[];
  readonly outcome: 'granted' | 'denied' | 'expired' | 'voided' | 'open';
  readonly refs: readonly LedgerRef[];
};

/** One try of a step as time; `end` null: there is no result. */
export type TrySpan = MsSpan & {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly summary: string;
  readonly outcome: 'succeeded' | 'failed' | 'retried' | 'unknown' | 'running';
  readonly refs: readonly LedgerRef[];
};

const refOf = ({ stored }: Pick<Fact, 'stored'>): LedgerRef => ({ stream: stored.streamId, seq: stored.seq });
const atOf = ({ stored }: Pick<Fact, 'stored'>) => Date.parse(stored.at);

/** Every request for approval. `untilMs`: the end of what is open. */
export function approvalWaits(facts: Facts, untilMs: number): readonly ApprovalWait[] {
  type End = Fact<'approval.granted' | 'approval.denied' | 'approval.expired' | 'approval.voided'>;
  const ends = new Map<string, End>();
  for (const type of ['approval.granted', 'approval.denied', 'approval.expired', 'approval.voided'] as const)
    for (const fact of facts.of(type)) ends.set(fact.event.data.approvalId, fact as End);
  return facts.of('approval.requested').map((fact) => {
    const { runId, step, approvalId, rule } = fact.event.data;
    const end = ends.get(approvalId);
    return {
      from: atOf(fact),
      to: end ? atOf(end) : Math.max(untilMs, atOf(fact)),
      runId,
      step,
      asked: rule.from,
      outcome: end ? outcomes[end.event.type] : 'open',
      refs: end ? [refOf(fact), refOf(end)] : [refOf(fact)],
    };
  });
}

const outcomes = {
  'approval.granted': 'granted',
  'approval.denied': 'denied',
  'approval.expired': 'expired',
  'approval.voided': 'voided',
} as const;

const tryEnds = {
  'step.succeeded': 'succeeded',
  'step.failed': 'failed',
  'step.retry_scheduled': 'retried',
  'step.outcome_unknown': 'unknown',
} as const;

/** Every try of every step. */
export function trySpans(facts: Facts, untilMs: number): readonly TrySpan[] {
  const keyOf = (data: { readonly runId: string; readonly step: string; readonly attempt: number }) =>
    `${data.runId} ${data.step} ${data.attempt}`;
  const ends = new Map<string, Fact<keyof typeof tryEnds>>();
  for (const type of ['step.succeeded', 'step.failed', 'step.retry_scheduled', 'step.outcome_unknown'] as const)
    for (const fact of facts.of(type)) {
      const known = ends.get(keyOf(fact.event.data));
      // A try of unknown outcome is said to be done later: what came of it counts.
      if (!known || known.stored.seq < fact.stored.seq)
        ends.set(keyOf(fact.event.data), fact as Fact<keyof typeof tryEnds>);
    }
  return facts.of('step.started').map((fact) => {
    const { runId, step, attempt, plan } = fact.event.data;
    const end = ends.get(keyOf(fact.event.data));
    return {
      from: atOf(fact),
      to: end ? atOf(end) : Math.max(untilMs, atOf(fact)),
      runId,
      step,
      attempt,
      summary: plan.summary ?? plan.uses,
      outcome: end ? tryEnds[end.event.type] : 'running',
      refs: end ? [refOf(fact), refOf(end)] : [refOf(fact)],
    };
  });
}
