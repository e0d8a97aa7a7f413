// A playbook over the API: as it is compiled, every default filled in and every duration in milliseconds.
import { z } from 'zod';
import { AnyJson, JsonMembers } from './json.ts';

/** How risky a step is. */
export const ApiRisk = z.enum(['low', 'medium', 'high']);
export type ApiRisk = z.infer<typeof ApiRisk>;

/** Classes of errors. */
export const ApiErrorClass = z.enum([
  'transient',
  'rate_limited',
  'timeout',
  'auth',
  'invalid',
  'denied',
  'conflict',
  'unknown_outcome',
]);
export type ApiErrorClass = z.infer<typeof ApiErrorClass>;

/** Names one exact version. */
export const ApiPlaybookRef = z.object({ name: z.string(), version: z.string(), digest: z.string() });
export type ApiPlaybookRef = z.infer<typeof ApiPlaybookRef>;

/** Who may decide, and how many of them. */
export const ApiApprovalRule = z.object({
  from: z.array(z.string()).describe('Roles such as `@sre`, or people'),
  quorum: z.int(),
  expiresInMs: z.int(),
  escalate: z.array(z.string()),
  excludeRequester: z.boolean(),
  stepUp: z.boolean().describe("True: an approval counts only with an assertion of the approver's own passkey"),
  who: z.string().describe('Who must agree, in words: `2 of @sre and 1 of @lead`'),
  conditions: z
    .array(z.string())
    .describe('What else the rule says, in words: who is called further, what must answer'),
  policy: z
    .string()
    .nullable()
    .describe('The named approval policy it was taken from; null: the playbook says it itself'),
});
export type ApiApprovalRule = z.infer<typeof ApiApprovalRule>;

/** An action with the template of its input. */
export const ApiActionCall = z.object({
  uses: z.string(),
  with: AnyJson,
  risk: ApiRisk,
  approval: ApiApprovalRule.nullable(),
  timeoutMs: z.int(),
  retry: z.object({
    maxAttempts: z.int(),
    baseDelayMs: z.int(),
    maxDelayMs: z.int(),
    budgetMs: z.int().describe('Time from the first start within which a retry may begin'),
    on: z.array(ApiErrorClass),
  }),
  replay: z.enum(['safe', 'probe', 'ask']).describe('What to do when it is unknown whether it took effect'),
});
export type ApiActionCall = z.infer<typeof ApiActionCall>;

/** One step of a playbook. */
export const ApiPlaybookStep = ApiActionCall.extend({
  id: z.string(),
  name: z.string(),
  needs: z.array(z.string()),
  if: z.string().nullable(),
  target: z.string().nullable(),
  capture: z.array(z.object({ name: z.string(), from: z.string(), type: z.string().optional() })),
  verify: z
    .object({ uses: z.string().nullable(), with: AnyJson, until: z.string(), everyMs: z.int(), withinMs: z.int() })
    .nullable(),
  compensate: ApiActionCall.nullable(),
  reversible: z.boolean(),
  onFailure: z.enum(['stop', 'continue', 'compensate', 'escalate']),
  runsOn: z.string().describe('Pool of workers'),
  forEach: z
    .object({
      items: z.string(),
      maxParallel: z.int(),
      ramp: z
        .enum(['exponential'])
        .optional()
        .describe('One item first, then twice as many for each wave that ends well'),
      stopAfterErrors: z
        .object({ unit: z.enum(['items', 'percent']), value: z.number() })
        .optional()
        .describe('So many failed items, after which no further one is begun'),
      share: z
        .object({ of: z.string(), atMostPercent: z.number() })
        .optional()
        .describe('How many percent of a group one run may touch'),
    })
    .nullable(),
  outputSchema: JsonMembers.nullable().describe('JSON Schema that the output must fit'),
});
export type ApiPlaybookStep = z.infer<typeof ApiPlaybookStep>;

/** A playbook in force. */
export const ApiPlaybook = ApiPlaybookRef.extend({
  apiVersion: z.string(),
  description: z.string(),
  owner: z.object({ product: z.string(), technical: z.string(), escalation: z.string() }),
  sla: z.object({ completeWithinMs: z.number(), objective: z.number() }).nullable(),
  slo: z
    .object({
      windowMs: z.number().nullable(),
      success: z.number().nullable().describe('Percent of runs that are to succeed'),
      withinSla: z.number().nullable().describe('Percent of runs that are to succeed within the SLA'),
      approvalWait: z.object({ withinMs: z.number(), objective: z.number() }).nullable(),
    })
    .nullable()
    .describe('What it promises of itself; null: what the configuration says for all'),
  runbook: z.string().nullable().describe('What people read when its runs need them'),
  class: z.enum(['critical', 'important', 'bestEffort']).describe('How much depends on it'),
  triggers: z.array(z.object({ source: z.string(), when: z.string().nullable() })),
  schedule: z.array(
    z.object({
      name: z.string(),
      cron: z.string(),
      timezone: z.string(),
      inputs: JsonMembers,
      catchUp: z.enum(['skip', 'latest', 'all']),
      catchUpMax: z.int(),
      approval: z.object({ from: z.array(z.string()), expiresInMs: z.int() }).nullable(),
    }),
  ),
  inputs: z.record(
    z.string(),
    z.object({
      type: z.enum(['string', 'number', 'boolean']),
      description: z.string(),
      from: z.string().nullable(),
      default: AnyJson,
      required: z.boolean(),
      pattern: z.string().nullable(),
      enum: z.array(AnyJson).nullable(),
    }),
  ),
  env: z.array(z.string()).describe('Names of the environment variables that it may read'),
  timeoutMs: z.int(),
  concurrency: z.object({ key: z.string(), onConflict: z.enum(['queue', 'skip', 'cancel']) }).nullable(),
  cooldown: z
    .object({ key: z.string(), windowMs: z.number(), onRepeat: z.enum(['ask', 'skip']), atMost: z.int().optional() })
    .nullable(),
  steps: z.array(ApiPlaybookStep),
  finally: z.array(ApiPlaybookStep),
  outputs: z.record(z.string(), z.string()),
  maxTargets: z.int().nullable(),
});
export type ApiPlaybook = z.infer<typeof ApiPlaybook>;
