// How the routes of the contract are served: requests parsed by its schemas, answers typed by it, orders carried out once per
// Idempotency-Key. Knows no single route.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problemType } from '../../contract/problem.ts';
import { KeyHeader } from '../../contract/requests.ts';
import type { Parsed, RouteAnswer, RouteContract } from '../../contract/route.ts';
import { partsOf, type RouteName, type Routes, routes } from '../../contract/routes.ts';
import { actorOf, type Principal } from '../../core/authority/principal.ts';
import type { NeededRight } from '../../core/authority/right.ts';
import type { Resource } from '../../core/authority/scope.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { IdempotencyKeys, KeptAnswer } from '../../ports/api.ts';
import type { ReadsFor, SeenReads } from '../../ports/reads.ts';
import type { Log } from '../../ports/runtime.ts';
import { invalid, problem, refusalText } from '../problem.ts';
import { docOf } from '../routes.ts';
import { ifArchived } from './if-archived.ts';
import { answerOnce, type KeyedCommand } from './once.ts';
import { stillSeen } from './still-seen.ts';

/** What is asked of a route, parsed, who asks, and what he or she may read. */
export type RouteRequest<N extends RouteName> = {
  readonly principal: Principal;
  /** All that a route reads: what is private to others is not there. */
  readonly reads: SeenReads;
} & {
  readonly [P in 'params' | 'query' | 'headers' | 'body']: Parsed<Routes[N], P>;
};

type ReadName = Extract<RouteName, `GET ${string}`>;
type OrderName = Exclude<RouteName, ReadName>;

/** What an order leads to: the answer of 201 where the route has one. */
type Led<N extends OrderName> = Routes[N]['answers'] extends {
  readonly 201: { readonly schema: infer S extends z.ZodType };
}
  ? z.output<S>
  : RouteAnswer<Routes[N]>;

/** What is asked for beside an order: the answer of 200 where there is 201 as well. */
type Aside<N extends OrderName> = Exclude<RouteAnswer<Routes[N]>, Led<N>>;

/** Serves the routes of the contract, one call for each. */
export type ServeRoutes = {
  /** A route that changes nothing. Its right is asked here; that of orders is asked by the engine's own pipeline. */
  readonly read: <N extends ReadName>(
    name: N,
    answer: (asked: RouteRequest<N>) => Promise<Result<RouteAnswer<Routes[N]>, Refusal>>,
  ) => void;
  /** A route whose answer is more than JSON: it writes it itself where it does not give JSON. */
  readonly file: <N extends ReadName>(
    name: N,
    answer: (
      asked: RouteRequest<N>,
      reply: FastifyReply,
    ) => Promise<Result<RouteAnswer<Routes[N]>, Refusal> | FastifyReply>,
  ) => void;
  /** A route that orders something, once per key where the contract takes one. `aside` answers what is no order after all; it is not kept. */
  readonly order: <N extends OrderName>(
    name: N,
    carryOut: (asked: RouteRequest<N>, command: KeyedCommand) => Promise<Result<Led<N>, Refusal>>,
    aside?: (asked: RouteRequest<N>) => Promise<Result<Aside<N>, Refusal>> | null,
  ) => void;
};

/** What serving needs. */
export type ServeDeps = {
  readonly readsFor: ReadsFor;
  readonly keys: IdempotencyKeys;
  readonly log: Pick<Log, 'error'>;
  /** Whether a principal has a right, for questions that change nothing. */
  readonly authorised: (
    principal: Principal,
    right: NeededRight,
    resource: Resource,
  ) => Promise<Result<unknown, Refusal>>;
};

/** Makes a way to serve the routes on a server. */
export function serveRoutes(api: FastifyInstance, { readsFor, keys, log, authorised }: ServeDeps): ServeRoutes {
  function add<N extends RouteName>(
    name: N,
    answer: (asked: RouteRequest<N>, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ): void {
    const { method, path } = partsOf(name);
    const contract: RouteContract = routes[name];
    const parse = parserOf(contract);
    api.route({
      method,
      url: path,
      config: { doc: docOf(contract) },
      exposeHeadRoute: Object.values(contract.answers).every(({ as }) => as !== 'stream'),
      handler: async (request, reply) => {
        const asked = parse(request);
        if (!asked.ok) return invalid(reply, asked.error);
        return answer({ ...asked.value, reads: readsFor(request.principal) } as RouteRequest<N>, request, reply);
      },
    });
  }

  /** The answer as it is sent and kept. One that does not fit the contract is a bug: it is sent all the same, and logged. */
  function written(name: RouteName, status: number, outcome: Result<unknown, Refusal>): KeptAnswer {
    if (!outcome.ok) {
      const { status: refused, text } = refusalText(outcome.error);
      return { status: refused, type: problemType, body: text };
    }
    const { answers }: RouteContract = routes[name];
    const fits = answers[status]?.schema.safeParse(outcome.value);
    if (!fits?.success) log.error({ err: fits?.error, route: name, status }, 'an answer does not fit the contract');
    return { status, type: 'application/json', body: JSON.stringify(outcome.value) };
  }

  const file: ServeRoutes['file'] = (name, answer) =>
    add(name, async (asked, _request, reply) => {
      const { right }: RouteContract = routes[name];
      const allowed = right === null ? ok(undefined) : await authorised(asked.principal, right, {});
      // Fastify's reply can be awaited, and gives nothing then: whatever wrote itself has ended here.
      const answered: unknown = allowed.ok ? await answer(asked, reply) : allowed;
      return isResult(answered) ? send(reply, written(name, 200, await ifArchived(name, asked, answered))) : reply;
    });
  return {
    file,
    read: (name, answer) => file(name, (asked) => answer(asked)),
    order: (name, carryOut, aside) =>
      add(name, async (asked, request, reply) => {
        const without = await aside?.(asked);
        if (without) return send(reply, written(name, 200, without));
        const { answers, headers }: RouteContract = routes[name];
        const status = answers[201] ? 201 : 200;
        const key = headers === KeyHeader ? KeyHeader.parse(request.headers)['idempotency-key'] : undefined;
        const { method } = partsOf(name);
        const once = await answerOnce(
          keys,
          { id: request.id, method, path: request.url, body: asked.body, key, owner: actorOf(asked.principal).id },
          async (command) => written(name, status, await ifArchived(name, asked, await carryOut(asked, command))),
        );
        if (!once.ok) return problem(reply, 409, 'idempotency_key_reused', once.error);
        const { answer, replayed } = once.value;
        if (!replayed) return send(reply, answer);
        if (!(await stillSeen(asked.reads, { path: request.url, answer })))
          return send(reply, written(name, 404, unseen));
        return send(reply.header('idempotency-replayed', 'true'), answer);
      }),
  };
}

const isResult = (answered: unknown): answered is Result<unknown, Refusal> =>
  typeof answered === 'object' && answered !== null && 'ok' in answered;

/** What is said of an answer that whoever asks again may not be told any more. */
const unseen = err<Refusal>({
  code: 'not_found',
  message: 'there is no such thing, or you may not know of it any more',
});

/** What is refused because there is more urgent work may be asked again after so long. */
const retryAfterSeconds = 30;

const Nothing = z.strictObject({});

/** Parses the parts of a request in turn; the error is that of the first part at fault. */
function parserOf(contract: RouteContract) {
  const { params = Nothing, query = Nothing, headers, body } = contract;
  return (request: FastifyRequest): Result<Omit<RouteRequest<RouteName>, 'reads'>, z.ZodError> => {
    const asked: { [part: string]: unknown } = { principal: request.principal, headers: {}, body: {} };
    const parts: readonly [string, z.ZodType, unknown][] = [
      ['params', params, request.params],
      ['query', query, request.query],
      ...(headers ? [['headers', headers, request.headers] satisfies [string, z.ZodType, unknown]] : []),
      ...(body ? [['body', body, request.body ?? {}] satisfies [string, z.ZodType, unknown]] : []),
    ];
    for (const [part, schema, value] of parts) {
      const parsed = schema.safeParse(value);
      if (!parsed.success) return err(parsed.error);
      asked[part] = parsed.data;
    }
    return ok(asked as Omit<RouteRequest<RouteName>, 'reads'>);
  };
}

function send(reply: FastifyReply, { status, type, body }: KeptAnswer): FastifyReply {
  // Whoever is told to come again is told when.
  if (status === 503) reply.header('retry-after', String(retryAfterSeconds));
  return reply.code(status).type(type).send(body);
}
