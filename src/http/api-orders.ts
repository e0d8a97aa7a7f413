// The ordering half of /api/v1: start a run, order it, decide an approval. Parses and hands on; the rules are behind Operations.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Actor } from '../core/events.ts';
import { runOfApproval } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { IdempotencyKeys, KeptAnswer, Operations, ReadModels, RunOrder } from '../ports.ts';
import type { ReadDeps } from './api-reads.ts';
import { jsonAnswer } from './api-route.ts';
import { KeyHeader, OrderBody, PathId, PathName, StartBody } from './api-schemas.ts';
import { answerOnce, type Command } from './once.ts';
import { invalid, problem, problemType, refusalText } from './problem.ts';
import type { RouteDoc } from './routes.ts';

/** What ordering needs. */
export type OrderDeps = {
  readonly operations: Operations;
  readonly reads: Pick<ReadModels, 'run'>;
  readonly events: ReadDeps['events'];
  readonly keys: IdempotencyKeys;
};

/** What an order leads to. */
type Outcome = Result<unknown, Refusal>;

function actorOf(name: string | undefined): Actor {
  return name === undefined ? { kind: 'api', id: 'api', via: 'api' } : { kind: 'user', id: name, via: 'api' };
}

/** A member that is there only if it has a value. */
const given = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [N in K]?: V };

const orders = {
  retry: 'Try the failed steps, or one step, again',
  compensate: 'Undo what was done, in reverse order',
  cancel: 'Start nothing more and end',
  pause: 'Start nothing more for now',
  resume: 'Go on after a pause',
  done: 'Say that a step of unknown outcome did take effect',
} as const satisfies { [O in RunOrder]: string };

/** Adds the routes. */
export function addOrders(api: FastifyInstance, deps: OrderDeps): void {
  const { operations } = deps;

  /** A route that orders something, once per key. */
  function post<P extends z.ZodObject, B extends z.ZodType>(
    path: string,
    doc: Pick<RouteDoc, 'tag' | 'summary' | 'answers'> & { readonly params: P; readonly body: B },
    status: number,
    carryOut: (params: z.output<P>, body: z.output<B>, command: Command) => Promise<Outcome>,
    aside?: (params: z.output<P>, body: z.output<B>) => Promise<Outcome> | null,
  ): void {
    const config = { doc: { ...doc, headers: KeyHeader, secured: true } };
    api.post(path, { config }, async (request: FastifyRequest, reply): Promise<FastifyReply> => {
      const params = doc.params.safeParse(request.params);
      if (!params.success) return invalid(reply, params.error);
      const headers = KeyHeader.safeParse(request.headers);
      if (!headers.success) return invalid(reply, headers.error);
      const body = doc.body.safeParse(request.body ?? {});
      if (!body.success) return invalid(reply, body.error);
      const without = await aside?.(params.data, body.data);
      if (without) return send(reply, kept(without, 200));
      const once = await answerOnce(
        deps.keys,
        {
          ...{ id: request.id, method: 'POST', path: request.url, body: body.data },
          key: headers.data['idempotency-key'],
        },
        async (command) => kept(await carryOut(params.data, body.data, command), status),
      );
      if (!once.ok) return problem(reply, 409, 'idempotency_key_reused', once.error);
      if (once.value.replayed) reply.header('idempotency-replayed', 'true');
      return send(reply, once.value.answer);
    });
  }

  /** The run, if this very command has changed it before: a keyed order that comes again is answered with what it led to. */
  async function doneBefore(runId: string, { cause, ids, again }: Command, refused: boolean) {
    if (ids === null || !(again || refused)) return null;
    const row = await deps.reads.run(runId);
    if (!row) return null;
    for await (const event of deps.events(row.state.incidentId, 1)) if (event.cause === cause) return row.state;
    return null;
  }

  async function orderOnce<T>(
    runId: string,
    command: Command,
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

  post(
    '/playbooks/:name/runs',
    {
      ...{ tag: 'playbooks', summary: 'Start a run, or say what it would do', params: PathName, body: StartBody },
      answers: { 200: jsonAnswer('A dry run'), 201: jsonAnswer('The run and its incident') },
    },
    201,
    async ({ name: playbook }, { inputs, incident, reason, actor }, { cause, ids }) => {
      const started = await operations.startRun({
        ...{ actor: actorOf(actor), cause, playbook, inputs, incidentId: incident ?? null },
        ...given('reason', reason),
        ...given('ids', ids ?? undefined),
      });
      return started.ok ? ok({ id: started.value.run.runId, ...started.value }) : started;
    },
    ({ name: playbook }, { dryRun, actor, inputs, incident }) =>
      dryRun
        ? operations
            .dryRun({ actor: actorOf(actor), playbook, inputs, incidentId: incident ?? null })
            .then((dry) => (dry.ok ? ok({ dryRun: true, ...dry.value }) : dry))
        : null,
  );

  for (const order of Object.keys(orders) as RunOrder[]) {
    post(
      `/runs/:id/${order}`,
      {
        ...{ tag: 'runs', summary: orders[order], params: PathId, body: OrderBody },
        answers: { 200: jsonAnswer('The run after it') },
      },
      200,
      ({ id: runId }, { actor, reason, step }, command) =>
        orderOnce(
          runId,
          command,
          () =>
            operations.orderRun({
              ...{ cause: command.cause, actor: actorOf(actor), runId, order },
              ...given('reason', reason),
              ...given('step', step),
            }),
          (run) => run,
        ),
    );
  }

  for (const decision of ['approve', 'deny'] as const) {
    post(
      `/approvals/:id/${decision}`,
      {
        ...{ tag: 'approvals', summary: `Decide: ${decision}`, params: PathId, body: OrderBody },
        answers: { 200: jsonAnswer('The approval and its run after it') },
      },
      200,
      async ({ id: approvalId }, { actor, reason, planDigest }, command) => {
        const runId = runOfApproval(approvalId);
        if (runId === null) return err({ code: 'not_found', message: `${approvalId} is no approval id` });
        return orderOnce(
          runId,
          command,
          () =>
            operations.decideApproval({
              ...{ cause: command.cause, actor: actorOf(actor), approvalId, decision },
              ...given('reason', reason),
              ...given('planDigest', planDigest),
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

function kept(outcome: Outcome, status: number): KeptAnswer {
  if (outcome.ok) return { status, type: 'application/json', body: JSON.stringify(outcome.value) };
  const { status: refused, text } = refusalText(outcome.error);
  return { status: refused, type: problemType, body: text };
}

function send(reply: FastifyReply, { status, type, body }: KeptAnswer): FastifyReply {
  return reply.code(status).type(type).send(body);
}
