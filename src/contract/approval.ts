// A request for a decision over the API, with exactly what it asks to run.
import { z } from 'zod';
import { ApiActor } from './actor.ts';
import { AnyJson } from './json.ts';
import { ApiApprovalRule, ApiPlaybookRef, ApiRisk } from './playbook.ts';

/** What exactly would run. Secrets are masked. */
export const ApiPlan = z.object({
  runId: z.string(),
  playbook: ApiPlaybookRef,
  step: z.string(),
  round: z.int(),
  name: z.string().optional().describe('What its step is called, where it has a name besides its id'),
  summary: z.string().optional().describe('What it does, in one line for people'),
  uses: z.string(),
  with: AnyJson,
  target: z.string().nullable(),
  risk: ApiRisk,
  timeoutMs: z.int(),
  reversible: z.boolean(),
  undo: z.object({ uses: z.string(), with: AnyJson }).nullable(),
});
export type ApiPlan = z.infer<typeof ApiPlan>;

/** Where a request stands. */
export const ApiApprovalStatus = z.enum(['open', 'granted', 'denied', 'expired', 'voided']);
export type ApiApprovalStatus = z.infer<typeof ApiApprovalStatus>;

const noted = { by: ApiActor, at: z.string() };

/** What somebody did about a request without deciding it. */
export const ApiApprovalNote = z.discriminatedUnion('type', [
  z.object({ ...noted, type: z.literal('questioned'), question: z.string() }),
  z.object({ ...noted, type: z.literal('reassigned'), to: z.array(z.string()), reason: z.string().nullable() }),
  z.object({ ...noted, type: z.literal('reminded') }),
  z.object({ ...noted, type: z.literal('fell_back'), to: z.array(z.string()), empty: z.array(z.string()) }),
  z.object({
    ...noted,
    type: z.literal('bypassed'),
    reason: z.string(),
    names: z.array(z.string()).describe('Whose decision it was'),
    missing: z.array(z.string()).describe('What the rule still wanted, in words'),
  }),
  z.object({
    ...noted,
    type: z.literal('notified'),
    notify: z.string().describe('The endpoint that was to be told'),
    delivered: z.boolean(),
    message: z.string().nullable(),
  }),
]);
export type ApiApprovalNote = z.infer<typeof ApiApprovalNote>;

/** One request for a decision. */
export const ApiApproval = z.object({
  id: z.string(),
  step: z.string(),
  status: ApiApprovalStatus,
  plan: ApiPlan,
  planDigest: z.string().describe('What an approval is bound to'),
  rule: ApiApprovalRule,
  requestedAt: z.string(),
  expiresAt: z.string(),
  escalateAt: z.string().nullable(),
  escalated: z.boolean(),
  nextRungAt: z.string().nullable().describe('When further people, or an endpoint, are called; null: nobody else is'),
  because: z.array(z.string()).describe('What policies and freezes said of it, a line each; empty: nothing'),
  missing: z.array(z.string()).describe('What the rule still wants, in words: `one more from @sre`; empty: nothing'),
  gates: z
    .array(
      z.object({
        name: z.string(),
        passed: z.boolean().nullable().describe('null: it has not answered yet'),
        at: z.string().nullable(),
        status: z.int().nullable(),
        message: z.string().nullable(),
      }),
    )
    .describe('Checks that must say yes besides the people'),
  approvals: z.array(z.object({ actor: ApiActor, at: z.string() })).describe('Who has agreed so far'),
  assigned: z
    .array(z.string())
    .nullable()
    .describe('Who is asked in the place of `rule.from`; null: it was not reassigned'),
  assignedUntil: z.string().nullable().describe('When that ends by itself; null: with the request'),
  notes: z.array(ApiApprovalNote).describe('Questions, hand-overs and reminders, the oldest first'),
  decidedAt: z.string().nullable(),
  decidedBy: ApiActor.nullable(),
  reason: z.string().nullable(),
  validUntil: z.string().nullable().describe('Until when a granted one lets its step start'),
});
export type ApiApproval = z.infer<typeof ApiApproval>;

/** A request with where it belongs, as lists have it. */
export const ApiListedApproval = z.object({
  runId: z.string(),
  incidentId: z.string(),
  approval: ApiApproval,
  refusal: z.string().nullable().describe('Why whoever asks may not decide it; null: he, she or it may'),
  excluded: z
    .string()
    .nullable()
    .describe(
      'Why whoever asks may only deny it, such as having started the run; null: nothing excludes him, her or it',
    ),
});
export type ApiListedApproval = z.infer<typeof ApiListedApproval>;
