// The shape of a policy file, and of the tests beside its rules, as people write them. Unknown keys are errors. What an expression means
// is checked in read-policy.ts.
import { z } from 'zod';
import { JsonValue } from '../alert/alert.ts';
import { isTimeZone } from '../alert/local-time.ts';
import { Duration } from '../time.ts';
import { JudgedAt } from './rulebook.ts';

/** Names of policies, freezes and environments. */
export const ruleName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _ (63 at most)');

const quorum = z.number().int().min(1, 'must be 1 at least').max(20, 'must be 20 at most');
const expiresIn = Duration.refine((ms) => ms >= 1000, 'must be 1s at least');
const yes = z.literal(true, { error: 'must be true, or be left out: a policy cannot loosen' });
const text = z.string().min(1).max(1000);

/** People who must agree. */
export const DemandDocument = z.strictObject({
  from: z.array(z.string().min(1)).min(1, 'must name who is asked'),
  quorum: quorum.optional(),
  expiresIn: expiresIn.optional(),
  excludeRequester: yes.optional(),
  stepUp: yes.optional(),
});

const TighteningDocument = z
  .strictObject({
    quorum: quorum.optional(),
    expiresIn: expiresIn.optional(),
    excludeRequester: yes.optional(),
    stepUp: yes.optional(),
  })
  .refine(
    (given) => Object.keys(given).length > 0,
    'must say what is made stricter: quorum, expiresIn, excludeRequester or stepUp',
  );

const EffectDocument = z
  .strictObject({
    deny: text.optional(),
    requireApproval: DemandDocument.optional(),
    tighten: TighteningDocument.optional(),
    note: text.optional(),
  })
  .refine(
    (given) => Object.keys(given).length > 0,
    'must be deny, requireApproval, tighten or note; a policy cannot allow anything',
  )
  .refine(
    ({ deny, requireApproval, tighten }) =>
      deny === undefined || (requireApproval === undefined && tighten === undefined),
    'contradicts itself: what is denied is asked of nobody; write two rules, or one of the two',
  );

const RuleDocument = z.strictObject({
  id: ruleName,
  at: z.union([JudgedAt.transform((one) => [one]), z.array(JudgedAt).min(1)]).optional(),
  when: z.union([z.string(), z.boolean()]).optional(),
  effect: EffectDocument,
});

/** What is given to a policy by a test: any of the inputs, each in part or whole. */
const Given = z.record(z.string(), JsonValue);

/** One test. */
export const PolicyCase = z.strictObject({
  name: z.string().min(1).max(200),
  at: JudgedAt.optional(),
  given: Given.optional(),
  /** Absent effects are not looked at; `none`: nothing at all holds. */
  expect: z
    .strictObject({
      none: z.literal(true).optional(),
      /** Part of the words, or true: whatever they are; false: it is not denied. */
      deny: z.union([z.string(), z.boolean()]).optional(),
      requireApproval: z.union([z.boolean(), DemandDocument.partial()]).optional(),
      tighten: z.union([z.boolean(), TighteningDocument]).optional(),
      note: z.union([z.string(), z.boolean()]).optional(),
      /** Ids of the rules that hold, all of them. */
      rules: z.array(z.string()).optional(),
    })
    .refine((given) => Object.keys(given).length > 0, 'must say what is expected'),
});
export type PolicyCase = z.infer<typeof PolicyCase>;

/** Tests of a policy, in a file of their own. */
export const PolicyTests = z.strictObject({ tests: z.array(PolicyCase).min(1).max(500) });

/** A policy file. */
export const PolicyDocument = z.strictObject({
  apiVersion: z.literal('firebreak/v1'),
  name: ruleName,
  description: z.string().max(4000).optional(),
  timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin or UTC').optional(),
  rules: z.array(RuleDocument).min(1, 'must hold one rule at least').max(100),
  tests: z.array(PolicyCase).max(500).optional(),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** JSON Schema of policy files, for editors. */
export function policyJsonSchema(): unknown {
  return z.toJSONSchema(PolicyDocument, { io: 'input', unrepresentable: 'any' });
}
