// From a timeline to the answers of a postmortem: what triggered it, what ran, what was retried and why, what it cost in
// time, how it can be reversed. Pure.
import { type StoredEvent, TimelineEvent } from '../events.ts';
import { elapsedMs } from '../time.ts';
import { actorName, describe } from '../timeline/describe.ts';

/** One attempt of one step. */
export type AttemptLine = {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly uses: string;
  readonly planDigest: string;
  readonly worker: string;
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly outcome: string;
};

/** One request for approval. */
export type ApprovalLine = {
  readonly approvalId: string;
  readonly step: string;
  readonly planDigest: string;
  readonly requestedAt: string;
  readonly outcome: string;
  readonly by: readonly string[];
  readonly waitedMs: number | null;
};

/** A postmortem. `schema` names the form of its JSON. */
export type Postmortem = {
  readonly schema: 'firebreak/postmortem/v1';
  readonly incident: {
    readonly id: string;
    readonly number: number;
    readonly title: string;
    readonly severity: number;
    readonly openedAt: string;
    readonly resolvedAt: string | null;
  };
  readonly triggers: readonly string[];
  readonly alerts: readonly {
    readonly title: string;
    readonly source: string;
    readonly fingerprint: string;
    readonly startsAt: string | null;
  }[];
  readonly runs: readonly {
    readonly runId: string;
    readonly playbook: string;
    readonly version: string;
    readonly digest: string;
    readonly outcome: string;
    readonly durationMs: number | null;
  }[];
  readonly attempts: readonly AttemptLine[];
  readonly retries: readonly {
    readonly step: string;
    readonly attempt: number;
    readonly delayMs: number;
    readonly reason: string;
  }[];
  readonly approvals: readonly ApprovalLine[];
  readonly times: {
    readonly firstActionMs: number | null;
    readonly firstHumanMs: number | null;
    readonly resolveMs: number | null;
  };
  readonly reverse: readonly { readonly step: string; readonly how: string }[];
  readonly evidence: readonly {
    readonly step: string;
    readonly name: string;
    readonly digest: string;
    readonly bytes: number;
  }[];
  readonly timeline: readonly {
    readonly seq: number;
    readonly at: string;
    readonly who: string;
    readonly text: string;
  }[];
};

type Parsed = { readonly stored: StoredEvent; readonly event: TimelineEvent };
type Of<T extends TimelineEvent['type']> = {
  readonly stored: StoredEvent;
  readonly event: Extract<TimelineEvent, { type: T }>;
};

/** Builds the postmortem of one incident's stream; null if the stream does not begin with an incident. */
export function toPostmortem(events: readonly StoredEvent[]): Postmortem | null {
  const parsed = events.flatMap((stored): Parsed[] => {
    const event = TimelineEvent.safeParse({ type: stored.type, data: stored.data });
    return event.success ? [{ stored, event: event.data }] : [];
  });
  const all = <T extends TimelineEvent['type']>(...types: T[]) =>
    parsed.filter((item): item is Of<T> => types.some((type) => type === item.event.type));
  const [opened] = all('incident.opened');
  if (!opened) return null;
  const resolvedAt = all('incident.resolved').at(-1)?.stored.at ?? null;
  const since = (at: string | undefined) => (at === undefined ? null : elapsedMs(opened.stored.at, at));
  const { number, title, severity } = opened.event.data;
  return {
    schema: 'firebreak/postmortem/v1',
    incident: { id: opened.stored.streamId, number, title, severity, openedAt: opened.stored.at, resolvedAt },
    triggers: all('run.started').map(({ stored }) => describe(stored)),
    alerts: all('alert.received').map(
      ({
        event: {
          data: { alert },
        },
      }) => ({ title: alert.title, source: alert.source, fingerprint: alert.fingerprint, startsAt: alert.startsAt }),
    ),
    runs: all('run.started').map(({ event: { data } }) => {
      const end = parsed
        .filter(
          ({ event }) => event.type.startsWith('run.') && 'runId' in event.data && event.data.runId === data.runId,
        )
        .filter(({ event }) => /\.(succeeded|failed|cancelled|compensated|compensation_failed)$/.test(event.type))
        .at(-1);
      const durationMs = end && 'durationMs' in end.event.data ? end.event.data.durationMs : null;
      return {
        runId: data.runId,
        playbook: data.playbook.name,
        version: data.playbook.version,
        digest: data.playbook.digest,
        outcome: end?.event.type.slice(4) ?? 'not ended',
        durationMs,
      };
    }),
    attempts: all('step.started').map(({ stored, event: { data } }) => {
      const same = (other: { runId: string; step: string; attempt: number }) =>
        other.runId === data.runId && other.step === data.step && other.attempt === data.attempt;
      const end = all('step.succeeded', 'step.failed', 'step.retry_scheduled', 'step.outcome_unknown').find(
        ({ event }) => same(event.data),
      );
      const failure =
        end && 'error' in end.event.data ? ` (${end.event.data.error.class}: ${end.event.data.error.message})` : '';
      const outcome = end
        ? `${end.event.type.slice(5).replace('retry_scheduled', 'failed, retried').replace('_', ' ')}${failure}`
        : 'no result';
      const durationMs = end && 'durationMs' in end.event.data ? end.event.data.durationMs : null;
      return {
        runId: data.runId,
        step: data.step,
        attempt: data.attempt,
        uses: data.plan.uses,
        planDigest: data.planDigest,
        worker: data.worker,
        startedAt: stored.at,
        durationMs,
        outcome,
      };
    }),
    retries: all('step.retry_scheduled').map(({ event: { data } }) => ({
      step: data.step,
      attempt: data.attempt,
      delayMs: data.delayMs,
      reason: data.reason,
    })),
    approvals: all('approval.requested').map(({ stored, event: { data } }) => {
      const end = all('approval.granted', 'approval.denied', 'approval.expired', 'approval.voided').find(
        ({ event }) => event.data.approvalId === data.approvalId,
      );
      const by = all('approval.recorded')
        .filter(({ event }) => event.data.approvalId === data.approvalId)
        .map((item) => actorName(item.stored.actor));
      const denier = end?.event.type === 'approval.denied' ? [actorName(end.stored.actor)] : [];
      return {
        approvalId: data.approvalId,
        step: data.step,
        planDigest: data.planDigest,
        requestedAt: stored.at,
        outcome: end?.event.type.slice(9) ?? 'open',
        by: [...by, ...denier],
        waitedMs: end ? elapsedMs(stored.at, end.stored.at) : null,
      };
    }),
    times: {
      firstActionMs: since(all('step.started')[0]?.stored.at),
      firstHumanMs: since(parsed.find(({ stored }) => stored.actor.kind === 'user')?.stored.at),
      resolveMs: resolvedAt === null ? null : since(resolvedAt),
    },
    reverse: all('step.started')
      .filter(({ event }, i, list) => list.findIndex((other) => other.event.data.step === event.data.step) === i)
      .map(({ event: { data } }) => ({
        step: data.step,
        how: reversal(
          data.plan,
          all('step.succeeded').some(({ event }) => event.data.step === `${data.step}~undo`),
        ),
      })),
    evidence: all('step.succeeded').flatMap(({ event: { data } }) =>
      data.artifacts.map((artifact) => ({ step: data.step, ...artifact })),
    ),
    timeline: events.map((stored) => ({
      seq: stored.seq,
      at: stored.at,
      who: actorName(stored.actor),
      text: describe(stored),
    })),
  };
}

function reversal(
  plan: { reversible: boolean; undo: { uses: string; with: unknown } | null },
  undone: boolean,
): string {
  if (undone) return 'undone';
  if (plan.undo) return `${plan.undo.uses} ${JSON.stringify(plan.undo.with)}`;
  return plan.reversible ? 'reversible by hand' : 'nothing to undo, or irreversible';
}
