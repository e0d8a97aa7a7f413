// Policies, freezes and what they say of a playbook, over the API. Shapes only.
import { z } from 'zod';

const DemandedApproval = z.object({
  from: z.array(z.string()),
  quorum: z.int(),
  expiresInMs: z.number().nullable(),
  excludeRequester: z.boolean(),
  stepUp: z.boolean(),
});

const ApiPolicy = z.object({
  name: z.string(),
  description: z.string(),
  timeZone: z.string(),
  rules: z.array(
    z.object({
      id: z.string(),
      at: z.array(z.string()).describe('When it is asked: start, step, order, policyChange'),
      when: z.string(),
      effect: z.string().describe('In words'),
    }),
  ),
});

/** The rules in force. */
export const ApiPolicies = z.object({
  rulebook: z.string().describe('Digest of policies, freezes and environments together'),
  since: z.string().nullable().describe('Since when they are in force; null: nothing was ever ruled'),
  refused: z.string().nullable().describe('Digest of the latest change that those in force denied; null: none'),
  items: z.array(ApiPolicy),
});
export type ApiPolicies = z.infer<typeof ApiPolicies>;

const ApiFreeze = z.object({
  name: z.string(),
  reason: z.string(),
  holds: z.boolean().describe('Now'),
  startsAt: z
    .string()
    .nullable()
    .describe('Since when it holds, or when it comes next; null: it does not, or long ago'),
  endsAt: z.string().nullable().describe('Until then; null: no end is known, or it does not come'),
  then: z.enum(['deny', 'ask']),
  asks: z.array(z.string()).describe('Who is asked in the meantime'),
  undo: z.enum(['allow', 'hold']),
  risk: z.string().describe('Steps of this risk and above are held'),
  environments: z.array(z.string()).nullable(),
  playbooks: z.array(z.string()).nullable(),
});

/** Every freeze. */
export const ApiFreezes = z.object({ at: z.string(), items: z.array(ApiFreeze) });
export type ApiFreezes = z.infer<typeof ApiFreezes>;

/** What is said of one start or step. */
const ApiExplainedRules = z.object({
  step: z.string().nullable().describe('null: the start of the run'),
  outcome: z.enum(['go', 'ask', 'denied', 'frozen', 'unknown']),
  reason: z.string().nullable(),
  rule: DemandedApproval.nullable().describe('Who would be asked'),
  rules: z.array(z.object({ policy: z.string(), rule: z.string() })),
  freezes: z.array(z.object({ name: z.string(), until: z.string().nullable() })),
  saw: z.record(z.string(), z.unknown()).describe('The inputs that the rules which hold have looked at'),
  says: z.array(z.string()),
});

/** All of it. */
export const ApiExplainedPolicies = z.object({
  rulebook: z.string(),
  at: z.string(),
  environment: z.object({ name: z.string().nullable(), because: z.string() }),
  items: z.array(ApiExplainedRules),
});
export type ApiExplainedPolicies = z.infer<typeof ApiExplainedPolicies>;

/** Past decisions that other policies would have made differently. */
export const ApiPolicyDiff = z.object({
  judged: z.int().describe('Judgements that were looked at'),
  items: z.array(
    z.object({
      at: z.string(),
      run: z.string(),
      step: z.string().nullable(),
      judgedAt: z.string(),
      outcome: z
        .enum(['differs', 'unknown'])
        .describe('unknown: a rule looks at what was not recorded, and may hold or not'),
      before: z.array(z.string()).describe('What was said'),
      after: z.array(z.string()).describe('What would be said'),
      missing: z.array(z.string()).describe('What was not recorded'),
    }),
  ),
});
export type ApiPolicyDiff = z.infer<typeof ApiPolicyDiff>;
