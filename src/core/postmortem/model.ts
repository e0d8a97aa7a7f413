// A postmortem: the document that people edit, and behind it what the timeline answers: what triggered it, what ran, what was retried and why,
// what it cost in time, how it can be reversed. Pure.
import type { StoredEvent } from '../events.ts';
import { elapsedMs } from '../time.ts';
import type { Tone } from '../timeline/describe.ts';
import { type DocumentOptions, looksByInput, type PostmortemDocument, toDocument } from './document.ts';
import { servicesOf } from './draft-points.ts';
import { type Fact, type Facts, groupBy, readFacts } from './facts.ts';
import { type Lanes, lanesOf } from './lanes.ts';
import { type ChatLine, chatLines, triggerLines } from './lines.ts';
import { isRedacted, type Names } from './names.ts';
import { covered } from './spans.ts';
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
    /** When it was over. */
    readonly resolvedAt: string | null;
    readonly closedAt: string | null;
    /** Number of the incident that went on in its place. */
    readonly mergedInto: number | null;
    readonly roles: readonly { readonly role: string; readonly user: string }[];
  };
  readonly summary: string;
  /** The story and all that people may edit. */
  readonly document: PostmortemDocument;
  /** People who appear in it. */
  readonly names: readonly string[];
  /** What owners and reviewers are called, by their ids. */
  readonly called: { readonly [id: string]: string };
  readonly lanes: Lanes | null;
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
  readonly chat: readonly ChatLine[];
  readonly timeline: readonly {
    readonly seq: number;
    readonly at: string;
    readonly who: string;
    readonly type: string;
    readonly text: string;
    readonly tone: Tone;
  }[];
  /** Entries whose content was taken out of the record. */
  readonly redacted: readonly number[];
  /** What the record was when this was made. */
  readonly record: { readonly events: number; readonly head: string };
};

/** Builds the postmortem of one incident's stream; null if the stream does not begin with an incident. */
export function toPostmortem(events: readonly StoredEvent[], options: DocumentOptions = {}): Postmortem | null {
  const facts = readFacts(events);
  const [opened] = facts.of('incident.opened');
  const made = toDocument(facts, options);
  if (!opened || made === null) return null;
  const { document, names } = made;
  const alerts = alertLines(facts);
  const attempts = attemptLines(facts);
  const approvals = approvalLines(facts, names);
  const incident = incidentOf(facts, names, document);
  const firstSignAt = document.clocks.began.at ?? opened.stored.at;
  return {
    schema: 'firebreak/postmortem/v1',
    incident,
    summary: document.sections.summary,
    document,
    names: names.people,
    called: calledIn(document, names),
    lanes: lanesOf(facts, names, { beganAt: firstSignAt, overAt: incident.resolvedAt }),
    impact: {
      durationMs: incident.resolvedAt === null ? null : elapsedMs(firstSignAt, incident.resolvedAt),
      firstSignAt,
      services: servicesOf({ facts }),
      alerts: alerts.length,
      notifications: alerts.reduce((sum, { count }) => sum + count, 0),
    },
    triggers: triggerLines(facts, names),
    alerts,
    runs: runLines(facts, names),
    attempts,
    retries: retryLines(facts, names),
    approvals,
    times: timesOf(facts, { openedAt: opened.stored.at, resolvedAt: incident.resolvedAt, approvals, attempts }),
    reverse: reversalLines(facts, options.reads ?? looksByInput),
    evidence: evidenceLines(facts),
    chat: chatLines(facts, names),
    timeline: events.map((stored) => ({
      seq: stored.seq,
      at: stored.at,
      who: names.actor(stored.actor),
      type: stored.type,
      ...names.sentence(stored),
    })),
    redacted: events.filter(isRedacted).map(({ seq }) => seq),
    record: { events: events.length, head: events.at(-1)?.hash ?? '' },
  };
}

/** Names of those whom action items and reviews name by an id. */
function calledIn({ actionItems, state }: PostmortemDocument, names: Names): Postmortem['called'] {
  const ids = [...actionItems.flatMap(({ owner }) => owner ?? []), ...state.reviewers];
  return Object.fromEntries(ids.map((id) => [id, names.person(id)]));
}

function incidentOf(facts: Facts, names: Names, { clocks }: PostmortemDocument): Postmortem['incident'] {
  const [opened] = facts.of('incident.opened');
  const merged = facts.of('incident.merged').at(-1);
  const roles = new Map(facts.of('role.assigned').map(({ event: { data } }) => [data.role, data.user]));
  const { over, closed, detected } = clocks;
  return {
    id: opened?.stored.streamId ?? '',
    number: opened?.event.data.number ?? 0,
    title: opened?.event.data.title ?? '',
    severity: facts.of('severity.changed').at(-1)?.event.data.to ?? opened?.event.data.severity ?? 4,
    status: closed.at !== null ? 'closed' : over.at !== null ? 'resolved' : 'open',
    openedAt: detected.at ?? '',
    resolvedAt: over.at,
    closedAt: closed.at,
    mergedInto: merged?.event.data.intoNumber ?? null,
    roles: [...roles].map(([role, user]) => ({ role, user: names.person(user) })),
  };
}

function timesOf(
  facts: Facts,
  {
    openedAt,
    resolvedAt,
    approvals,
    attempts,
  }: { readonly openedAt: string; readonly resolvedAt: string | null } & Pick<Postmortem, 'approvals' | 'attempts'>,
): Postmortem['times'] {
  const since = (at: string | undefined) => (at === undefined ? null : elapsedMs(openedAt, at));
  return {
    firstActionMs: since(facts.of('step.started')[0]?.stored.at),
    firstHumanMs: since(facts.every.find(({ stored }) => stored.actor.kind === 'user')?.stored.at),
    resolveMs: resolvedAt === null ? null : since(resolvedAt),
    approvalMs: covered(
      approvals.flatMap(({ requestedAt, decidedAt }) =>
        decidedAt === null ? [] : [{ from: Date.parse(requestedAt), to: Date.parse(decidedAt) }],
      ),
    ),
    steps: stepTimes(attempts),
  };
}

const evidenceLines = (facts: Facts): Postmortem['evidence'] =>
  facts
    .of('step.succeeded')
    .flatMap(({ event: { data } }) =>
      data.artifacts.map((artifact) => ({ runId: data.runId, step: data.step, ...artifact })),
    );

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

function approvalLines(facts: Facts, names: Names): ApprovalLine[] {
  type Decision = Fact<'approval.granted' | 'approval.denied' | 'approval.expired' | 'approval.voided'>;
  const decisions: Decision[] = (['granted', 'denied', 'expired', 'voided'] as const).flatMap((end): Decision[] => [
    ...facts.of(`approval.${end}`),
  ]);
  const ends = new Map(decisions.map((decision) => [decision.event.data.approvalId, decision]));
  const recorded = groupBy(facts.of('approval.recorded'), ({ event }) => event.data.approvalId);
  const broken = new Map(facts.of('approval.bypassed').map((fact) => [fact.event.data.approvalId, fact]));
  return facts.of('approval.requested').map(({ stored, event: { data } }) => {
    const glass = broken.get(data.approvalId);
    const end = ends.get(data.approvalId);
    const approvers = (recorded.get(data.approvalId) ?? []).map((approval) => names.actor(approval.stored.actor));
    const denier = end?.event.type === 'approval.denied' ? [names.actor(end.stored.actor)] : [];
    return {
      approvalId: data.approvalId,
      runId: data.runId,
      step: data.step,
      planDigest: data.planDigest,
      asked: data.rule.from.map(names.person),
      quorum: data.rule.quorum,
      requestedAt: stored.at,
      decidedAt: end?.stored.at ?? null,
      outcome: glass ? 'granted by a broken glass' : (end?.event.type.slice(9) ?? 'open'),
      by: [...approvers, ...denier, ...(glass ? [names.actor(glass.stored.actor)] : [])],
      reason: glass?.event.data.reason ?? (end && 'reason' in end.event.data ? (end.event.data.reason ?? null) : null),
      waitedMs: end ? elapsedMs(stored.at, end.stored.at) : null,
    };
  });
}
