// A request for a decision over the API, with exactly what it asks to run.
import { z } from 'zod';
import { Actor } from './actor.ts';
import { AnyJson } from './json.ts';
import { ApprovalRule, PlaybookRef, Risk } from './playbook.ts';

/** What exactly would run. Secrets are masked. */
export const Plan = z.object({
  runId: z.string(),
  playbook: PlaybookRef,
  step: z.string(),
  round: z.int(),
  uses: z.string(),
  with: AnyJson,
  target: z.string().nullable(),
  risk: Risk,
  timeoutMs: z.int(),
  reversible: z.boolean(),
  undo: z.object({ uses: z.string(), with: AnyJson }).nullable(),
  summary: z.string().optional().describe('The action in one line for people; no part of the digest'),
});
export type Plan = z.infer<typeof Plan>;

/** Where a request stands. */
export const ApprovalStatus = z.enum(['open', 'granted', 'denied', 'expired', 'voided']);
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

/** One request for a decision. */
export const Approval = z.object({
  id: z.string(),
  step: z.string(),
  status: ApprovalStatus,
  plan: Plan,
  planDigest: z.string().describe('What an approval is bound to'),
  rule: ApprovalRule,
  requestedAt: z.string(),
  expiresAt: z.string(),
  escalateAt: z.string().nullable(),
  escalated: z.boolean(),
  approvals: z.array(z.object({ actor: Actor, at: z.string() })).describe('Who has agreed so far'),
  decidedAt: z.string().nullable(),
  decidedBy: Actor.nullable(),
  reason: z.string().nullable(),
  validUntil: z.string().nullable().describe('Until when a granted one lets its step start'),
});
export type Approval = z.infer<typeof Approval>;

/** A request with where it belongs, as lists have it. */
export const ListedApproval = z.object({ runId: z.string(), incidentId: z.string(), approval: Approval });
export type ListedApproval = z.infer<typeof ListedApproval>;
