// What /api/v1 takes about a request for approval: the decision, and what comes before it. Parses and hands on; the rules are behind the
// operations.
import type { ApiDecidedApproval } from '../../contract/run.ts';
import type { Principal } from '../../core/authority/principal.ts';
import { runOfApproval } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Assertion } from '../../core/step-up/assertion.ts';
import type { Operations } from '../../ports/operations.ts';
import type { SeenReads } from '../../ports/reads.ts';
import type { KeyedCommand } from './once.ts';
import { type OrderDeps, orderOnce } from './order-once.ts';
import type { ServeRoutes } from './serve-routes.ts';

type Of = { readonly approvalId: string; readonly principal: Principal; readonly reads: SeenReads };
type Decide = Parameters<Operations['decideApproval']>[0];
type Attend = Parameters<Operations['attendApproval']>[0];
type Decision =
  | { decision: 'approve'; planDigest: string; assertion?: Assertion | undefined }
  | { decision: 'deny'; planDigest?: string };
type Order =
  | { order: 'question'; question: string }
  | { order: 'reassign'; to: string; reason?: string | undefined; until?: string | undefined }
  | { order: 'remind' | 'refresh' };

/** Adds the routes. */
export function addApprovalOrders(serve: ServeRoutes, deps: OrderDeps): void {
  async function once(
    { approvalId, reads }: Omit<Of, 'principal'>,
    command: KeyedCommand,
    order: () => ReturnType<Operations['decideApproval']>,
  ): Promise<Result<ApiDecidedApproval, Refusal>> {
    const runId = runOfApproval(approvalId);
    if (runId === null) return err({ code: 'not_found', message: `${approvalId} is no approval id` });
    let answered = approvalId;
    const ordered = await orderOnce(deps, { runId, reads }, command, async () => {
      const outcome = await order();
      if (outcome.ok) answered = outcome.value.approval.id;
      return outcome;
    });
    if (!ordered.ok) return ordered;
    const approval = ordered.value.approvals[answered];
    if (!approval) throw new Error(`${answered} has just been changed and is not there`);
    return ok({ run: ordered.value, approval });
  }
  function decide(
    { approvalId, principal, reads }: Of,
    reason: string | undefined,
    command: KeyedCommand,
    decision: Decision,
  ) {
    const request: Decide = { principal, cause: command.cause, approvalId, ...decision };
    return once({ approvalId, reads }, command, () =>
      deps.operations.decideApproval(reason === undefined ? request : { ...request, reason }),
    );
  }
  function attend({ approvalId, principal, reads }: Of, command: KeyedCommand, order: Order) {
    const request: Attend = { principal, cause: command.cause, approvalId, ...order };
    return once({ approvalId, reads }, command, () => deps.operations.attendApproval(request));
  }
  serve.order(
    'POST /approvals/:id/approve',
    ({ params, body: { reason, planDigest, assertion }, principal, reads }, command) =>
      decide({ approvalId: params.id, principal, reads }, reason, command, {
        decision: 'approve',
        planDigest,
        ...(assertion && { assertion }),
      }),
  );
  serve.order('POST /approvals/:id/deny', ({ params, body: { reason, planDigest }, principal, reads }, command) =>
    decide({ approvalId: params.id, principal, reads }, reason, command, {
      decision: 'deny',
      ...(planDigest !== undefined && { planDigest }),
    }),
  );
  serve.order('POST /approvals/:id/break-glass', ({ params, body, principal, reads }, command) => {
    const { reason, planDigest, assertion } = body;
    const request = { principal, cause: command.cause, approvalId: params.id, reason, planDigest, assertion };
    return once({ approvalId: params.id, reads }, command, () => deps.operations.breakGlass(request));
  });
  serve.order('POST /approvals/:id/delegate', ({ params, body: { to, reason, until }, principal, reads }, command) =>
    attend({ approvalId: params.id, principal, reads }, command, { order: 'reassign', to, reason, until }),
  );
  serve.order('POST /approvals/:id/ask', ({ params, body: { question }, principal, reads }, command) =>
    attend({ approvalId: params.id, principal, reads }, command, { order: 'question', question }),
  );
  for (const order of ['remind', 'refresh'] as const)
    serve.order(`POST /approvals/:id/${order}`, ({ params, principal, reads }, command) =>
      attend({ approvalId: params.id, principal, reads }, command, { order }),
    );
}
