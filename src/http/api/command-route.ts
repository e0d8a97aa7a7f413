// How the ordering routes of the API are made: input parsed field by field, carried out once per Idempotency-Key. Holds no order.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../../core/authority/principal.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Result } from '../../core/result.ts';
import type { IdempotencyKeys, KeptAnswer } from '../../ports/api.ts';
import { invalid, problem, problemType, refusalText } from '../problem.ts';
import type { RouteDoc } from '../routes.ts';
import { KeyHeader } from './inputs.ts';
import { answerOnce, type KeyedCommand } from './once.ts';

/** What an order leads to. */
export type Outcome = Result<unknown, Refusal>;

type CommandDoc<P, B> = Pick<RouteDoc, 'tag' | 'summary' | 'answers'> & { readonly params: P; readonly body: B };

/** A route that orders something, once per key. `aside` answers what is no order after all; it is not kept. */
export type AddCommand = <P extends z.ZodObject, B extends z.ZodType>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  doc: CommandDoc<P, B>,
  status: number,
  carryOut: (
    params: z.output<P>,
    body: z.output<B>,
    command: KeyedCommand & { readonly principal: Principal },
  ) => Promise<Outcome>,
  aside?: (params: z.output<P>, body: z.output<B>, principal: Principal) => Promise<Outcome> | null,
) => void;

/** Makes ordering routes on a server. */
export const commandsOn =
  (api: FastifyInstance, keys: IdempotencyKeys): AddCommand =>
  (method, path, doc, status, carryOut, aside) => {
    const config = { doc: { ...doc, headers: KeyHeader, secured: true } };
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const params = doc.params.safeParse(request.params);
      if (!params.success) return invalid(reply, params.error);
      const headers = KeyHeader.safeParse(request.headers);
      if (!headers.success) return invalid(reply, headers.error);
      const body = doc.body.safeParse(request.body ?? {});
      if (!body.success) return invalid(reply, body.error);
      const without = await aside?.(params.data, body.data, request.principal);
      if (without) return send(reply, kept(without, 200));
      const once = await answerOnce(
        keys,
        { ...{ id: request.id, method, path: request.url, body: body.data }, key: headers.data['idempotency-key'] },
        async (command) =>
          kept(await carryOut(params.data, body.data, { ...command, principal: request.principal }), status),
      );
      if (!once.ok) return problem(reply, 409, 'idempotency_key_reused', once.error);
      if (once.value.replayed) reply.header('idempotency-replayed', 'true');
      return send(reply, once.value.answer);
    };
    api.route({ method, url: path, config, handler });
  };

/** A member that is there only if it has a value. */
export const given = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [N in K]?: V };

function kept(outcome: Outcome, status: number): KeptAnswer {
  if (outcome.ok) return { status, type: 'application/json', body: JSON.stringify(outcome.value) };
  const { status: refused, text } = refusalText(outcome.error);
  return { status: refused, type: problemType, body: text };
}

function send(reply: FastifyReply, { status, type, body }: KeptAnswer): FastifyReply {
  return reply.code(status).type(type).send(body);
}
