// The ordering half of /api/v1: start a run, order it, decide an approval. Parses and hands on; the rules are behind Operations.
import type { Principal } from '../../core/authority/principal.ts';
import { runOfApproval } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { latestOf, latestText, pinnedText } from '../../core/run/pinned.ts';
import type { IdempotencyKeys } from '../../ports/api.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { Operations, RunOrder } from '../../ports/operations.ts';
import type { ReadModels } from '../../ports/reads.ts';
import { type AddCommand, given, type Outcome } from './command-route.ts';
import { OrderBody, PathId, PathName, PathSignal, RetryBody, SignalBody, StartBody } from './inputs.ts';
import type { KeyedCommand } from './once.ts';
import { jsonAnswer } from './read-route.ts';
import type { ReadDeps } from './reads.ts';

/** What ordering needs. */
export type OrderDeps = {
  readonly operations: Operations;
  readonly reads: Pick<ReadModels, 'run'>;
  readonly events: ReadDeps['events'];
  readonly keys: IdempotencyKeys;
  readonly catalog: PlaybookCatalog;
};

type Asked = KeyedCommand & { readonly principal: Principal };

const orders = {
  compensate: 'Undo what was done, in reverse order',
  cancel: 'Start nothing more and end',
  pause: 'Start nothing more for now',
  resume: 'Go on after a pause',
  done: 'Say that a step of unknown outcome did take effect',
} as const satisfies { [O in Exclude<RunOrder, 'retry'>]: string };

/** Adds the routes. */
export function addOrders(add: AddCommand, deps: OrderDeps): void {
  const { operations } = deps;

  /** The run, if this very command has changed it before: a keyed order that comes again is answered with what it led to. */
  async function doneBefore(runId: string, { cause, ids, again }: KeyedCommand, refused: boolean) {
    if (ids === null || !(again || refused)) return null;
    const row = await deps.reads.run(runId);
    if (!row) return null;
    for await (const event of deps.events(row.state.incidentId, 1)) if (event.cause === cause) return row.state;
    return null;
  }

  async function orderOnce<T>(
    runId: string,
    command: KeyedCommand,
    order: () => Promise<Result<T, Refusal>>,
    answer: (run: NonNullable<Awaited<ReturnType<typeof doneBefore>>>) => T | undefined,
  ): Promise<Result<T, Refusal>> {
    const before = await doneBefore(runId, command, false);
    const known = before && answer(before);
    if (known) return ok(known);
    const outcome = await order();
    // Its twin may have been faster, and is why this one is refused.
    const twin = outcome.ok ? null : await doneBefore(runId, command, true);
    const led = twin && answer(twin);
    return led ? ok(led) : outcome;
  }

  add(
    'POST',
    '/playbooks/:name/runs',
    {
      ...{ tag: 'playbooks', summary: 'Start a run, or say what it would do', params: PathName, body: StartBody },
      answers: { 200: jsonAnswer('A dry run'), 201: jsonAnswer('The run and its incident') },
    },
    201,
    async ({ name: playbook }, { inputs, incident, reason }, { cause, ids, principal }) => {
      const started = await operations.startRun({
        ...{ principal, cause, playbook, inputs, incidentId: incident ?? null },
        ...given('reason', reason),
        ...given('ids', ids ?? undefined),
      });
      return started.ok ? ok({ id: started.value.run.runId, ...started.value }) : started;
    },
    ({ name: playbook }, { dryRun, inputs, incident }, principal) =>
      dryRun
        ? operations
            .dryRun({ principal, playbook, inputs, incidentId: incident ?? null })
            .then((dry) => (dry.ok ? ok({ dryRun: true, ...dry.value }) : dry))
        : null,
  );

  for (const [order, summary] of Object.entries(orders) as [Exclude<RunOrder, 'retry'>, string][])
    add(
      'POST',
      `/runs/:id/${order}`,
      { tag: 'runs', summary, params: PathId, body: OrderBody, answers: { 200: jsonAnswer('The run after it') } },
      200,
      ({ id: runId }, { reason, step }, command) =>
        orderOnce(
          runId,
          command,
          () =>
            operations.orderRun({
              ...{ cause: command.cause, principal: command.principal, runId, order },
              ...given('reason', reason),
              ...given('step', step),
            }),
          (run) => run,
        ),
    );

  add(
    'POST',
    '/runs/:id/retry',
    {
      ...{ tag: 'runs', summary: 'Try the failed steps, or one step, again; with `latest`, start a new run instead' },
      ...{ params: PathId, body: RetryBody },
      answers: { 200: jsonAnswer('The run that goes on, and which version of its playbook it uses') },
    },
    200,
    ({ id }, body, command) => (body.latest ? startLatest(id, body, command) : retryPinned(id, body, command)),
  );

  type Retry = { step?: string | undefined; reason?: string | undefined };
  async function retryPinned(runId: string, { reason, step }: Retry, command: Asked): Promise<Outcome> {
    const order = {
      ...{ cause: command.cause, principal: command.principal, runId, order: 'retry' as const },
      ...given('reason', reason),
      ...given('step', step),
    };
    const retried = await orderOnce(
      runId,
      command,
      () => operations.orderRun(order),
      (run) => run,
    );
    if (!retried.ok) return retried;
    const message = pinnedText(retried.value, deps.catalog.byName(retried.value.playbook.name));
    return ok({ id: runId, ...retried.value, retry: { of: runId, newRun: false, message } });
  }

  async function startLatest(runId: string, rest: Retry, { cause, ids, principal }: Asked): Promise<Outcome> {
    const row = await deps.reads.run(runId);
    if (!row) return err({ code: 'not_found', message: `there is no run ${runId}` });
    const latest = latestOf(row.state, rest);
    if (!latest.ok) return latest;
    const order = { ...latest.value, principal, cause, ...given('ids', ids ?? undefined) };
    const started = await operations.startRun(order);
    if (!started.ok) return started;
    const { run } = started.value;
    const retry = { of: runId, newRun: true, message: latestText(row.state, run) };
    return ok({ id: run.runId, ...run, retry });
  }

  add(
    'POST',
    '/runs/:id/signals/:name',
    {
      ...{ tag: 'runs', summary: 'Give a run the signal that a step of it waits for, or will wait for' },
      ...{ params: PathSignal, body: SignalBody, answers: { 200: jsonAnswer('The run after it') } },
    },
    200,
    ({ id: runId, name }, { data }, command) =>
      orderOnce(
        runId,
        command,
        () => operations.signalRun({ cause: command.cause, principal: command.principal, runId, name, data }),
        (run) => run,
      ),
  );

  for (const decision of ['approve', 'deny'] as const) {
    add(
      'POST',
      `/approvals/:id/${decision}`,
      {
        ...{ tag: 'approvals', summary: `Decide: ${decision}`, params: PathId, body: OrderBody },
        answers: { 200: jsonAnswer('The approval and its run after it') },
      },
      200,
      async ({ id: approvalId }, { reason, planDigest }, command) => {
        const runId = runOfApproval(approvalId);
        if (runId === null) return err({ code: 'not_found', message: `${approvalId} is no approval id` });
        return orderOnce(
          runId,
          command,
          () =>
            operations.decideApproval({
              ...{ cause: command.cause, principal: command.principal, approvalId, decision },
              ...given('reason', reason),
              planDigest: planDigest ?? '',
            }),
          (run) => {
            const approval = run.approvals[approvalId];
            return approval && { run, approval };
          },
        );
      },
    );
  }
}
