// A run over the API: where it stands, its steps, what it waits for and what can be ordered.
import { z } from 'zod';
import { ApiActor } from './actor.ts';
import { ApiApproval, ApiPlan } from './approval.ts';
import { ApiIncident } from './incident.ts';
import { JsonMembers } from './json.ts';
import { listOf } from './paging.ts';
import { ApiPlaybookRef } from './playbook.ts';
import { ApiExplainedPolicies } from './rules.ts';
import { ApiNode, ApiRunStep } from './step.ts';

/** Where a run stands. The last five are ends. */
export const ApiRunStatus = z.enum([
  'queued',
  'running',
  'cancelling',
  'compensating',
  'finishing',
  'succeeded',
  'failed',
  'cancelled',
  'compensated',
  'compensation_failed',
]);
export type ApiRunStatus = z.infer<typeof ApiRunStatus>;

const drill = z.literal(true).optional().describe('It is an exercise');
const rehearsal = z
  .object({
    led: z.boolean().describe('A real alert like it would start the playbook on what the drill acts on'),
    reason: z.string().nullable().describe('Why not; null: it would'),
    stages: listOf(z.object({ stage: z.string(), outcome: z.string() })).describe('What each of the six stages said'),
  })
  .optional()
  .describe('The alert that the drill began with; left out: it began with its run');

/** What started a run. */
export const ApiRunTrigger = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('alert'),
    fingerprint: z.string(),
    source: z.string(),
    receipt: z.string().describe('Of the delivery that brought the alert'),
  }),
  z.object({ type: z.literal('manual'), reason: z.string().optional(), drill, rehearsal }),
  z
    .object({
      type: z.literal('schedule'),
      schedule: z.string().describe('Its name within the playbook'),
      slotAt: z.string(),
      late: z.literal(true).optional().describe('It was caught up after its minute'),
      drill,
      rehearsal,
    })
    .describe('A slot of a schedule'),
  z
    .object({ type: z.literal('run'), runId: z.string(), step: z.string(), depth: z.int(), drill })
    .describe('A step of another run of the same incident'),
]);
export type ApiRunTrigger = z.infer<typeof ApiRunTrigger>;

/** The alert that started a run, as it was then. */
export const ApiRunAlert = z.object({
  source: z.string(),
  integration: z.string(),
  fingerprint: z.string(),
  status: z.enum(['firing', 'resolved']),
  title: z.string(),
  description: z.string(),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  sourceSeverity: z.string().nullable(),
  service: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  startsAt: z.string().nullable(),
  endsAt: z.string().nullable(),
  links: z.array(z.object({ label: z.string(), url: z.string() })),
  groupKey: z.string().nullable(),
});
export type ApiRunAlert = z.infer<typeof ApiRunAlert>;

/** Something that a run waits for. */
export const ApiWaiting = z.object({
  step: z.string().nullable(),
  kind: z.enum([
    'approval',
    'retry',
    'timer',
    'signal',
    'decision',
    'worker',
    'paused',
    'queue',
    'run',
    'halted',
    'overdue',
  ]),
  since: z.string(),
  until: z.string().nullable().describe('When it ends by itself; null: only when somebody acts'),
  what: z.string(),
  who: z.array(z.string()).describe('Who can unblock it'),
});
export type ApiWaiting = z.infer<typeof ApiWaiting>;

/** Something that can be ordered or decided. */
const OpenOrder = z.enum(['approve', 'deny', 'signal', 'retry', 'compensate', 'cancel', 'pause', 'resume', 'done']);

const reason = z.string().nullable();

/** One run. */
export const ApiRun = z.object({
  id: z.string(),
  runId: z.string().describe('The same as `id`'),
  incidentId: z.string(),
  incident: z
    .object({ id: z.string(), number: z.int(), title: z.string(), severity: z.int() })
    .describe('Its incident as it was when the run began'),
  playbook: ApiPlaybookRef.describe('The version that it is pinned to'),
  trigger: ApiRunTrigger,
  requestedBy: ApiActor,
  inputs: JsonMembers,
  outputs: JsonMembers.describe('What it gives to whoever called it'),
  alert: ApiRunAlert.nullable(),
  status: ApiRunStatus,
  paused: z.boolean(),
  reason: reason.describe('Why it stands or ended like this'),
  startedAt: z.string(),
  deadlineAt: z.string(),
  finishedAt: z.string().nullable(),
  overdueAt: z.string().nullable().describe('Since when it takes longer than its SLA allows'),
  updatedAt: z.string(),
  wakeAt: z.string().nullable().describe('When it next wants attention; null: only when somebody acts'),
  traceUrl: z.string().nullable().describe('Where its trace is looked at; null: nowhere is configured'),
  ending: z
    .object({ outcome: z.enum(['succeeded', 'failed', 'cancelled', 'compensated']), reason })
    .nullable()
    .describe('What it ends as once its `finally` steps are over'),
  gate: z
    .object({ reason: z.string(), from: z.array(z.string()) })
    .nullable()
    .describe('People who must agree before anything starts, and why'),
  drill: z
    .object({
      outcome: z.enum(['passed', 'failed']).nullable().describe('null: it is under way'),
      endedAt: z.string().nullable(),
      reason: z.string().nullable().describe('Why it failed'),
      undone: z.array(z.string()).describe('Steps of which it has shown that they can be undone'),
    })
    .nullable()
    .describe('How it stands as a drill; null: it is none, or its steps are under way'),
  concurrencyKey: z.string().nullable().describe('One run at a time holds it; the others are queued'),
  targets: z.array(z.string()).describe('What it has acted on'),
  nodes: z.record(z.string(), ApiNode).describe('By step, `<id>~undo` and `<id>#<item>` included'),
  steps: z.array(ApiRunStep).describe('The same in order, items folded'),
  approvals: z.record(z.string(), ApiApproval),
  waitingFor: z.array(ApiWaiting).describe('Empty: it has ended'),
  orders: z.array(OpenOrder).describe('What would not be refused now'),
});
export type ApiRun = z.infer<typeof ApiRun>;

/** A run that goes on, or the new one in its place. */
export const ApiRetriedRun = ApiRun.extend({
  retry: z.object({
    of: z.string(),
    newRun: z.boolean(),
    message: z.string().describe('Which version of its playbook is used'),
  }),
});
export type ApiRetriedRun = z.infer<typeof ApiRetriedRun>;

/** A run that was started, with its incident. */
export const ApiStartedRun = z.object({ id: z.string(), run: ApiRun, incident: ApiIncident });
export type ApiStartedRun = z.infer<typeof ApiStartedRun>;

/** What a run would do; nothing was done. */
export const ApiDryRun = z.object({
  dryRun: z.literal(true),
  playbook: ApiPlaybookRef,
  inputs: JsonMembers,
  outcome: ApiRunStatus,
  steps: z.array(
    z.object({
      step: z.string(),
      uses: z.string(),
      would: z.enum(['run', 'skip', 'fail', 'not_reached']),
      reason: z.string().nullable().describe('Why it would be skipped or fail'),
      plan: ApiPlan.nullable().describe('null: it is known only when the time comes'),
      approval: z
        .object({
          from: z.array(z.string()),
          quorum: z.int(),
          who: z.string().describe('Who must agree, in words: `2 of @sre and 1 of @lead`'),
        })
        .nullable()
        .describe('Who would be asked first; null: nobody'),
    }),
  ),
  policies: ApiExplainedPolicies.nullable().describe('What policies and freezes say of it now; null: nothing is ruled'),
});
export type ApiDryRun = z.infer<typeof ApiDryRun>;

/** A request that was decided, with its run after it. */
export const ApiDecidedApproval = z.object({ run: ApiRun, approval: ApiApproval });
export type ApiDecidedApproval = z.infer<typeof ApiDecidedApproval>;
