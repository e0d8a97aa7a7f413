// From a timeline to the answers of a postmortem: what triggered it, what ran, what was retried and why, what it cost in
// time, how it can be reversed. Pure.
import type { StoredEvent } from '../events.ts';
import { elapsedMs, formatDuration } from '../time.ts';
import { actorName, describe, type Tone } from '../timeline/describe.ts';
import { type Fact, type Facts, groupBy, readFacts } from './facts.ts';
import {
  type AttemptLine,
  attemptLines,
  type RetryLine,
  type ReversalLine,
  type RunLine,
  retryLines,
  reversalLines,
  runLines,
  type StepTime,
  stepTimes,
} from './steps.ts';

/** One request for approval. */
type ApprovalLine = {
  readonly approvalId: string;
  readonly runId: string;
  readonly step: string;
  readonly planDigest: string;
  readonly asked: readonly string[];
  readonly quorum: number;
  readonly requestedAt: string;
  readonly decidedAt: string | null;
  readonly outcome: string;
  /** Who approved, or who denied. */
  readonly by: readonly string[];
  readonly reason: string | null;
  /** Until the decision; null: there is none yet. */
  readonly waitedMs: number | null;
};

/** One alert of the incident. */
type AlertLine = {
  readonly title: string;
  readonly source: string;
  readonly severity: string;
  readonly service: string | null;
  readonly fingerprint: string;
  readonly count: number;
  readonly startsAt: string | null;
  readonly resolvedAt: string | null;
};

/** A postmortem. `schema` names the form of its JSON. Times are null where the thing has not happened. */
export type Postmortem = {
  readonly schema: 'firebreak/postmortem/v1';
  readonly incident: {
    readonly id: string;
    readonly number: number;
    readonly title: string;
    readonly severity: number;
    readonly status: 'open' | 'resolved' | 'closed';
    readonly openedAt: string;
    readonly resolvedAt: string | null;
    readonly roles: readonly { readonly role: string; readonly user: string }[];
  };
  readonly summary: string;
  readonly impact: {
    /** From the first sign of it in any alert to the resolution. */
    readonly durationMs: number | null;
    readonly firstSignAt: string;
    readonly services: readonly string[];
    readonly alerts: number;
    readonly notifications: number;
  };
  readonly triggers: readonly string[];
  readonly alerts: readonly AlertLine[];
  readonly runs: readonly RunLine[];
  readonly attempts: readonly AttemptLine[];
  readonly retries: readonly RetryLine[];
  readonly approvals: readonly ApprovalLine[];
  readonly times: {
    readonly firstActionMs: number | null;
    /** Opened to the first act of a person: one incident's share of MTTA. */
    readonly firstHumanMs: number | null;
    /** Opened to resolved: one incident's share of MTTR. */
    readonly resolveMs: number | null;
    /** Time in which at least one request for approval was open. */
    readonly approvalMs: number;
    readonly steps: readonly StepTime[];
  };
  readonly reverse: readonly ReversalLine[];
  readonly evidence: readonly {
    readonly runId: string;
    readonly step: string;
    readonly name: string;
    readonly digest: string;
    readonly bytes: number;
  }[];
  readonly timeline: readonly {
    readonly seq: number;
    readonly at: string;
    readonly who: string;
    readonly type: string;
    readonly text: string;
    readonly tone: Tone;
  }[];
};

/** Builds the postmortem of one incident's stream; null if the stream does not begin with an incident. */
export function toPostmortem(events: readonly StoredEvent[]): Postmortem | null {
  const facts = readFacts(events);
  const [opened] = facts.of('incident.opened');
  if (!opened) return null;
  const openedAt = opened.stored.at;
  const end = ending(facts);
  const since = (at: string | undefined) => (at === undefined ? null : elapsedMs(openedAt, at));
  const alerts = alertLines(facts);
  const runs = runLines(facts);
  const attempts = attemptLines(facts);
  const approvals = approvalLines(facts);
  const firstSignAt = alerts.reduce(
    (first, { startsAt }) => (startsAt !== null && Date.parse(startsAt) < Date.parse(first) ? startsAt : first),
    openedAt,
  );
  const incident = {
    id: opened.stored.streamId,
    number: opened.event.data.number,
    title: opened.event.data.title,
    severity: facts.of('severity.changed').at(-1)?.event.data.to ?? opened.event.data.severity,
    status: end.status,
    openedAt,
    resolvedAt: end.resolvedAt,
    roles: [...new Map(facts.of('role.assigned').map(({ event: { data } }) => [data.role, data.user]))].map(
      ([role, user]) => ({ role, user }),
    ),
  };
  const model = {
    schema: 'firebreak/postmortem/v1' as const,
    incident,
    alerts,
    runs,
    attempts,
    approvals,
    impact: {
      durationMs: end.resolvedAt === null ? null : elapsedMs(firstSignAt, end.resolvedAt),
      firstSignAt,
      services: [...new Set(alerts.flatMap(({ service }) => service ?? []))],
      alerts: alerts.length,
      notifications: alerts.reduce((sum, { count }) => sum + count, 0),
    },
    triggers: facts.of('run.started').map(({ stored }) => describe(stored).text),
    retries: retryLines(facts),
    times: {
      firstActionMs: since(facts.of('step.started')[0]?.stored.at),
      firstHumanMs: since(facts.every.find(({ stored }) => stored.actor.kind === 'user')?.stored.at),
      resolveMs: end.resolvedAt === null ? null : since(end.resolvedAt),
      approvalMs: covered(
        approvals.flatMap(({ requestedAt, decidedAt }) => (decidedAt ? [[requestedAt, decidedAt]] : [])),
      ),
      steps: stepTimes(attempts),
    },
    reverse: reversalLines(facts),
    evidence: facts
      .of('step.succeeded')
      .flatMap(({ event: { data } }) =>
        data.artifacts.map((artifact) => ({ runId: data.runId, step: data.step, ...artifact })),
      ),
    timeline: events.map((stored) => ({
      seq: stored.seq,
      at: stored.at,
      who: actorName(stored.actor),
      type: stored.type,
      ...describe(stored),
    })),
  };
  return { ...model, summary: summarise(model) };
}

/** Where the incident stands: a firing alert opens a resolved one again, people any; one that is merged into another is closed. */
function ending(facts: Facts): { status: 'open' | 'resolved' | 'closed'; resolvedAt: string | null } {
  let status: 'open' | 'resolved' | 'closed' = 'open';
  let resolvedAt: string | null = null;
  for (const { stored, event } of facts.every) {
    if (event.type === 'incident.resolved') [status, resolvedAt] = ['resolved', stored.at];
    else if (event.type === 'incident.closed' || event.type === 'incident.merged')
      [status, resolvedAt] = ['closed', resolvedAt ?? stored.at];
    else if (event.type === 'incident.reopened') [status, resolvedAt] = ['open', null];
    else if (event.type === 'alert.received' && event.data.alert.status === 'firing' && status === 'resolved')
      [status, resolvedAt] = ['open', null];
  }
  return { status, resolvedAt };
}

function alertLines(facts: Facts): AlertLine[] {
  const received = groupBy(facts.of('alert.received'), ({ event }) => event.data.alert.fingerprint);
  const repeated = groupBy(facts.of('alert.repeated'), ({ event }) => event.data.fingerprint);
  const resolved = groupBy(facts.of('alert.resolved'), ({ event }) => event.data.fingerprint);
  return [...received].flatMap(([fingerprint, times]) => {
    const [first, last] = [times[0], times.at(-1)];
    if (!first || !last) return [];
    const { title, source, severity, service } = last.event.data.alert;
    const { startsAt } = first.event.data.alert;
    const end = resolved.get(fingerprint)?.at(-1)?.stored;
    const counted = repeated.get(fingerprint)?.at(-1);
    const later = times.filter(({ stored }) => stored.seq > (counted?.stored.seq ?? 0)).length;
    const count = (counted?.event.data.count ?? 0) + later;
    const resolvedAt = end && end.seq > last.stored.seq ? end.at : null;
    return { title, source, severity, service, fingerprint, count, startsAt, resolvedAt };
  });
}

function approvalLines(facts: Facts): ApprovalLine[] {
  type Decision = Fact<'approval.granted' | 'approval.denied' | 'approval.expired' | 'approval.voided'>;
  const decisions: Decision[] = (['granted', 'denied', 'expired', 'voided'] as const).flatMap((end): Decision[] => [
    ...facts.of(`approval.${end}`),
  ]);
  const ends = new Map(decisions.map((decision) => [decision.event.data.approvalId, decision]));
  const recorded = groupBy(facts.of('approval.recorded'), ({ event }) => event.data.approvalId);
  return facts.of('approval.requested').map(({ stored, event: { data } }) => {
    const end = ends.get(data.approvalId);
    const approvers = (recorded.get(data.approvalId) ?? []).map((approval) => actorName(approval.stored.actor));
    const denier = end?.event.type === 'approval.denied' ? [actorName(end.stored.actor)] : [];
    return {
      approvalId: data.approvalId,
      runId: data.runId,
      step: data.step,
      planDigest: data.planDigest,
      asked: data.rule.from,
      quorum: data.rule.quorum,
      requestedAt: stored.at,
      decidedAt: end?.stored.at ?? null,
      outcome: end?.event.type.slice(9) ?? 'open',
      by: [...approvers, ...denier],
      reason: end && 'reason' in end.event.data ? (end.event.data.reason ?? null) : null,
      waitedMs: end ? elapsedMs(stored.at, end.stored.at) : null,
    };
  });
}

/** Milliseconds covered by spans, where they overlap only once. */
function covered(spans: readonly (readonly string[])[]): number {
  let sum = 0;
  let upTo = Number.NEGATIVE_INFINITY;
  for (const [from = 0, to = 0] of spans.map((span) => span.map(Date.parse)).sort(([a = 0], [b = 0]) => a - b)) {
    sum += Math.max(0, to - Math.max(from, upTo));
    upTo = Math.max(upTo, to);
  }
  return sum;
}

const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

function summarise({ incident, impact, runs, attempts, retries, approvals }: Omit<Postmortem, 'summary'>): string {
  const state = incident.resolvedAt === null ? 'It is not resolved' : `It is ${incident.status}`;
  const took = impact.durationMs === null ? '' : ` after ${formatDuration(impact.durationMs)}`;
  const services = impact.services.length > 0 ? ` on ${impact.services.join(', ')}` : '';
  const outcomes = runs.map(({ playbook, outcome }) => `${playbook} ${outcome}`).join(', ');
  return [
    `Incident #${incident.number} (SEV${incident.severity}) began with ${counted(impact.alerts, 'alert')}${services}.`,
    runs.length === 0 ? 'No playbook ran.' : `${counted(runs.length, 'run')}: ${outcomes}.`,
    `${counted(attempts.length, 'attempt')}, ${retries.length === 1 ? '1 retry' : `${retries.length} retries`}, ${counted(approvals.length, 'request')} for approval.`,
    `${state}${took}.`,
  ].join(' ');
}
