// Routes of requests for a decision.
import { z } from 'zod';
import { ApiApprovalStatus, ApiListedApproval } from '../approval.ts';
import { pageOf, paging } from '../paging.ts';
import { ApiAssertion, ApiPasskeyChallenge } from '../passkey.ts';
import { KeyHeader, mustSayWhy, PathId, reason } from '../requests.ts';
import type { RouteTable } from '../route.ts';
import { ApiDecidedApproval } from '../run.ts';

const ApprovalQuery = z.strictObject({ ...paging('run'), status: ApiApprovalStatus.optional() });

const decided = { 200: { description: 'The approval and its run after it', schema: ApiDecidedApproval } };

const planDigest = z.string().min(1).max(100);
const assertion = ApiAssertion.optional().describe('What a passkey of yours signed, where it takes one');
const ApproveBody = z.strictObject({
  reason,
  planDigest: planDigest.describe('`planDigest` of the approval as it was looked at; another plan is refused'),
  assertion,
});
const DelegateBody = z.strictObject({
  to: z
    .string()
    .min(1)
    .max(100)
    .describe(
      'A role of its rule, such as `@sre-lead`, or a person who belongs to one: a Slack user id or a key under `people:`',
    ),
  reason,
  until: z.iso
    .datetime({ offset: true })
    .transform((at) => new Date(at).toISOString())
    .optional()
    .describe('When it ends by itself, and those of the rule are asked again; absent: with the request'),
});
const AskBody = z.strictObject({ question: z.string().trim().min(1).max(1000).describe('What you want to know') });
const attended = {
  200: {
    description: 'The request that is open then, and its run: another one where the plan had changed',
    schema: ApiDecidedApproval,
  },
};
const BreakGlassBody = z.strictObject({
  reason: mustSayWhy(1000).describe('Why; whoever is bypassed reads it'),
  planDigest: planDigest.describe('`planDigest` of the approval as it was looked at; another plan is refused'),
  assertion,
});
const DenyBody = z.strictObject({ reason, planDigest: planDigest.optional() });

/** Routes of approvals. */
export const approvalRoutes = {
  'GET /approvals': {
    tag: 'approvals',
    summary: 'Requests for a decision; a page counts runs',
    right: 'view',
    query: ApprovalQuery,
    answers: {
      200: { description: 'Approvals with their run and incident, newest first', schema: pageOf(ApiListedApproval) },
    },
  },
  'POST /approvals/:id/approve': {
    tag: 'approvals',
    summary: 'Decide: approve exactly this plan',
    right: 'approve',
    params: PathId,
    headers: KeyHeader,
    body: ApproveBody,
    answers: decided,
  },
  'POST /approvals/:id/challenge': {
    tag: 'approvals',
    summary: 'Begin approving, or breaking the glass, with a passkey: a challenge made of exactly this plan',
    right: 'approve',
    params: PathId,
    body: z.strictObject({ planDigest }),
    answers: { 200: { description: 'What the browser is to be asked', schema: ApiPasskeyChallenge } },
  },
  'POST /approvals/:id/deny': {
    tag: 'approvals',
    summary: 'Decide: deny',
    right: 'approve',
    params: PathId,
    headers: KeyHeader,
    body: DenyBody,
    answers: decided,
  },
  'POST /approvals/:id/break-glass': {
    tag: 'approvals',
    summary: 'Let exactly this plan go on without those who would have to agree; they are told, and a review is owed',
    right: 'bypass',
    params: PathId,
    headers: KeyHeader,
    body: BreakGlassBody,
    answers: decided,
  },
  'POST /approvals/:id/delegate': {
    tag: 'approvals',
    summary: 'Hand it on to others whom its rule lets decide',
    right: 'attend',
    params: PathId,
    headers: KeyHeader,
    body: DelegateBody,
    answers: attended,
  },
  'POST /approvals/:id/remind': {
    tag: 'approvals',
    summary: 'Have those who may decide called once more, every five minutes at the utmost',
    right: 'attend',
    params: PathId,
    headers: KeyHeader,
    body: z.strictObject({}),
    answers: attended,
  },
  'POST /approvals/:id/ask': {
    tag: 'approvals',
    summary: 'Ask for more information; it stays open',
    right: 'attend',
    params: PathId,
    headers: KeyHeader,
    body: AskBody,
    answers: attended,
  },
  'POST /approvals/:id/refresh': {
    tag: 'approvals',
    summary: 'Make its plan anew; another plan is asked about anew',
    right: 'attend',
    params: PathId,
    headers: KeyHeader,
    body: z.strictObject({}),
    answers: attended,
  },
} satisfies RouteTable;
