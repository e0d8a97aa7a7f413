// How the API's routes are made: input parsed by strict schemas and answered field by field, each with its description.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { invalid } from '../problem.ts';
import type { AnswerDoc, RouteDoc } from '../routes.ts';

/** A JSON answer. */
export const jsonAnswer = (description: string, schema?: z.ZodType): AnswerDoc => ({
  description,
  type: 'application/json',
  ...(schema ? { schema } : {}),
});

/** A page of a list. */
export const pageAnswer = (what: string): AnswerDoc =>
  jsonAnswer(
    `${what}, newest first`,
    z.object({
      items: z.array(z.looseObject({})),
      cursor: z.string().nullable().describe('Continues the list; null ends it'),
    }),
  );

/** No parameters at all. */
const Nothing = z.strictObject({});

/** What a reading route takes. */
type GetDoc<P, Q> = Omit<RouteDoc, 'params' | 'query' | 'body' | 'secured'> & {
  readonly params?: P;
  readonly query?: Q;
};

/** What a schema gives; nothing where there is none. */
type Output<S extends z.ZodObject> = [S] extends [never] ? unknown : z.output<S>;

/** Adds a reading route; parameters of path and query come to `handle` as one. */
export function addGet<P extends z.ZodObject = never, Q extends z.ZodObject = never>(
  api: FastifyInstance,
  path: string,
  doc: GetDoc<P, Q>,
  handle: (input: Output<P> & Output<Q>, reply: FastifyReply) => Promise<unknown>,
): void {
  const { params: Params = Nothing, query: Query = Nothing } = doc;
  api.get(path, { config: { doc: { ...doc, secured: true } } }, async (request, reply) => {
    const params = Params.safeParse(request.params);
    if (!params.success) return invalid(reply, params.error);
    const query = Query.safeParse(request.query);
    if (!query.success) return invalid(reply, query.error);
    return handle({ ...params.data, ...query.data } as Output<P> & Output<Q>, reply);
  });
}
