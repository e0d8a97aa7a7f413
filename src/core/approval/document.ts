// An approval as people write it: in a step of a playbook, or by name under `approvals:` in firebreak.yaml. The shape, and what it compiles
// to; whether it makes sense is said by faults.ts.
import { z } from 'zod';
import type { ApprovalRule } from '../playbook/playbook.ts';
import { Duration } from '../time.ts';
import type { ApprovalFactor, ApprovalRung, Threshold } from './rule.ts';
import { namesOf, peopleOf } from './threshold.ts';

const names = z.array(z.string().min(1)).min(1).max(50);
const count = z.number().int().min(1).max(20);
const Name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _');

const FactorDocument = z.strictObject({
  n: count.default(1),
  of: names,
  where: z.string().min(1).optional(),
  groups: z.number().int().min(2).max(20).optional(),
});
const AllOf = z.array(FactorDocument).min(1).max(20);

const RungDocument = z.strictObject({
  after: Duration,
  to: z.union([names, z.strictObject({ webhook: Name })], {
    error: 'must be a list such as ["@sre-lead"], or { webhook: NAME }',
  }),
});

const GateDocument = z.strictObject({
  name: Name,
  http: z.strictObject({ url: z.string().max(2000), method: z.enum(['GET', 'POST']).optional() }),
  expect: z.string().min(1).optional(),
  timeout: Duration.optional(),
});

const rule = {
  from: names.optional(),
  quorum: count.optional(),
  allOf: AllOf.optional(),
  anyOf: z
    .array(z.strictObject({ allOf: AllOf, people: count.optional() }))
    .min(1)
    .max(10)
    .optional(),
  people: count.optional(),
  expiresIn: Duration.optional(),
  escalate: names.optional(),
  ladder: z.array(RungDocument).min(1).max(10).optional(),
  fallback: names.optional(),
  gates: z.array(GateDocument).min(1).max(10).optional(),
  excludeRequester: z.boolean().optional(),
  stepUp: z.boolean().optional(),
};

/** One under `approvals:` in firebreak.yaml. It is built on no other one, so that there are no loops. */
export const NamedApprovalDocument = z.strictObject(rule);
export type NamedApprovalDocument = z.output<typeof NamedApprovalDocument>;

/** One of a step. */
export const ApprovalDocument = z.strictObject({ ...rule, policy: Name.optional() });
export type ApprovalDocument = z.output<typeof ApprovalDocument>;

/** The approval policies of the configuration, by name. */
export type ApprovalPolicies = { readonly [name: string]: ApprovalRule };

const minute = 60_000;

/** The rule that is stored. A policy comes in whole; what the step says beside it can only make it stricter. */
export function compileApproval(document: ApprovalDocument, policies: ApprovalPolicies = {}): ApprovalRule {
  const { policy } = document;
  const named = policy !== undefined && Object.hasOwn(policies, policy) ? policies[policy] : undefined;
  if (named && policy !== undefined)
    return {
      ...named,
      policy,
      excludeRequester: named.excludeRequester || document.excludeRequester === true,
      ...(document.stepUp === true && { stepUp: true as const }),
    };
  const thresholds = thresholdsOf(document);
  const from = thresholds === null ? (document.from ?? []) : namesOf(thresholds);
  return {
    from: [...from],
    quorum: thresholds === null ? (document.quorum ?? 1) : Math.min(...thresholds.map(peopleOf)),
    expiresInMs: document.expiresIn ?? 15 * minute,
    escalate: document.escalate ?? [],
    excludeRequester: document.excludeRequester ?? false,
    ...(document.stepUp === true && { stepUp: true as const }),
    ...(thresholds !== null && { thresholds }),
    ...(document.ladder && { ladder: document.ladder.map(rungOf) }),
    ...(document.fallback && { fallback: document.fallback }),
    ...(document.gates && {
      gates: document.gates.map(({ name, http, expect = 'status == 200', timeout = 5000 }) => ({
        name,
        url: http.url,
        method: http.method ?? ('GET' as const),
        expect,
        timeoutMs: timeout,
      })),
    }),
  };
}

/** The thresholds of a document; null: it has the short form. */
export function thresholdsOf({ anyOf, allOf, people }: ApprovalDocument): Threshold[] | null {
  if (anyOf) return anyOf.map((one) => thresholdOf(one.allOf, one.people));
  return allOf ? [thresholdOf(allOf, people)] : null;
}

const thresholdOf = (factors: z.output<typeof AllOf>, people: number | undefined): Threshold => ({
  factors: factors.map(
    ({ n, of, where, groups }): ApprovalFactor => ({
      n,
      of: [...new Set(of)],
      ...(where !== undefined && { where }),
      ...(groups !== undefined && { groups }),
    }),
  ),
  ...(people !== undefined && { people }),
});

const rungOf = ({ after, to }: z.output<typeof RungDocument>): ApprovalRung =>
  Array.isArray(to) ? { afterMs: after, to } : { afterMs: after, to: [], notify: to.webhook };
