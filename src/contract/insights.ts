// What is learned from incidents, over the API. Durations are in milliseconds, shares from 0 to 1. Shapes only.
import { z } from 'zod';
import { ApiIncidentStatus } from './incident.ts';
import { listOf } from './paging.ts';

/** A figure with how sure one may be of it. */
export const ApiEstimate = z.object({
  n: z.int().describe('Observations'),
  value: z.number().nullable().describe('null: there is no observation'),
  low: z.number().nullable().describe('Where the interval begins; null: too few to say'),
  high: z.number().nullable(),
});
export type ApiEstimate = z.infer<typeof ApiEstimate>;

/** What incidents are put together by. */
export const ApiTimesBy = z.enum(['service', 'severity', 'playbook']);

/** Times of incidents that have something in common. */
export const ApiTimesRow = z.object({
  key: z.string().describe('`all`, or the service, severity or playbook'),
  incidents: z.int(),
  open: z.int().describe('Not over yet: not in `resolveMs`'),
  acknowledgeMs: ApiEstimate.describe('Opened to first acknowledged, of those that were'),
  acknowledged: ApiEstimate.describe('Share that was acknowledged at all'),
  firstActionMs: ApiEstimate.describe('Opened to the first step that started, of those with a run'),
  resolveMs: ApiEstimate.describe('Opened to resolved'),
  waitMs: ApiEstimate.describe('Waiting for people: approvals, decisions, paused runs'),
});
export type ApiTimesRow = z.infer<typeof ApiTimesRow>;

const helped = listOf(z.object({ playbook: z.string(), incidents: z.int() })).describe(
  'Playbooks that succeeded in them',
);

/** Trouble that came again. */
export const ApiRecurrence = z.object({
  alert: z.string(),
  service: z.string().nullable(),
  incidents: z.int(),
  numbers: listOf(z.int()).describe('The latest of them'),
  firstAt: z.string(),
  lastAt: z.string(),
  betweenMs: ApiEstimate,
  resolveMs: ApiEstimate,
  totalMs: z.number(),
  helped,
});
export type ApiRecurrence = z.infer<typeof ApiRecurrence>;

/** What people did by hand again and again. */
export const ApiToil = z.object({
  kind: z.enum(['run', 'command', 'order']),
  what: z.string(),
  times: z.int(),
  incidents: z.int(),
  numbers: listOf(z.int()),
  people: listOf(z.string()),
  lastAt: z.string(),
  advice: z.string(),
  draft: z.string().nullable().describe('YAML to begin with'),
});
export type ApiToil = z.infer<typeof ApiToil>;

/** What approvals ask of people. */
export const ApiApprovalAttention = z.object({
  asked: z.int(),
  waitMs: ApiEstimate.describe('Asked to first answered'),
  approved: ApiEstimate,
  denied: ApiEstimate,
  expired: ApiEstimate,
  detailsOpened: z.null().describe('It is not recorded whether the exact plan was opened'),
  people: listOf(
    z.object({
      person: z.string(),
      decisions: z.int(),
      waitMs: ApiEstimate,
      atNight: z.int().describe('Decisions between 22 and 7 o’clock'),
      nights: z.int().describe('Nights with one at least'),
    }),
  ),
  steps: listOf(
    z.object({ playbook: z.string(), step: z.string(), asked: z.int(), approved: ApiEstimate, waitMs: ApiEstimate }),
  ),
});
export type ApiApprovalAttention = z.infer<typeof ApiApprovalAttention>;

/** What is learned from the incidents of a time. */
export const ApiInsights = z.object({
  incidents: z.int().describe('That people had trouble with; what merged, was a drill or an operation is none'),
  operations: z.int().describe('The others: their runs count for costs and approvals'),
  pending: z.int().describe('Not counted yet, because their records have to be read first: ask again'),
  cut: z.boolean().describe('There are more than count at once; the newest do'),
  methods: z.object({ median: z.string(), share: z.string() }).describe('How the figures are made'),
  by: ApiTimesBy,
  times: listOf(ApiTimesRow),
  recurrences: listOf(ApiRecurrence),
  toil: listOf(ApiToil),
  approvals: ApiApprovalAttention,
  quietAlerts: listOf(
    z.object({
      alert: z.string(),
      service: z.string().nullable(),
      incidents: z.int(),
      notifications: z.int(),
      lastAt: z.string(),
      acted: ApiEstimate.describe('Share in which anything was done: none; the interval says how many it may yet be'),
    }),
  ).describe('Alerts that never led to a run, or to an act of a person'),
  costs: listOf(
    z.object({ key: z.string(), runs: z.int(), attempts: z.int(), machineMs: z.number(), waitMs: z.number() }),
  ),
});
export type ApiInsights = z.infer<typeof ApiInsights>;

/** An incident that is like another one. */
export const ApiSimilarIncident = z.object({
  incident: z.object({
    id: z.string(),
    number: z.int(),
    title: z.string(),
    severity: z.int(),
    status: ApiIncidentStatus,
    openedAt: z.string(),
    resolveMs: z.number().nullable(),
  }),
  score: z.number().describe('0 to 1, to be compared within one answer'),
  because: listOf(z.string()).describe('What they have in common, what says most first'),
  helped,
});
export type ApiSimilarIncident = z.infer<typeof ApiSimilarIncident>;
