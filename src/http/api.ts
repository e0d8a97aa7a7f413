// /api/v1: what people and programs read and order. Parses, authorises, hands on; holds no rule.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { JsonValue } from '../core/alert.ts';
import type { Actor } from '../core/events.ts';
import { runOfApproval } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import { waitingFor } from '../core/run/owed.ts';
import type { DeliveryLedger, Operations, PlaybookCatalog, ReadModels, RunOrder, RunRow } from '../ports.ts';
import { authorize } from './auth.ts';
import { problem, refusal } from './problem.ts';

/** What the API needs. */
export type ApiDeps = {
  readonly token: string | null;
  readonly reads: ReadModels;
  readonly deliveries: Pick<DeliveryLedger, 'list'>;
  readonly operations: Operations;
  readonly catalog: PlaybookCatalog;
  readonly exportTimeline: (
    incidentId: string,
    format: string,
  ) => Promise<{ filename: string; contentType: string; content: string } | null>;
  readonly events: (incidentId: string, from: number) => AsyncIterable<unknown>;
};

const id = z.string().regex(/^[A-Za-z0-9_.#-]{1,80}$/);
const Paging = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^[a-z0-9_]{1,60}$/, 'is no cursor of ours')
    .optional(),
});
const instant = z.iso.datetime({ offset: true });
const Span = Paging.extend({ since: instant.optional(), until: instant.optional() });
const IncidentQuery = Span.extend({
  status: z.enum(['open', 'resolved', 'closed']).optional(),
  severity: z.coerce.number().int().min(1).max(4).optional(),
});
const RunQuery = Span.extend({
  status: z.string().optional(),
  playbook: z.string().optional(),
  incident: id.optional(),
});
const ApprovalQuery = Paging.extend({ status: z.enum(['open', 'granted', 'denied', 'expired', 'voided']).optional() });
const DeliveryQuery = Paging.extend({
  status: z.enum(['accepted', 'processed', 'dead']).optional(),
  source: z.string().optional(),
});
const TimelineQuery = z.object({
  format: z.enum(['md', 'json', 'html', 'csv', 'bundle']).optional(),
  from: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});
const StartBody = z.strictObject({
  inputs: z.record(z.string(), JsonValue).default({}),
  incident: id.optional(),
  reason: z.string().max(500).optional(),
  actor: z.string().max(100).optional(),
});
const OrderBody = z.strictObject({
  actor: z.string().max(100).optional(),
  reason: z.string().max(500).optional(),
  step: z.string().max(100).optional(),
  planDigest: z.string().max(100).optional(),
});

function actorOf(name: string | undefined): Actor {
  return name === undefined ? { kind: 'api', id: 'api', via: 'api' } : { kind: 'user', id: name, via: 'api' };
}

const shownRun = ({ state, wakeAt, updatedAt }: RunRow) => ({
  ...state,
  wakeAt,
  updatedAt,
  waitingFor: waitingFor(state),
});

/** Adds the routes. */
export function addApi(app: FastifyInstance, deps: ApiDeps): void {
  app.register(
    async (api) => {
      api.addHook('preHandler', async (request, reply) => {
        const allowed = authorize(request, deps.token);
        if (!allowed.ok)
          return problem(
            reply,
            allowed.error.status,
            allowed.error.status === 401 ? 'unauthorized' : 'forbidden',
            allowed.error.message,
          );
      });

      /** A handler whose input is parsed; what does not fit is answered field by field. */
      const get = <S extends z.ZodType>(
        path: string,
        schema: S,
        handle: (query: z.output<S>, reply: FastifyReply) => Promise<unknown>,
      ) =>
        api.get(path, async (request, reply) => {
          const query = schema.safeParse({ ...(request.query as object), ...(request.params as object) });
          return query.success ? handle(query.data, reply) : invalid(reply, query.error);
        });
      const page = <T extends { cursor?: string | undefined }>({ cursor, ...rest }: T) => ({
        ...rest,
        cursor: cursor ?? null,
      });
      const found = (reply: FastifyReply, value: unknown, what: string) =>
        value ?? problem(reply, 404, 'not_found', `there is no such ${what}`);

      get('/incidents', IncidentQuery, (query) =>
        deps.reads.incidents(page(query) as Parameters<ReadModels['incidents']>[0]),
      );
      get('/incidents/:id', z.object({ id }), async (query, reply) =>
        found(reply, await deps.reads.incident(query.id), 'incident'),
      );
      get('/incidents/:id/timeline', TimelineQuery.extend({ id }), async (query, reply) => {
        const incident = await deps.reads.incident(query.id);
        if (!incident) return problem(reply, 404, 'not_found', 'there is no such incident');
        if (query.format === undefined) {
          const items: unknown[] = [];
          for await (const event of deps.events(incident.id, query.from)) if (items.push(event) >= query.limit) break;
          return { items, next: items.length >= query.limit ? query.from + items.length : null };
        }
        const file = await deps.exportTimeline(incident.id, query.format);
        if (!file) return problem(reply, 404, 'not_found', 'the incident has no events');
        const inline = query.format === 'html' ? 'inline' : 'attachment';
        if (query.format === 'html')
          reply.header(
            'content-security-policy',
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
          );
        return reply
          .header('content-disposition', `${inline}; filename="${file.filename}"`)
          .type(file.contentType)
          .send(file.content);
      });
      get('/runs', RunQuery, async ({ incident, ...query }) => {
        const filter = { ...page(query), ...(incident === undefined ? {} : { incidentId: incident }) };
        const rows = await deps.reads.runs(filter as Parameters<ReadModels['runs']>[0]);
        return { ...rows, items: rows.items.map(shownRun) };
      });
      get('/runs/:id', z.object({ id }), async (query, reply) => {
        const row = await deps.reads.run(query.id);
        return found(reply, row && shownRun(row), 'run');
      });
      get('/approvals', ApprovalQuery, (query) =>
        deps.reads.approvals(page(query) as Parameters<ReadModels['approvals']>[0]),
      );
      get('/deliveries', DeliveryQuery, (query) =>
        deps.deliveries.list(page(query) as Parameters<DeliveryLedger['list']>[0]),
      );
      get('/playbooks', z.object({}), async () => ({ items: deps.catalog.all(), cursor: null }));

      /** An order: its body parsed, its refusal a problem. */
      const post = <S extends z.ZodType>(
        path: string,
        schema: S,
        handle: (body: z.output<S>, id: string, order: { cause: string }) => Promise<Result<unknown, Refusal>>,
      ) =>
        api.post(path, async (request: FastifyRequest, reply) => {
          const body = schema.safeParse(request.body ?? {});
          if (!body.success) return invalid(reply, body.error);
          const answer = await handle(body.data, String((request.params as { id: string }).id), {
            cause: `api/${request.id}`,
          });
          return answer.ok ? answer.value : refusal(reply, answer.error);
        });
      post('/playbooks/:id/runs', StartBody, ({ inputs, incident, reason, actor }, playbook, order) =>
        deps.operations.startRun({
          ...order,
          actor: actorOf(actor),
          playbook,
          inputs,
          incidentId: incident ?? null,
          ...(reason === undefined ? {} : { reason }),
        }),
      );
      for (const order of [
        'retry',
        'compensate',
        'cancel',
        'pause',
        'resume',
        'done',
      ] as const satisfies readonly RunOrder[]) {
        post(`/runs/:id/${order}`, OrderBody, ({ actor, reason, step }, runId, { cause }) =>
          deps.operations.orderRun({
            cause,
            actor: actorOf(actor),
            runId,
            order,
            ...(reason === undefined ? {} : { reason }),
            ...(step === undefined ? {} : { step }),
          }),
        );
      }
      for (const decision of ['approve', 'deny'] as const) {
        post(`/approvals/:id/${decision}`, OrderBody, async ({ actor, reason, planDigest }, approvalId, { cause }) => {
          if (runOfApproval(approvalId) === null)
            return { ok: false, error: { code: 'not_found', message: `${approvalId} is no approval id` } };
          return deps.operations.decideApproval({
            cause,
            actor: actorOf(actor),
            approvalId,
            decision,
            ...(reason === undefined ? {} : { reason }),
            ...(planDigest === undefined ? {} : { planDigest }),
          });
        });
      }
    },
    { prefix: '/api/v1' },
  );
}

function invalid(reply: FastifyReply, error: z.ZodError): FastifyReply {
  const faults = error.issues.map(({ path, message }) => ({ path: path.map(String).join('.') || '(body)', message }));
  return problem(reply, 400, 'invalid', faults.map((fault) => `${fault.path}: ${fault.message}`).join('; '), {
    faults,
  });
}
