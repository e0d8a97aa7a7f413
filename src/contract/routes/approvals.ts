// Routes of requests for a decision.
import { z } from 'zod';
import { ApprovalStatus, ListedApproval } from '../approval.ts';
import { pageOf, paging } from '../paging.ts';
import { KeyHeader, OrderBody, PathId } from '../requests.ts';
import type { RouteContract, RouteTable } from '../route.ts';
import { DecidedApproval } from '../run.ts';

const ApprovalQuery = z.strictObject({ ...paging('run'), status: ApprovalStatus.optional() });

const decision = (summary: string) =>
  ({
    tag: 'approvals',
    summary,
    right: 'approve',
    params: PathId,
    headers: KeyHeader,
    body: OrderBody,
    answers: { 200: { description: 'The approval and its run after it', schema: DecidedApproval } },
  }) satisfies RouteContract;

/** Routes of approvals. */
export const approvalRoutes = {
  'GET /approvals': {
    tag: 'approvals',
    summary: 'Requests for a decision; a page counts runs',
    right: 'view',
    query: ApprovalQuery,
    answers: {
      200: { description: 'Approvals with their run and incident, newest first', schema: pageOf(ListedApproval) },
    },
  },
  'POST /approvals/:id/approve': decision('Decide: approve'),
  'POST /approvals/:id/deny': decision('Decide: deny'),
} satisfies RouteTable;
