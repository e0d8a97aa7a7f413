// Routes of requests for a decision.
import { z } from 'zod';
import { ApiApprovalStatus, ApiListedApproval } from '../approval.ts';
import { pageOf, paging } from '../paging.ts';
import { KeyHeader, PathId, reason } from '../requests.ts';
import type { RouteTable } from '../route.ts';
import { ApiDecidedApproval } from '../run.ts';

const ApprovalQuery = z.strictObject({ ...paging('run'), status: ApiApprovalStatus.optional() });

const decided = { 200: { description: 'The approval and its run after it', schema: ApiDecidedApproval } };

const planDigest = z.string().min(1).max(100);
const ApproveBody = z.strictObject({
  reason,
  planDigest: planDigest.describe('`planDigest` of the approval as it was looked at; another plan is refused'),
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
  'POST /approvals/:id/deny': {
    tag: 'approvals',
    summary: 'Decide: deny',
    right: 'approve',
    params: PathId,
    headers: KeyHeader,
    body: DenyBody,
    answers: decided,
  },
} satisfies RouteTable;
