// Routes of incidents and of their timelines.
import { z } from 'zod';
import { ApiFrame } from '../frame.ts';
import { ApiIncident, ApiIncidentStatus } from '../incident.ts';
import { ApiEntryKind, ApiLedgerPage, ApiLedgerRecord } from '../ledger.ts';
import { instantOf, pageOf, paging, span } from '../paging.ts';
import { PathId } from '../requests.ts';
import type { RouteTable } from '../route.ts';
import { ApiTimelinePage } from '../timeline.ts';

const IncidentQuery = z.strictObject({
  ...paging('inc'),
  ...span,
  status: ApiIncidentStatus.optional(),
  severity: z.coerce.number<number>().int().min(1).max(4).optional().describe('1 is the worst'),
  q: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Words, or how they begin, of titles, services, labels, alerts, notes and messages, or a number; all must be found',
    ),
  service: z.string().max(200).optional().describe('A service that it, or one of its alerts, is about'),
  lead: z.string().max(200).optional().describe('Who leads it, as its role says'),
  sort: z
    .enum(['newest', 'severity'])
    .default('newest')
    .describe('`severity`: the worst first, and of these the newest'),
});

const AsKnownAt = { at: instantOf('As it was known at this instant; without it, as it is known now') };
const FrameQuery = z.strictObject(AsKnownAt);
const place = z.coerce.number<number>().int().min(0).max(2_147_483_647);
const LedgerQuery = z
  .strictObject({
    ...AsKnownAt,
    after: place.optional().describe('Entries after this place; 0 begins at the beginning'),
    before: place.optional().describe('Entries before this place, the last ones of them'),
    limit: z.coerce.number<number>().int().min(1).max(500).default(100).describe('Entries of one page, 1 to 500'),
    kind: ApiEntryKind.optional().describe('Entries of this kind only'),
  })
  .refine(({ after, before }) => after === undefined || before === undefined, {
    error: 'take either `after` or `before`',
    path: ['before'],
  });
const PathEntry = PathId.extend({ seq: place.min(1) });

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
  'GET /incidents/:id/frame': {
    tag: 'incidents',
    summary: 'What was known of an incident at an instant, as lanes of alerts, people and runs',
    right: 'view',
    params: PathId,
    query: FrameQuery,
    answers: { 200: { description: 'The frame', schema: ApiFrame } },
  },
  'GET /incidents/:id/ledger': {
    tag: 'incidents',
    summary: 'The ledger of an incident in sentences, in pages both ways',
    right: 'view',
    params: PathId,
    query: LedgerQuery,
    answers: {
      200: { description: 'Entries, oldest first; without `after` and `before` the last ones', schema: ApiLedgerPage },
    },
  },
  'GET /incidents/:id/ledger/:seq': {
    tag: 'incidents',
    summary: 'One entry of the ledger, with everything that was recorded',
    right: 'view',
    params: PathEntry,
    answers: { 200: { description: 'It', schema: ApiLedgerRecord } },
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
