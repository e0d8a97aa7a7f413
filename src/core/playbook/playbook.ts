// A compiled playbook: every default filled in, every duration in milliseconds, every `needs` explicit. This is what is
// stored by digest and pinned to runs; the YAML's own shape lives in schema.ts.

import { z } from 'zod';
import { JsonValue } from '../alert/alert.ts';
import { Severity } from '../alert/severity.ts';
import { ApprovalGate, ApprovalRung, Threshold } from '../approval/rule.ts';
import { EvidenceKind } from '../evidence/content.ts';
import { digestJson } from '../json.ts';
import { ScheduleEntry } from '../schedule/entry.ts';
import { PlaybookSlo } from '../slo/objective.ts';
import { TrustOverrides } from '../trust/settings.ts';

/** Classes that every error of an action falls into; the class alone decides what happens next. */
export const ErrorClass = z.enum([
  'transient',
  'rate_limited',
  'timeout',
  'auth',
  'invalid',
  'denied',
  'conflict',
  'unknown_outcome',
]);
export type ErrorClass = z.infer<typeof ErrorClass>;

/** How risky a step is; `high` asks people first unless the policy says otherwise. */
export const Risk = z.enum(['low', 'medium', 'high']);
export type Risk = z.infer<typeof Risk>;

/** What to do when it is unknown whether an action took effect: repeat it with the same key, ask its probe, or ask people. */
export const ReplayPolicy = z.enum(['safe', 'probe', 'ask']);
export type ReplayPolicy = z.infer<typeof ReplayPolicy>;

/** Retry policy: exponential backoff with full jitter, capped by attempts and by total elapsed time. */
export const RetryPolicy = z.object({
  maxAttempts: z.number().int().min(1).max(100),
  baseDelayMs: z.number().int().min(0),
  maxDelayMs: z.number().int().min(0),
  /** Total time from the first attempt's start within which a retry may begin. */
  budgetMs: z.number().int().min(0),
  on: z.array(ErrorClass),
});
export type RetryPolicy = z.infer<typeof RetryPolicy>;

/**
 * Who may decide and how many of them; names are roles (`@sre`) or Slack user ids (`U…`). With `thresholds`, `from` is every name of theirs
 * and `quorum` the fewest people that any of them takes.
 */
export const ApprovalRule = z.object({
  from: z.array(z.string().min(1)).min(1),
  quorum: z.number().int().min(1).max(20),
  /** How long the request stands, and how long a granted approval stays valid. */
  expiresInMs: z.number().int().min(1000),
  /** Roles that are called, and may decide too, once half of that time has passed. */
  escalate: z.array(z.string().min(1)),
  /** True: whoever started the run may not approve it. */
  excludeRequester: z.boolean(),
  /** True: whoever answers for the version may not approve it; no playbook says it, it is pinned when people are asked. */
  excludeAuthor: z.literal(true).exactOptional(),
  /** True: an approval counts only with an assertion of the approver's own passkey over this very plan. Absent: it needs none. */
  stepUp: z.literal(true).exactOptional(),
  /** Names of it whose members need one all the same, as their roles said when it was asked. Absent: none. */
  stepUpFor: z.array(z.string().min(1)).min(1).exactOptional(),
  /** Any one of them suffices; absent: `quorum` of `from`. */
  thresholds: z.array(Threshold).min(1).exactOptional(),
  /** Who is called further, and when; absent: `escalate`, at half of the time. */
  ladder: z.array(ApprovalRung).min(1).exactOptional(),
  /** Who may decide in the place of a group in which nobody may; absent: nobody. */
  fallback: z.array(z.string().min(1)).min(1).exactOptional(),
  /** What must answer yes besides the people. */
  gates: z.array(ApprovalGate).min(1).exactOptional(),
  /** The named policy of the configuration that it was taken from, whole. */
  policy: z.string().exactOptional(),
});
export type ApprovalRule = z.infer<typeof ApprovalRule>;

/** An action with the template of its input. */
export const ActionCall = z.object({
  uses: z.string(),
  with: JsonValue,
  risk: Risk,
  approval: ApprovalRule.nullable(),
  timeoutMs: z.number().int().min(1),
  retry: RetryPolicy,
  replay: ReplayPolicy,
});
export type ActionCall = z.infer<typeof ActionCall>;

/** Polls until a condition over `output` holds. Without `uses` the step's own (repeatable) action is polled. */
const Verify = z.object({
  uses: z.string().nullable(),
  with: JsonValue,
  until: z.string(),
  everyMs: z.number().int().min(10),
  withinMs: z.number().int().min(10),
});

/** One node per item of a list, `maxParallel` of them at a time. */
const ForEach = z.object({
  items: z.string(),
  maxParallel: z.number().int().min(1),
  /** `exponential`: one item first, then twice as many for each that all succeeded. */
  ramp: z.enum(['exponential']).exactOptional(),
  /** After so many failed items, or that share of them, no further one is begun. */
  stopAfterErrors: z.object({ unit: z.enum(['items', 'percent']), value: z.number().positive() }).exactOptional(),
  /** How many percent of a group the items may be: `of` gives the group, as a list or as how many it is. */
  share: z.object({ of: z.string(), atMostPercent: z.number().positive().max(100) }).exactOptional(),
});

/** One step. */
export const Step = ActionCall.extend({
  id: z.string(),
  name: z.string(),
  needs: z.array(z.string()),
  if: z.string().nullable(),
  /** Template naming what is acted on, shown to approvers. */
  target: z.string().nullable(),
  /** `type`: what the evidence is called; absent: as its bytes say. */
  capture: z.array(z.object({ name: z.string(), from: z.string(), type: EvidenceKind.exactOptional() })),
  verify: Verify.nullable(),
  compensate: ActionCall.nullable(),
  reversible: z.boolean(),
  /** Why it has no undo; absent: it has one, or does not say. */
  irreversible: z.string().exactOptional(),
  onFailure: z.enum(['stop', 'continue', 'compensate', 'escalate']),
  runsOn: z.string(),
  forEach: ForEach.nullable(),
  /** JSON Schema that the output must fit. */
  outputSchema: z.record(z.string(), JsonValue).nullable(),
});
export type Step = z.infer<typeof Step>;

/** An input: where it comes from and what it must look like. */
export const InputSpec = z.object({
  type: z.enum(['string', 'number', 'boolean']),
  description: z.string(),
  from: z.string().nullable(),
  default: JsonValue.nullable(),
  required: z.boolean(),
  /** RE2 pattern (CEL `matches`) that a string must match as a whole if it is anchored. */
  pattern: z.string().nullable(),
  enum: z.array(JsonValue).nullable(),
});
export type InputSpec = z.infer<typeof InputSpec>;

/** Words about a playbook that grants under `access:` can be bound to, such as `team: payments`. */
export const PlaybookLabels = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,62}$/, 'must start with a letter and hold only letters, digits, ., - and _'),
    z.string().min(1).max(200),
  )
  .refine((labels) => Object.keys(labels).length <= 50, 'must be 50 labels at most');

/** How much depends on a playbook: what is expected of its runs, and who is woken when one fails. */
export const PlaybookClass = z.enum(['critical', 'important', 'bestEffort']);
export type PlaybookClass = z.infer<typeof PlaybookClass>;

/** The class of a playbook; one that says none is important. */
export const classOf = ({ class: said }: Pick<Playbook, 'class'>): PlaybookClass => said ?? 'important';

/** The alert that a drill begins with: what a source would say, in the words of its labels. */
const DrillAlert = z.object({
  /** Absent: that of the first trigger that names one. */
  source: z.string().exactOptional(),
  title: z.string().exactOptional(),
  severity: Severity.exactOptional(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()).exactOptional(),
});

/** How a playbook is exercised. */
export const DrillPlan = z.object({
  /** Every input of the playbook, as it is for a drill: these name what it may act on, and no default stands in for one. */
  inputs: z.record(z.string(), JsonValue),
  /** Whether what the drill did is undone once it has succeeded. */
  undo: z.boolean(),
  /** Rehearsed through the six stages before the run starts; absent: the drill begins with its run. */
  alert: DrillAlert.exactOptional(),
});
export type DrillPlan = z.infer<typeof DrillPlan>;

/** A compiled playbook. */
export const Playbook = z.object({
  apiVersion: z.literal('firebreak/v1'),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  owner: z.object({ product: z.string(), technical: z.string(), escalation: z.string() }),
  sla: z.object({ completeWithinMs: z.number(), objective: z.number() }).nullable(),
  /** Absent: it promises what the configuration says for all, as every playbook of earlier versions. */
  slo: PlaybookSlo.exactOptional(),
  /** How it earns and loses the right to act without asking; absent: as the configuration says for all. */
  trust: TrustOverrides.exactOptional(),
  /** What people read when its runs need them; absent: there is none. */
  runbook: z.string().exactOptional(),
  /** What it relies on, for people; absent: it names nothing. */
  dependencies: z.array(z.string()).exactOptional(),
  /** What kinds of data its runs touch, for people; absent: it names none. */
  dataCategories: z.array(z.string()).exactOptional(),
  /** Absent: it says none, so that versions from before there were classes keep their digest. */
  class: PlaybookClass.exactOptional(),
  /** Absent: it has none, as every playbook of earlier versions. */
  labels: PlaybookLabels.exactOptional(),
  /** Where its runs act; absent: their inputs or their alerts say it, or nothing does. */
  environment: z.string().exactOptional(),
  triggers: z.array(z.object({ source: z.string(), when: z.string().nullable() })),
  /** Absent: it starts by itself at no time, as every playbook of earlier versions. */
  schedule: z.array(ScheduleEntry).exactOptional(),
  /** Absent: it cannot be drilled. */
  drill: DrillPlan.exactOptional(),
  inputs: z.record(z.string(), InputSpec),
  env: z.array(z.string()),
  timeoutMs: z.number().int().min(1),
  concurrency: z.object({ key: z.string(), onConflict: z.enum(['queue', 'skip', 'cancel']) }).nullable(),
  /** `atMost`: runs with the same key that may start by alerts within the window before it holds them back; absent: one. */
  cooldown: z
    .object({
      key: z.string(),
      windowMs: z.number(),
      onRepeat: z.enum(['ask', 'skip']),
      atMost: z.number().int().min(1).exactOptional(),
    })
    .nullable(),
  steps: z.array(Step).min(1),
  /** Steps that run at the end, whatever the end is; one after the other, and no failure of theirs changes it. */
  finally: z.array(Step),
  /** What the playbook gives to a step that calls it: CEL by name. */
  outputs: z.record(z.string(), z.string()),
  /** Distinct targets that one run may touch, at most. */
  maxTargets: z.number().int().min(1).nullable(),
});
export type Playbook = z.infer<typeof Playbook>;

/** True for a playbook that can be undone, in part at least. */
export const hasUndo = ({ steps }: Pick<Playbook, 'steps'>): boolean =>
  steps.some(({ compensate }) => compensate !== null);

/** Every step, those of `finally` last. */
export const allSteps = (playbook: Playbook): readonly Step[] =>
  playbook.finally.length === 0 ? playbook.steps : [...playbook.steps, ...playbook.finally];

/** Names one exact version. */
export const PlaybookRef = z.object({ name: z.string(), version: z.string(), digest: z.string() });
export type PlaybookRef = z.infer<typeof PlaybookRef>;

/** The digest that pins a playbook: SHA-256 of its compiled form, so comments and key order do not matter. */
export function playbookRef(playbook: Playbook): PlaybookRef {
  return { name: playbook.name, version: playbook.version, digest: digestJson(playbook) };
}
