// Every fact that can stand in a timeline. Dotted past tense; a type may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { actionItemEvents } from './action-item/events.ts';
import { Actor } from './actor.ts';
import { Alert, JsonValue } from './alert/alert.ts';
import { shadowEvents } from './change-control/shadow-events.ts';
import { eventSchema } from './event-schema.ts';
import { ArtifactRef, Uncaptured } from './evidence/artifact-ref.ts';
import { evidenceEvents } from './evidence/events.ts';
import { AbsorbedAlert } from './incident/absorbed-alert.ts';
import { IncidentHandling } from './incident/handling.ts';
import { lifeEvents } from './incident/life-events.ts';
import { StartedPlan } from './plan.ts';
import { ErrorClass, PlaybookRef } from './playbook/playbook.ts';
import { policyEvents } from './policy/policy-events.ts';
import { postmortemEvents } from './postmortem/events.ts';
import { approvalEvents } from './run/approval-events.ts';
import { drillEvents, rehearsal } from './run/drill-events.ts';
import { RunGate, ruledStart } from './run/gate.ts';

export { Actor, systemActor } from './actor.ts';
export { ArtifactRef, Uncaptured } from './evidence/artifact-ref.ts';
export { Plan, StartedPlan } from './plan.ts';

/** An error of a step, classified once where it arose. */
export const StepError = z.object({
  class: ErrorClass,
  code: z.string(),
  message: z.string(),
  retryAfterMs: z.number().optional(),
  /** What the action had in hand when it failed: output of a command, answer of a server. Redacted and bounded. */
  output: JsonValue.optional(),
});
export type StepError = z.infer<typeof StepError>;

/** It is an exercise, as its playbook says under `drill:`. */
const drill = z.literal(true).optional();

/** What started a run. */
export const RunTrigger = z.discriminatedUnion('type', [
  z.object({ type: z.literal('alert'), fingerprint: z.string(), source: z.string(), receipt: z.string() }),
  z.object({ type: z.literal('manual'), reason: z.string().optional(), drill, rehearsal }),
  /** A slot of one of its playbook's schedules; `late`: it was caught up after its minute. */
  z.object({
    type: z.literal('schedule'),
    schedule: z.string(),
    slotAt: z.string(),
    late: z.literal(true).optional(),
    drill,
    rehearsal,
  }),
  /** A step of another run of the same incident. */
  z.object({ type: z.literal('run'), runId: z.string(), step: z.string(), depth: z.number(), drill }),
]);
export type RunTrigger = z.infer<typeof RunTrigger>;

/** What was kept of a failed try, and what could not be. */
const failedEvidence = { artifacts: z.array(ArtifactRef).optional(), uncaptured: z.array(Uncaptured).optional() };

const run = { runId: z.string() };
/** `step` is a node key: a step's id, or `<id>~undo` for its compensation. */
const node = { ...run, step: z.string() };
const attempt = { ...node, attempt: z.number() };

/** Facts about an incident. */
export const IncidentEvent = z.discriminatedUnion('type', [
  eventSchema('incident.opened', {
    number: z.number(),
    title: z.string(),
    severity: z.number(),
    groupKey: z.string().nullable(),
    /** `operation`: it was opened for a run that nobody's trouble started, and ends with that run. Absent: people have trouble. */
    kind: z.literal('operation').optional(),
    /** What the configuration says of alerts like those that opened it. */
    handling: IncidentHandling.optional(),
    /** What it is about, where people said so. */
    service: z.string().optional(),
    /** It is private: these alone may know of it, and whoever joins them later. Absent: everybody with the right to view. */
    members: z.array(z.string()).optional(),
  }),
  /**
   * `level`: 1 (worst) to 4, what the alert says of its own severity; earlier versions kept none. `because`: why it was held until now.
   * `unacted`: a maintenance window holds what it would start.
   */
  eventSchema('alert.received', {
    alert: Alert,
    receipt: z.string(),
    level: z.number().optional(),
    because: z.string().optional(),
    unacted: z.literal(true).optional(),
  }),
  /**
   * `startsAt`: it tells a later start than the one that is known. `late`: it tells of an episode before the one that is known, which has
   * ended. `because`: people are told once more, and why. `acts`: a window is over, and what it held is started.
   */
  eventSchema('alert.repeated', {
    fingerprint: z.string(),
    count: z.number(),
    receipt: z.string(),
    level: z.number().optional(),
    startsAt: z.string().optional(),
    late: z.literal(true).optional(),
    because: z.string().optional(),
    acts: z.literal(true).optional(),
  }),
  /** `byGroup`: the sender listed only part of its group, and the group as a whole is over. */
  eventSchema('alert.resolved', {
    fingerprint: z.string(),
    endsAt: z.string().nullable(),
    receipt: z.string(),
    byGroup: z.literal(true).optional(),
  }),
  /** The sender lists only part of a group: `unlisted` alerts are left out, 0 when it is whole again. `status`: of the group as a whole. */
  eventSchema('group.truncated', {
    groupKey: z.string(),
    unlisted: z.number(),
    status: z.enum(['firing', 'resolved']),
    receipt: z.string(),
  }),
  eventSchema('channel.linked', { channelId: z.string(), name: z.string(), created: z.boolean() }),
  eventSchema('responders.invited', { users: z.array(z.string()) }),
  eventSchema('message.posted', { key: z.string(), channelId: z.string(), ts: z.string(), about: z.string() }),
  /** `unclearTriggers`: playbooks whose triggers could not be evaluated for an alert; the text says why. */
  eventSchema('note.added', { text: z.string(), unclearTriggers: z.array(z.string()).optional() }),
  eventSchema('severity.changed', { from: z.number(), to: z.number(), reason: z.string().optional() }),
  eventSchema('incident.acknowledged', { reason: z.string().optional() }),
  eventSchema('incident.acknowledge_lapsed', { by: Actor, since: z.string() }),
  /** What would end it has happened; it ends by itself at `until`, unless something fires before. */
  eventSchema('incident.settling', { until: z.string(), reason: z.string() }),
  eventSchema('incident.resolved', { reason: z.string() }),
  eventSchema('incident.reopened', { reason: z.string() }),
  eventSchema('incident.closed', { reason: z.string() }),
  /** It ends here; `into` goes on in its place and records `incident.absorbed` in the same commit. */
  eventSchema('incident.merged', { into: z.string(), intoNumber: z.number() }),
  /** `members`: of a private incident, who may know of this one too from here on. */
  eventSchema('incident.absorbed', {
    from: z.string(),
    fromNumber: z.number(),
    alerts: z.array(AbsorbedAlert),
    members: z.array(z.string()).optional(),
  }),
  /** Alerts of it are another problem: an incident of their own takes them, and records `incident.split_from` in the same commit. */
  eventSchema('incident.split', { into: z.string(), intoNumber: z.number(), fingerprints: z.array(z.string()) }),
  eventSchema('incident.split_from', { from: z.string(), fromNumber: z.number(), alerts: z.array(AbsorbedAlert) }),
  ...lifeEvents,
  ...evidenceEvents,
  ...postmortemEvents,
  ...actionItemEvents,
  ...shadowEvents,
]);
export type IncidentEvent = z.infer<typeof IncidentEvent>;

/** Facts about a run. */
export const RunEvent = z.discriminatedUnion('type', [
  eventSchema('run.started', {
    ...run,
    incidentId: z.string(),
    playbook: PlaybookRef,
    trigger: RunTrigger,
    inputs: z.record(z.string(), JsonValue),
    env: z.record(z.string(), z.string()),
    alert: Alert.nullable(),
    incident: z.object({ id: z.string(), number: z.number(), title: z.string(), severity: z.number() }),
    steps: z.array(z.string()),
    deadlineAt: z.string(),
    /** One run at a time holds a key; the others queue. */
    concurrencyKey: z.string().optional(),
    /** What a later run of the same playbook is compared with. */
    cooldownKey: z.string().optional(),
    /** Nothing starts before one of these people has agreed. */
    gate: RunGate.optional(),
    /** Who answers for the version, by the record of versions at that moment; absent: nobody was known to. */
    author: Actor.exactOptional(),
    ...ruledStart,
  }),
  /** It holds its concurrency key from here on. */
  eventSchema('run.admitted', { ...run }),
  eventSchema('step.skipped', { ...node, reason: z.string() }),
  ...approvalEvents,
  ...drillEvents,
  ...policyEvents,
  eventSchema('step.started', {
    ...attempt,
    round: z.number(),
    idempotencyKey: z.string(),
    fence: z.number(),
    worker: z.string(),
    plan: StartedPlan,
    planDigest: z.string(),
    approvalId: z.string().nullable(),
  }),
  eventSchema('step.waiting', { ...node, until: z.string(), signal: z.string().optional() }),
  /** The items of a `forEach`; each is a node `<id>#<n>` of its own. */
  eventSchema('step.expanded', { ...node, items: z.array(JsonValue) }),
  /** The circuit breaker of its target is open for a while; no attempt is used up. */
  eventSchema('step.held', { ...node, until: z.string(), target: z.string(), reason: z.string() }),
  /** Another run does it: `start` opens that run, `compensate` undoes it. */
  eventSchema('step.delegated', { ...node, childRunId: z.string(), order: z.enum(['start', 'compensate']) }),
  eventSchema('step.acted', { ...attempt, output: JsonValue }),
  eventSchema('step.succeeded', {
    ...attempt,
    output: JsonValue,
    artifacts: z.array(ArtifactRef),
    durationMs: z.number(),
    uncaptured: z.array(Uncaptured).optional(),
    note: z.string().optional(),
    byPerson: z.literal(true).optional(),
  }),
  /** Attempt 0: it failed before any action was called. `escalated`: the run stands still here until people decide. */
  eventSchema('step.failed', {
    ...attempt,
    error: StepError,
    durationMs: z.number(),
    escalated: z.literal(true).optional(),
    ...failedEvidence,
  }),
  eventSchema('step.retry_scheduled', {
    ...attempt,
    retryAt: z.string(),
    delayMs: z.number(),
    reason: z.string(),
    error: StepError,
    durationMs: z.number(),
    ...failedEvidence,
  }),
  eventSchema('step.outcome_unknown', {
    ...attempt,
    reason: z.string(),
    resolution: z.enum(['repeat', 'probe', 'ask']),
    /** As in `StepError`. */
    output: JsonValue.optional(),
    ...failedEvidence,
  }),
  /** `error`: why it failed, if it did. */
  eventSchema('step.late_result', {
    ...attempt,
    worker: z.string(),
    outcome: z.string(),
    error: StepError.optional(),
  }),
  eventSchema('run.paused', { ...run, reason: z.string().optional() }),
  eventSchema('run.resumed', { ...run }),
  eventSchema('run.cancel_requested', { ...run, reason: z.string() }),
  eventSchema('run.retried', {
    ...run,
    steps: z.array(z.string()),
    deadlineAt: z.string(),
    reason: z.string().optional(),
  }),
  /** `drill`: its run has succeeded as a drill, and undoing it is a part of that. */
  eventSchema('run.compensation_started', { ...run, steps: z.array(z.string()), reason: z.string(), drill }),
  /** Something a step may wait for, from outside. */
  eventSchema('run.signalled', { ...run, name: z.string(), data: JsonValue }),
  /** It takes longer than its SLA allows. */
  eventSchema('run.overdue', { ...run, waiting: z.array(z.string()) }),
  /** Its steps are over; the `finally` steps follow, then the end. */
  eventSchema('run.finishing', {
    ...run,
    outcome: z.enum(['succeeded', 'failed', 'cancelled', 'compensated']),
    reason: z.string().optional(),
    /** Nodes of final steps that belong to an earlier end and run again for this one. */
    again: z.array(z.string()).optional(),
  }),
  eventSchema('run.succeeded', { ...run, durationMs: z.number(), outputs: z.record(z.string(), JsonValue).optional() }),
  eventSchema('run.failed', { ...run, reason: z.string(), durationMs: z.number() }),
  eventSchema('run.cancelled', { ...run, durationMs: z.number() }),
  eventSchema('run.compensated', { ...run, durationMs: z.number() }),
  eventSchema('run.compensation_failed', { ...run, step: z.string(), reason: z.string() }),
]);
export type RunEvent = z.infer<typeof RunEvent>;

/** Any fact. */
export type TimelineEvent = IncidentEvent | RunEvent;

/** What every fact has. */
type Fact = { readonly type: string; readonly data: { readonly [key: string]: unknown } };

/** A fact that a decision asks to be recorded; who and why are added by the command unless given. */
export type Recorded<E extends Fact = TimelineEvent> = E & { readonly actor: Actor };

/** A fact as it is stored: in its place in one incident's stream, linked to the one before. */
export const StoredEvent = z.object({
  streamId: z.string(),
  seq: z.number().int().min(1),
  type: z.string(),
  at: z.string(),
  actor: Actor,
  /** What led here: a delivery receipt or a command id. */
  cause: z.string(),
  data: z.record(z.string(), JsonValue),
  prevHash: z.string(),
  hash: z.string(),
});
export type StoredEvent = z.infer<typeof StoredEvent>;

/** True for events of a run, by their type alone. */
export function isRunEvent(event: Fact): event is RunEvent {
  return 'runId' in event.data;
}
