// The shape of a playbook file as people write it. Unknown keys are errors. Meaning across fields is checked in compile.ts.

import { z } from 'zod';
import { JsonValue } from '../alert/alert.ts';
import { Severity } from '../alert/severity.ts';
import { ApprovalDocument } from '../approval/document.ts';
import { EvidenceKind } from '../evidence/content.ts';
import { CatchUp } from '../schedule/entry.ts';
import { SloWindow } from '../slo/window.ts';
import { Duration } from '../time.ts';
import { ErrorClass, PlaybookClass, PlaybookLabels, ReplayPolicy, Risk } from './playbook.ts';

const identifier = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,62}$/,
    'must start with a letter and hold only letters, digits, - and _ (63 at most)',
  );
const names = z.array(z.string().min(1)).min(1);
const text = z.string().max(4000);
const words = z.array(z.string().trim().min(1).max(100)).min(1).max(50);

const Percent = z
  .string()
  .regex(/^(100|\d{1,2}(\.\d+)?)%$/, 'must be a percentage such as 25%, 100% at most')
  .refine((percent) => Number.parseFloat(percent) > 0, 'must be above 0%');

const Retry = z.strictObject({
  maxAttempts: z.number().int().min(1).max(100).optional(),
  baseDelay: Duration.optional(),
  maxDelay: Duration.optional(),
  budget: Duration.optional(),
  on: z.array(ErrorClass).optional(),
});

const call = {
  uses: z.string(),
  with: z.record(z.string(), JsonValue).optional(),
  risk: Risk.optional(),
  approval: ApprovalDocument.optional(),
  timeout: Duration.optional(),
  retry: Retry.optional(),
  replay: ReplayPolicy.optional(),
};

/** One step as written. */
export const StepDocument = z.strictObject({
  ...call,
  id: identifier,
  name: text.optional(),
  needs: z.array(identifier).optional(),
  if: z.union([z.string(), z.boolean()]).optional(),
  target: text.optional(),
  capture: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[\w.-]{1,100}$/, 'must be a plain file name'),
        from: z.string(),
        type: EvidenceKind.exactOptional(),
      }),
    )
    .max(20)
    .optional(),
  verify: z
    .strictObject({
      uses: z.string().optional(),
      with: z.record(z.string(), JsonValue).optional(),
      until: z.string(),
      every: Duration.optional(),
      within: Duration.optional(),
    })
    .optional(),
  compensate: z.strictObject(call).optional(),
  reversible: z.boolean().optional(),
  irreversible: z.string().trim().min(1, 'must say why it cannot be undone').max(500).optional(),
  onFailure: z.enum(['stop', 'continue', 'compensate', 'escalate']).optional(),
  runsOn: identifier.optional(),
  forEach: z
    .union([
      z.string(),
      z.strictObject({
        items: z.string(),
        maxParallel: z.number().int().min(1).max(100).optional(),
        ramp: z.enum(['exponential']).optional(),
        stopAfterErrors: z.union([z.number().int().min(1), Percent]).optional(),
        share: z.strictObject({ of: z.string(), atMost: Percent }).optional(),
      }),
    ])
    .optional(),
  output: z.strictObject({ schema: z.record(z.string(), JsonValue) }).optional(),
});
export type StepDocument = z.infer<typeof StepDocument>;

const InputDocument = z.strictObject({
  type: z.enum(['string', 'number', 'boolean']),
  description: text.optional(),
  from: z.string().optional(),
  default: JsonValue.optional(),
  required: z.boolean().optional(),
  pattern: z.string().max(500).optional(),
  enum: z.array(JsonValue).min(1).optional(),
});

const ScheduleDocument = z.strictObject({
  name: identifier.optional(),
  cron: z.string(),
  timezone: z.string().optional(),
  inputs: z.record(identifier, JsonValue).optional(),
  catchUp: CatchUp.optional(),
  catchUpMax: z.number().int().min(1).max(1000).optional(),
  approval: z.strictObject({ from: names, expiresIn: Duration.optional() }).optional(),
  drill: z.boolean().optional(),
});

const DrillAlertDocument = z.strictObject({
  source: z.string().min(1).exactOptional(),
  title: z.string().min(1).max(500).exactOptional(),
  severity: Severity.exactOptional(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()).exactOptional(),
});

const DrillDocument = z.strictObject({
  alert: DrillAlertDocument.optional(),
  inputs: z.record(identifier, JsonValue).optional(),
  undo: z.boolean().optional(),
});

const objective = z.number().gt(0, 'must be above 0').max(100, 'must be a percentage, 100 at most');

const SloDocument = z.strictObject({
  window: SloWindow.optional(),
  success: objective.optional(),
  withinSla: objective.optional(),
  approvalWait: z.strictObject({ within: Duration, objective }).optional(),
});

const TrustDocument = z.strictObject({
  start: z.enum(['trusted', 'supervised']).optional(),
  cleanRuns: z.number().int().min(1).max(1000).optional(),
  undoProvenWithin: Duration.optional(),
  reviewEvery: Duration.optional(),
});

/** A playbook file. */
export const PlaybookDocument = z.strictObject({
  apiVersion: z.literal('firebreak/v1'),
  name: identifier,
  version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'must be a version such as 1.2.0'),
  description: text.optional(),
  owner: z.strictObject({ product: text, technical: text, escalation: text }),
  sla: z.strictObject({ completeWithin: Duration, objective: z.number().min(0).max(100).optional() }).optional(),
  slo: SloDocument.optional(),
  trust: TrustDocument.optional(),
  runbook: z
    .string()
    .max(2000)
    .regex(/^https?:\/\/\S+$/, 'must be a link that begins with https:// or http://')
    .optional(),
  dependencies: words.optional(),
  dataCategories: words.optional(),
  class: PlaybookClass.optional(),
  labels: PlaybookLabels.optional(),
  environment: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be the name of an environment: lower-case letters, digits, - and _')
    .optional(),
  triggers: z.array(z.strictObject({ source: z.string(), when: z.string().optional() })).optional(),
  schedule: z.array(ScheduleDocument).min(1).max(20).optional(),
  drill: DrillDocument.optional(),
  inputs: z.record(identifier, InputDocument).optional(),
  env: z.array(z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable')).optional(),
  timeout: Duration.optional(),
  concurrency: z
    .strictObject({ key: z.string(), onConflict: z.enum(['queue', 'skip', 'cancel']).optional() })
    .optional(),
  cooldown: z
    .strictObject({
      key: z.string(),
      window: Duration,
      atMost: z.number().int().min(1).max(1000).optional(),
      then: z.enum(['ask', 'skip']).optional(),
    })
    .optional(),
  maxTargets: z.number().int().min(1).optional(),
  steps: z.array(StepDocument).min(1).max(500),
  finally: z.array(StepDocument).max(100).optional(),
  outputs: z.record(identifier, z.string()).optional(),
});
export type PlaybookDocument = z.infer<typeof PlaybookDocument>;

/** JSON Schema of playbook files, for editors. */
export function playbookJsonSchema(): unknown {
  return z.toJSONSchema(PlaybookDocument, { io: 'input', unrepresentable: 'any' });
}
