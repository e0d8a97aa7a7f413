// Routes of incidents and of their timelines.
import { z } from 'zod';
import { ApiIncident, ApiIncidentStatus } from '../incident.ts';
import { pageOf, paging, span } from '../paging.ts';
import { PathId } from '../requests.ts';
import type { RouteTable } from '../route.ts';
import { ApiTimelinePage } from '../timeline.ts';

const IncidentQuery = z.strictObject({
  ...paging('inc'),
  ...span,
  status: ApiIncidentStatus.optional(),
  severity: z.coerce.number<number>().int().min(1).max(4).optional().describe('1 is the worst'),
});

const TimelineQuery = z.strictObject({
  format: z
    .enum(['md', 'json', 'html', 'csv', 'bundle', 'confluence', 'notion'])
    .optional()
    .describe('A file to keep; without it, the events'),
  from: z.coerce.number<number>().int().min(1).default(1).describe('First event, by its place in the stream'),
  limit: z.coerce.number<number>().int().min(1).max(1000).default(200),
});

/** Routes of incidents. */
export const incidentRoutes = {
  'GET /incidents': {
    tag: 'incidents',
    summary: 'Incidents',
    right: 'view',
    query: IncidentQuery,
    answers: { 200: { description: 'Incidents, newest first', schema: pageOf(ApiIncident) } },
  },
  'GET /incidents/:id': {
    tag: 'incidents',
    summary: 'One incident, by id or number',
    right: 'view',
    params: PathId,
    answers: { 200: { description: 'It', schema: ApiIncident } },
  },
  'GET /incidents/:id/timeline': {
    tag: 'incidents',
    summary: 'The timeline: events, or a file to keep',
    right: 'view',
    params: PathId,
    query: TimelineQuery,
    answers: {
      200: {
        description: 'Events in order; with `format`, the file',
        schema: ApiTimelinePage,
        files: ['text/markdown', 'text/html', 'text/csv', 'application/xml'],
      },
    },
  },
} satisfies RouteTable;
