// What is promised of the automation, in the figures of a service: by playbook and for Firebreak as a whole. Types and defaults; counts
// nothing.
import { z } from 'zod';

/**
 * `success`: of runs that ended, those that succeeded. `within_sla`: of runs with an SLA, those that succeeded within it. `approval_wait`: of
 * requests for approval, those that were decided in time. `ingest`: of deliveries, those that were dealt with in time. `delivery`: of
 * incidents that Slack is told of, those whose first message was posted in time.
 */
export const sloObjectives = ['success', 'within_sla', 'approval_wait', 'ingest', 'delivery'] as const;
/** What is promised. */
export type SloObjective = (typeof sloObjectives)[number];

/** A promise that something is done within a time: in percent, milliseconds. */
export const TimedObjective = z.object({ withinMs: z.number(), objective: z.number() });
export type TimedObjective = z.infer<typeof TimedObjective>;

/** What a playbook promises of itself; what is absent is as the configuration says for all. Objectives in percent. */
export const PlaybookSlo = z.object({
  windowMs: z.number().exactOptional(),
  success: z.number().exactOptional(),
  withinSla: z.number().exactOptional(),
  approvalWait: TimedObjective.exactOptional(),
});
export type PlaybookSlo = z.infer<typeof PlaybookSlo>;

/** What is promised for Firebreak as a whole, and for playbooks that say nothing else. Objectives in percent. */
export type SloSettings = {
  readonly windowMs: number;
  readonly success: number;
  readonly withinSla: number;
  readonly approvalWait: TimedObjective;
  readonly ingest: TimedObjective;
  readonly delivery: TimedObjective;
};

const dayMs = 86_400_000;

/** What holds where nothing is configured. */
export const defaultSlo: SloSettings = {
  windowMs: 30 * dayMs,
  success: 99.9,
  withinSla: 95,
  approvalWait: { withinMs: 15 * 60_000, objective: 90 },
  ingest: { withinMs: 30_000, objective: 99.9 },
  delivery: { withinMs: 60_000, objective: 99 },
};

/** The subject of what is promised for Firebreak as a whole; any other is the name of a playbook, which cannot be this. */
export const wholePlatform = '*';

/** One promise. `target`: a share from 0 to 1. */
export type Promised = {
  readonly subject: string;
  readonly objective: SloObjective;
  readonly windowMs: number;
  /** The time of a promise that has one; null: it has none. */
  readonly withinMs: number | null;
  readonly target: number;
};

/** A playbook as far as it promises anything. */
export type PromisingPlaybook = {
  readonly name: string;
  readonly sla: { readonly completeWithinMs: number; readonly objective: number } | null;
  readonly slo?: PlaybookSlo;
};

/** The promises of one playbook. How long its runs may take, and which share of them, its `sla` says where `slo` does not. */
export function promisesOf({ name: subject, sla, slo = {} }: PromisingPlaybook, all: SloSettings): readonly Promised[] {
  const { windowMs = all.windowMs, success = all.success, approvalWait = all.approvalWait } = slo;
  const promised = (objective: SloObjective, percent: number, withinMs: number | null): Promised => ({
    subject,
    objective,
    windowMs,
    withinMs,
    target: percent / 100,
  });
  return [
    promised('success', success, null),
    ...(sla === null ? [] : [promised('within_sla', slo.withinSla ?? sla.objective, sla.completeWithinMs)]),
    promised('approval_wait', approvalWait.objective, approvalWait.withinMs),
  ];
}

/** The promises for Firebreak as a whole. `toldInSlack`: there is a Slack that messages go to. */
export function platformPromises(all: SloSettings, toldInSlack: boolean): readonly Promised[] {
  const promised = (objective: SloObjective, percent: number, withinMs: number | null): Promised => ({
    subject: wholePlatform,
    objective,
    windowMs: all.windowMs,
    withinMs,
    target: percent / 100,
  });
  return [
    promised('success', all.success, null),
    promised('within_sla', all.withinSla, null),
    promised('approval_wait', all.approvalWait.objective, all.approvalWait.withinMs),
    promised('ingest', all.ingest.objective, all.ingest.withinMs),
    ...(toldInSlack ? [promised('delivery', all.delivery.objective, all.delivery.withinMs)] : []),
  ];
}
