// The reading half of /api/v1: lists and single things, a timeline as events or as a file. Changes nothing.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { DeliveryLedger } from '../../ports/intake.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { ReadModels, ShowRuns } from '../../ports/reads.ts';
import { problem } from '../problem.ts';
import { ApprovalQuery, DeliveryQuery, IncidentQuery, PathId, PathName, RunQuery, TimelineQuery } from './inputs.ts';
import { addGet, jsonAnswer, pageAnswer } from './read-route.ts';

/** What reading needs. */
export type ReadDeps = {
  readonly reads: ReadModels;
  readonly show: ShowRuns;
  readonly deliveries: Pick<DeliveryLedger, 'list'>;
  readonly catalog: PlaybookCatalog;
  readonly exportTimeline: (
    incidentId: string,
    format: string,
  ) => Promise<{ filename: string; contentType: string; content: string } | null>;
  readonly events: (incidentId: string, from: number) => AsyncIterable<{ readonly cause: string }>;
};

/** A query as the read side takes it: without what was not given, and with a cursor or null. */
function pageOf<T extends { cursor?: string | undefined }>({ cursor, ...rest }: T) {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...given, cursor: cursor ?? null } as {
    [K in Exclude<keyof T, 'cursor'>]: Exclude<T[K], undefined>;
  } & { cursor: string | null };
}
const found = (reply: FastifyReply, value: unknown, what: string) =>
  value ?? problem(reply, 404, 'not_found', `there is no such ${what}`);

/** Adds the routes. */
export function addReads(api: FastifyInstance, deps: ReadDeps): void {
  const { reads } = deps;
  addGet(
    api,
    '/incidents',
    { tag: 'incidents', summary: 'Incidents', query: IncidentQuery, answers: { 200: pageAnswer('Incidents') } },
    (query) => reads.incidents(pageOf(query)),
  );
  addGet(
    api,
    '/incidents/:id',
    { tag: 'incidents', summary: 'One incident, by id or number', params: PathId, answers: { 200: jsonAnswer('It') } },
    async ({ id }, reply) => found(reply, await reads.incident(id), 'incident'),
  );
  addTimeline(api, deps);
  addGet(
    api,
    '/runs',
    { tag: 'runs', summary: 'Runs', query: RunQuery, answers: { 200: pageAnswer('Runs') } },
    async ({ incident, ...query }) => {
      const filter = { ...pageOf(query), ...(incident === undefined ? {} : { incidentId: incident }) };
      const { items, cursor } = await reads.runs(filter);
      return { items: await deps.show(items), cursor };
    },
  );
  addGet(
    api,
    '/runs/:id',
    {
      tag: 'runs',
      summary: 'One run',
      params: PathId,
      answers: { 200: jsonAnswer('It, its steps, what it waits for, and which orders are open to it') },
    },
    async ({ id }, reply) => {
      const row = await reads.run(id);
      return found(reply, row && (await deps.show([row]))[0], 'run');
    },
  );
  addGet(
    api,
    '/approvals',
    {
      ...{ tag: 'approvals', summary: 'Requests for a decision; a page counts runs', query: ApprovalQuery },
      answers: { 200: pageAnswer('Approvals with their run and incident') },
    },
    (query) => reads.approvals(pageOf(query)),
  );
  addGet(
    api,
    '/deliveries',
    { tag: 'deliveries', summary: 'Deliveries', query: DeliveryQuery, answers: { 200: pageAnswer('Deliveries') } },
    (query) => deps.deliveries.list(pageOf(query)),
  );
  addGet(
    api,
    '/playbooks',
    { tag: 'playbooks', summary: 'The playbooks in force', answers: { 200: pageAnswer('Playbooks') } },
    async () => ({ items: deps.catalog.all(), cursor: null }),
  );
  addGet(
    api,
    '/playbooks/:name',
    { tag: 'playbooks', summary: 'One playbook', params: PathName, answers: { 200: jsonAnswer('It') } },
    async ({ name }, reply) => found(reply, deps.catalog.byName(name), 'playbook'),
  );
}

const EventPage = z.object({
  items: z.array(z.looseObject({})),
  next: z.int().nullable().describe('`from` of the next page; null ends it'),
});

function addTimeline(api: FastifyInstance, { reads, events, exportTimeline }: ReadDeps): void {
  addGet(
    api,
    '/incidents/:id/timeline',
    {
      ...{ tag: 'incidents', summary: 'The timeline: events, or a file to keep', params: PathId, query: TimelineQuery },
      answers: { 200: jsonAnswer('Events in order; with `format`, the file', EventPage) },
    },
    async ({ id, format, from, limit }, reply) => {
      const incident = await reads.incident(id);
      if (!incident) return problem(reply, 404, 'not_found', 'there is no such incident');
      if (format === undefined) {
        const items: unknown[] = [];
        for await (const event of events(incident.id, from)) if (items.push(event) >= limit) break;
        return { items, next: items.length >= limit ? from + items.length : null };
      }
      const file = await exportTimeline(incident.id, format);
      if (!file) return problem(reply, 404, 'not_found', 'the incident has no events');
      if (format === 'html')
        reply.header(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        );
      return reply
        .header('content-disposition', `${format === 'html' ? 'inline' : 'attachment'}; filename="${file.filename}"`)
        .type(file.contentType)
        .send(file.content);
    },
  );
}
