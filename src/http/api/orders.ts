// The ordering half of /api/v1: start a run, order it, decide an approval. Parses and hands on; the rules are behind the operations.
import type { ApiDecidedApproval, ApiRun } from '../../contract/run.ts';
import type { Caller } from '../../core/authority/principal.ts';
import { runOfApproval } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { latestOf, latestText, pinnedText } from '../../core/run/pinned.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { Operations, RunOrder } from '../../ports/operations.ts';
import type { ReadModels, ShowRuns } from '../../ports/reads.ts';
import type { KeyedCommand } from './once.ts';
import type { ReadDeps } from './reads.ts';
import type { RouteRequest, ServeRoutes } from './serve-routes.ts';
import { showIncident } from './show-incident.ts';
import { showKillSwitch } from './show-operation.ts';
import { showDryRun, showRun } from './show-run.ts';

/** What ordering needs. */
export type OrderDeps = {
  readonly operations: Operations;
  readonly reads: Pick<ReadModels, 'run' | 'incident'>;
  readonly show: ShowRuns;
  readonly events: ReadDeps['events'];
  readonly catalog: PlaybookCatalog;
};

/** The run as it stands now, as it is answered. */
async function runNow({ reads, show }: OrderDeps, runId: string): Promise<ApiRun> {
  const row = await reads.run(runId);
  const [run] = row ? await show([row]) : [];
  if (!run) throw new Error(`run ${runId} has just been changed and is not there`);
  return showRun(run);
}

/** True if this very command has changed the run before: a keyed order that comes again is answered with what it led to. */
async function doneBefore(deps: OrderDeps, runId: string, { cause, ids }: KeyedCommand): Promise<boolean> {
  if (ids === null) return false;
  const row = await deps.reads.run(runId);
  if (!row) return false;
  for await (const event of deps.events(row.state.incidentId, 1)) if (event.cause === cause) return true;
  return false;
}

/** Orders something of a run, once however often the command comes; answers the run as it stands after it. */
async function orderOnce(
  deps: OrderDeps,
  runId: string,
  command: KeyedCommand,
  order: () => Promise<Result<unknown, Refusal>>,
): Promise<Result<ApiRun, Refusal>> {
  if (command.again && (await doneBefore(deps, runId, command))) return ok(await runNow(deps, runId));
  const outcome = await order();
  // Its twin may have been faster, and is why this one is refused.
  if (!outcome.ok && !(await doneBefore(deps, runId, command))) return outcome;
  return ok(await runNow(deps, runId));
}

/** Adds the routes. */
export function addOrders(serve: ServeRoutes, deps: OrderDeps): void {
  const { operations } = deps;
  addStart(serve, deps);
  for (const order of ['compensate', 'cancel', 'pause', 'resume', 'done'] as const)
    serve.order(`POST /runs/:id/${order}`, ({ params, body, principal }, command) =>
      orderOnce(deps, params.id, command, () =>
        operations.orderRun(runOrder(params.id, order, body, { principal, cause: command.cause })),
      ),
    );
  serve.order('POST /runs/:id/retry', (asked, command) =>
    asked.body.latest ? startLatest(deps, asked, command) : retryPinned(deps, asked, command),
  );
  serve.order('POST /runs/:id/signals/:name', ({ params: { id: runId, name }, body: { data }, principal }, command) =>
    orderOnce(deps, runId, command, () => operations.signalRun({ principal, cause: command.cause, runId, name, data })),
  );
  addDecisions(serve, deps);
  addKillSwitches(serve, deps);
}

type OrderRequest = Parameters<Operations['orderRun']>[0];
type Said = { readonly reason?: string | undefined; readonly step?: string | undefined };

function runOrder(runId: string, order: RunOrder, { reason, step }: Said, caller: Caller): OrderRequest {
  const request: OrderRequest = { principal: caller.principal, cause: caller.cause, runId, order };
  return { ...request, ...(reason !== undefined && { reason }), ...(step !== undefined && { step }) };
}

type StartRequest = Parameters<Operations['startRun']>[0];

function addStart(serve: ServeRoutes, deps: OrderDeps): void {
  const { operations, reads } = deps;
  serve.order(
    'POST /playbooks/:name/runs',
    async ({ params: { name: playbook }, body, principal }, { cause, ids }) => {
      const { inputs, incident = null, reason } = body;
      const request: StartRequest = { principal, cause, playbook, inputs, incidentId: incident };
      const started = await operations.startRun({
        ...request,
        ...(reason !== undefined && { reason }),
        ...(ids && { ids }),
      });
      if (!started.ok) return started;
      const { runId, incidentId } = started.value.run;
      const opened = await reads.incident(incidentId);
      if (!opened) throw new Error(`run ${runId} was started in an incident that is not there`);
      return ok({ id: runId, run: await runNow(deps, runId), incident: showIncident(opened) });
    },
    ({ params: { name: playbook }, body: { dryRun, inputs, incident = null }, principal }) =>
      dryRun
        ? operations
            .dryRun({ principal, playbook, inputs, incidentId: incident })
            .then((dry) => (dry.ok ? ok(showDryRun(dry.value)) : dry))
        : null,
  );
}

type Retry = RouteRequest<'POST /runs/:id/retry'>;

async function retryPinned(deps: OrderDeps, { params: { id }, body, principal }: Retry, command: KeyedCommand) {
  const retried = await orderOnce(deps, id, command, () =>
    deps.operations.orderRun(runOrder(id, 'retry', body, { principal, cause: command.cause })),
  );
  if (!retried.ok) return retried;
  const message = pinnedText(retried.value, deps.catalog.byName(retried.value.playbook.name));
  return ok({ ...retried.value, retry: { of: id, newRun: false, message } });
}

async function startLatest(deps: OrderDeps, { params: { id }, body, principal }: Retry, { cause, ids }: KeyedCommand) {
  const row = await deps.reads.run(id);
  if (!row) return err<Refusal>({ code: 'not_found', message: `there is no run ${id}` });
  const latest = latestOf(row.state, body);
  if (!latest.ok) return latest;
  const started = await deps.operations.startRun({ ...latest.value, principal, cause, ...(ids && { ids }) });
  if (!started.ok) return started;
  const { run } = started.value;
  const retry = { of: id, newRun: true, message: latestText(row.state, run) };
  return ok({ ...(await runNow(deps, run.runId)), retry });
}

function addDecisions(serve: ServeRoutes, deps: OrderDeps): void {
  type Decide = Parameters<Operations['decideApproval']>[0];
  type Decision = { readonly approvalId: string } & Pick<Caller, 'principal'>;
  async function decide(
    { approvalId, principal }: Decision,
    reason: string | undefined,
    command: KeyedCommand,
    decision: { decision: 'approve'; planDigest: string } | { decision: 'deny'; planDigest?: string },
  ): Promise<Result<ApiDecidedApproval, Refusal>> {
    const runId = runOfApproval(approvalId);
    if (runId === null) return err({ code: 'not_found', message: `${approvalId} is no approval id` });
    const request: Decide = { principal, cause: command.cause, approvalId, ...decision };
    const decided = await orderOnce(deps, runId, command, () =>
      deps.operations.decideApproval(reason === undefined ? request : { ...request, reason }),
    );
    if (!decided.ok) return decided;
    const approval = decided.value.approvals[approvalId];
    if (!approval) throw new Error(`${approvalId} has just been decided and is not there`);
    return ok({ run: decided.value, approval });
  }
  serve.order('POST /approvals/:id/approve', ({ params, body: { reason, planDigest }, principal }, command) =>
    decide({ approvalId: params.id, principal }, reason, command, { decision: 'approve', planDigest }),
  );
  serve.order('POST /approvals/:id/deny', ({ params, body: { reason, planDigest }, principal }, command) =>
    decide({ approvalId: params.id, principal }, reason, command, {
      decision: 'deny',
      ...(planDigest !== undefined && { planDigest }),
    }),
  );
}

function addKillSwitches(serve: ServeRoutes, { operations }: OrderDeps): void {
  serve.read('GET /kill-switches', async () =>
    ok({ items: operations.killSwitches().map(showKillSwitch), cursor: null }),
  );
  const halt = async (asked: Parameters<Operations['halt']>[0]) => {
    const halted = await operations.halt(asked);
    return halted.ok ? ok(showKillSwitch(halted.value)) : halted;
  };
  serve.order('PUT /kill-switches/:scope', ({ params: { scope }, body: { reason }, principal }, { cause }) =>
    halt({ principal, cause, scope, reason }),
  );
  serve.order('POST /kill-switches', ({ body: { scope, reason }, principal }, { cause }) =>
    halt({ principal, cause, scope, reason }),
  );
  serve.order('DELETE /kill-switches/:scope', ({ params: { scope }, body: { reason }, principal }, { cause }) => {
    const request = { principal, cause, scope };
    return operations.release(reason === undefined ? request : { ...request, reason });
  });
}
