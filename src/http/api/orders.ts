// The ordering half of /api/v1: start a run, order it, halt. Parses and hands on; the rules are behind the operations.
import type { ApiStartedRun } from '../../contract/run.ts';
import type { Caller } from '../../core/authority/principal.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok } from '../../core/result.ts';
import { latestOf, latestText, pinnedText } from '../../core/run/pinned.ts';
import type { RunState } from '../../core/run/state.ts';
import type { Operations, RunOrder } from '../../ports/operations.ts';
import type { SeenReads } from '../../ports/reads.ts';
import { addApprovalOrders } from './approval-orders.ts';
import type { KeyedCommand } from './once.ts';
import { type OrderDeps, orderOnce, runNow } from './order-once.ts';
import type { RouteRequest, ServeRoutes } from './serve-routes.ts';
import { showIncident } from './show-incident.ts';
import { showKillSwitch } from './show-operation.ts';
import { showDryRun } from './show-run.ts';

/** Adds the routes. */
export function addOrders(serve: ServeRoutes, deps: OrderDeps): void {
  const { operations } = deps;
  addStart(serve, deps);
  addDrill(serve, deps);
  for (const order of ['compensate', 'cancel', 'pause', 'resume', 'done'] as const)
    serve.order(`POST /runs/:id/${order}`, ({ params, body, principal, reads }, command) =>
      orderOnce(deps, { runId: params.id, reads }, command, () =>
        operations.orderRun(runOrder(params.id, order, body, { principal, cause: command.cause })),
      ),
    );
  serve.order('POST /runs/:id/retry', (asked, command) =>
    asked.body.latest ? startLatest(deps, asked, command) : retryPinned(deps, asked, command),
  );
  serve.order(
    'POST /runs/:id/signals/:name',
    ({ params: { id: runId, name }, body: { data }, principal, reads }, command) =>
      orderOnce(deps, { runId, reads }, command, () =>
        operations.signalRun({ principal, cause: command.cause, runId, name, data }),
      ),
  );
  addApprovalOrders(serve, deps);
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
  const { operations } = deps;
  serve.order(
    'POST /playbooks/:name/runs',
    async ({ params: { name: playbook }, body, principal, reads }, { cause, ids }) => {
      const { inputs, incident = null, reason, exception } = body;
      const request: StartRequest = { principal, cause, playbook, inputs, incidentId: incident };
      const started = await operations.startRun({
        ...request,
        ...(reason !== undefined && { reason }),
        ...(exception !== undefined && { exception }),
        ...(ids && { ids }),
      });
      return started.ok ? ok(await startedNow(deps, started.value.run, reads)) : started;
    },
    ({ params: { name: playbook }, body: { dryRun, inputs, incident = null }, principal }) =>
      dryRun
        ? operations
            .dryRun({ principal, playbook, inputs, incidentId: incident })
            .then((dry) => (dry.ok ? ok(showDryRun(dry.value)) : dry))
        : null,
  );
}

function addDrill(serve: ServeRoutes, deps: OrderDeps): void {
  serve.order('POST /drills', async ({ body: { playbook, reason }, principal, reads }, { cause, ids }) => {
    const asked = { principal, cause, playbook, ...(reason !== undefined && { reason }), ...(ids && { ids }) };
    const started = await deps.operations.startDrill(asked);
    return started.ok ? ok(await startedNow(deps, started.value.run, reads)) : started;
  });
}

/** A run that has just been started, with its incident. */
async function startedNow(
  deps: OrderDeps,
  { runId, incidentId }: Pick<RunState, 'runId' | 'incidentId'>,
  reads: SeenReads,
): Promise<ApiStartedRun> {
  const opened = await reads.incident(incidentId);
  if (!opened) throw new Error(`run ${runId} was started in an incident that is not there`);
  return { id: runId, run: await runNow(deps, { runId, reads }), incident: showIncident(opened) };
}

type Retry = RouteRequest<'POST /runs/:id/retry'>;

async function retryPinned(deps: OrderDeps, { params: { id }, body, principal, reads }: Retry, command: KeyedCommand) {
  const retried = await orderOnce(deps, { runId: id, reads }, command, () =>
    deps.operations.orderRun(runOrder(id, 'retry', body, { principal, cause: command.cause })),
  );
  if (!retried.ok) return retried;
  const message = pinnedText(retried.value, deps.catalog.byName(retried.value.playbook.name));
  return ok({ ...retried.value, retry: { of: id, newRun: false, message } });
}

async function startLatest(
  deps: OrderDeps,
  { params: { id }, body, principal, reads }: Retry,
  { cause, ids }: KeyedCommand,
) {
  const row = await reads.run(id);
  if (!row) return err<Refusal>({ code: 'not_found', message: `there is no run ${id}` });
  const latest = latestOf(row.state, body);
  if (!latest.ok) return latest;
  const started = await deps.operations.startRun({ ...latest.value, principal, cause, ...(ids && { ids }) });
  if (!started.ok) return started;
  const { run } = started.value;
  const retry = { of: id, newRun: true, message: latestText(row.state, run) };
  return ok({ ...(await runNow(deps, { runId: run.runId, reads })), retry });
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
