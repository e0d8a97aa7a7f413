// Alerts over the API: what becomes of one, what an integration makes of a body, and the groups that keep what nobody was told. Shapes only.
import { z } from 'zod';
import { Alert } from '../core/alert/alert.ts';
import { stageNames } from '../core/alert/stage-names.ts';
import { Hold } from '../core/group/hold.ts';

/** Who is who at one place of the escalation matrix. */
export const ApiRaci = z.object({
  responsible: z.array(z.string()).describe('Who does the work'),
  accountable: z.array(z.string()).describe('Who answers for it'),
  consulted: z.array(z.string()).describe('Who is asked'),
  informed: z.array(z.string()).describe('Who is told'),
});

/** What one of the six stages says of an alert. */
export const ApiExplainedStage = z.object({
  stage: z.enum(stageNames),
  outcome: z.string().describe('In a few words'),
  because: z.array(z.string()).describe('What matched, what did not and why: one sentence each'),
});

export type ApiExplainedStage = z.infer<typeof ApiExplainedStage>;

/** An alert through the six stages. */
export const ApiExplainedAlert = z.object({
  alert: Alert.describe('As it came, before anything was added to it'),
  stages: z.array(ApiExplainedStage).describe('dedupe, enrich, group, route, suppress, act'),
  answers: ApiRaci.extend({ severity: z.int().describe('Of an incident, by the severity that the alert came with') })
    .nullable()
    .describe('Who would answer for its incident until somebody has it; null: the escalation matrix names nobody'),
});
export type ApiExplainedAlert = z.infer<typeof ApiExplainedAlert>;

/** What an integration makes of a request. */
export const ApiPreview = z.object({
  status: z.enum(['understood', 'refused']).describe('`refused`: it would be kept as dead'),
  body: z.string().describe('As it would be stored: decoded, a form as the JSON that is made of it'),
  headers: z.record(z.string(), z.string()).describe('Those that can be read, and the query under `:query`'),
  fields: z.array(z.object({ field: z.string(), kind: z.enum(['refused', 'remarked']), message: z.string() })),
  deliveryKey: z.string().nullable().describe('What tells a repetition by its sender; null: it has no id of its own'),
  truncated: z.int().describe('Alerts that the sender left out'),
  outcome: z.string().nullable().describe('Of what is refused: the kind, such as `unparseable`'),
  detail: z.string().nullable().describe('Of what is refused: why'),
});
export type ApiPreview = z.infer<typeof ApiPreview>;

/** What becomes of alerts at an instant. */
export const ApiExplained = z.object({
  at: z.string().describe('The instant of the rules, silences and windows'),
  knownAt: z
    .string()
    .nullable()
    .describe('The instant of the incidents, groups and firing alerts it was held against: now; null: of none'),
  delivery: ApiPreview.nullable().describe('What the integration makes of the body; null: no body was given'),
  alerts: z.array(ApiExplainedAlert),
});
export type ApiExplained = z.infer<typeof ApiExplained>;

/** An alert that is told to nobody now. */
const ApiHeldAlert = z.object({
  fingerprint: z.string(),
  title: z.string(),
  severity: z.string(),
  status: z.enum(['firing', 'resolved']),
  since: z.string(),
  lastAt: z.string(),
  count: z.int().describe('Notifications that were held, in this episode'),
  told: z.boolean().describe('People know that it fires'),
  hold: Hold.describe('Who or what holds it, until when, whose it is and why'),
});

/** What can hold an alert. */
export const ApiHoldKind = Hold.shape.by;
export type ApiHoldKind = z.infer<typeof ApiHoldKind>;

/** Alerts that are one problem, with what nobody was told of them. */
export const ApiAlertGroup = z.object({
  id: z.string(),
  key: z.string().describe('What its alerts have in common'),
  rule: z.string().nullable().describe('The entry of `groups:`; null: none takes it, and something of it was held'),
  title: z.string(),
  openedAt: z.string(),
  lastAt: z.string(),
  incident: z.string().nullable().describe('The incident that its alerts went on to in this window'),
  alerts: z.int().describe('How many alerts it knows'),
  held: z.array(ApiHeldAlert),
  suppressed: z
    .record(z.string(), z.int())
    .describe('Notifications that nobody was told, by what held them, over the life of the group'),
});
export type ApiAlertGroup = z.infer<typeof ApiAlertGroup>;
