// The ordering half of /api/v1: start a run, order it, decide an approval. Parses and hands on; the rules are behind Operations.
import type { Run } from '../../contract/run.ts';
import type { Actor } from '../../core/events.ts';
import { runOfApproval } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { latestOf, latestText, pinnedText } from '../../core/run/pinned.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { Operations, RunOrder } from '../../ports/operations.ts';
import type { ReadModels, ShowRuns } from '../../ports/reads.ts';
import type { KeyedCommand } from './once.ts';
import type { ReadDeps } from './reads.ts';
import type { Asked, ServeRoutes } from './serve-routes.ts';
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

/** Who orders: the one named in the body, else the API's own name. */
function actorOf(name: string | undefined): Actor {
  return name === undefined ? { kind: 'api', id: 'api', via: 'api' } : { kind: 'user', id: name, via: 'api' };
}

/** A member that is there only if it has a value. */
const given = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [N in K]?: V };

/** The run as it stands now, as it is answered. */
async function runNow({ reads, show }: OrderDeps, runId: string): Promise<Run> {
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
): Promise<Result<Run, Refusal>> {
  if (command.again && (await doneBefore(deps, runId, command))) return ok(await runNow(deps, runId));
  const outcome = await order();
  // Its twin may have been faster, and is why this one is refused.
  if (!outcome.ok && !(await doneBefore(deps, runId, command))) return outcome;
  return ok(await runNow(deps, runId));
}

/** Adds the routes. */
export function addOrders(serve: ServeRoutes, deps: OrderDeps): void {
  addStart(serve, deps);
  for (const order of ['compensate', 'cancel', 'pause', 'resume', 'done'] as const)
    serve.order(`POST /runs/:id/${order}`, ({ params, body }, command) =>
      orderOnce(deps, params.id, command, () => deps.operations.orderRun(runOrder(params.id, order, body, command))),
    );
  serve.order('POST /runs/:id/retry', (asked, command) =>
    asked.body.latest ? startLatest(deps, asked, command) : retryPinned(deps, asked, command),
  );
  serve.order('POST /runs/:id/signals/:name', ({ params: { id: runId, name }, body: { actor, data } }, command) =>
    orderOnce(deps, runId, command, () =>
      deps.operations.signalRun({ cause: command.cause, actor: actorOf(actor), runId, name, data }),
    ),
  );
  addDecisions(serve, deps);
  addKillSwitches(serve, deps);
}

type OrderBody = { actor?: string | undefined; reason?: string | undefined; step?: string | undefined };
function runOrder(runId: string, order: RunOrder, { actor, reason, step }: OrderBody, { cause }: KeyedCommand) {
  return { cause, actor: actorOf(actor), runId, order, ...given('reason', reason), ...given('step', step) };
}

function addStart(serve: ServeRoutes, deps: OrderDeps): void {
  const { operations, reads } = deps;
  serve.order(
    'POST /playbooks/:name/runs',
    async ({ params: { name: playbook }, body: { inputs, incident, reason, actor } }, { cause, ids }) => {
      const started = await operations.startRun({
        ...{ actor: actorOf(actor), cause, playbook, inputs, incidentId: incident ?? null },
        ...given('reason', reason),
        ...given('ids', ids ?? undefined),
      });
      if (!started.ok) return started;
      const { runId, incidentId } = started.value.run;
      const opened = await reads.incident(incidentId);
      if (!opened) throw new Error(`run ${runId} was started in an incident that is not there`);
      return ok({ id: runId, run: await runNow(deps, runId), incident: showIncident(opened) });
    },
    ({ params: { name: playbook }, body: { dryRun, actor, inputs, incident } }) =>
      dryRun
        ? operations
            .dryRun({ actor: actorOf(actor), playbook, inputs, incidentId: incident ?? null })
            .then((dry) => (dry.ok ? ok(showDryRun(dry.value)) : dry))
        : null,
  );
}

type Retry = Asked<'POST /runs/:id/retry'>;

async function retryPinned(deps: OrderDeps, { params: { id }, body }: Retry, command: KeyedCommand) {
  const retried = await orderOnce(deps, id, command, () =>
    deps.operations.orderRun(runOrder(id, 'retry', body, command)),
  );
  if (!retried.ok) return retried;
  const message = pinnedText(retried.value, deps.catalog.byName(retried.value.playbook.name));
  return ok({ ...retried.value, retry: { of: id, newRun: false, message } });
}

async function startLatest(deps: OrderDeps, { params: { id }, body }: Retry, { cause, ids }: KeyedCommand) {
  const row = await deps.reads.run(id);
  if (!row) return err<Refusal>({ code: 'not_found', message: `there is no run ${id}` });
  const latest = latestOf(row.state, body);
  if (!latest.ok) return latest;
  const order = { ...latest.value, actor: actorOf(body.actor), cause, ...given('ids', ids ?? undefined) };
  const started = await deps.operations.startRun(order);
  if (!started.ok) return started;
  const { run } = started.value;
  const retry = { of: id, newRun: true, message: latestText(row.state, run) };
  return ok({ ...(await runNow(deps, run.runId)), retry });
}

function addDecisions(serve: ServeRoutes, deps: OrderDeps): void {
  for (const decision of ['approve', 'deny'] as const)
    serve.order(`POST /approvals/:id/${decision}`, async ({ params: { id: approvalId }, body }, command) => {
      const { actor, reason, planDigest } = body;
      const runId = runOfApproval(approvalId);
      if (runId === null) return err<Refusal>({ code: 'not_found', message: `${approvalId} is no approval id` });
      const decided = await orderOnce(deps, runId, command, () =>
        deps.operations.decideApproval({
          ...{ cause: command.cause, actor: actorOf(actor), approvalId, decision },
          ...given('reason', reason),
          ...given('planDigest', planDigest),
        }),
      );
      if (!decided.ok) return decided;
      const approval = decided.value.approvals[approvalId];
      if (!approval) throw new Error(`${approvalId} has just been decided and is not there`);
      return ok({ run: decided.value, approval });
    });
}

function addKillSwitches(serve: ServeRoutes, { operations }: OrderDeps): void {
  serve.read('GET /kill-switches', async () =>
    ok({ items: operations.killSwitches().map(showKillSwitch), cursor: null }),
  );
  serve.order('PUT /kill-switches/:scope', async ({ params: { scope }, body: { actor, reason } }, { cause }) => {
    const halted = await operations.halt({ actor: actorOf(actor), cause, scope, reason });
    return halted.ok ? ok(showKillSwitch(halted.value)) : halted;
  });
  serve.order('DELETE /kill-switches/:scope', ({ params: { scope }, body: { actor } }, { cause }) =>
    operations.release({ actor: actorOf(actor), cause, scope }),
  );
}
