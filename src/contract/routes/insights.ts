// Routes of what is learned from incidents.
import { z } from 'zod';
import { ApiInsights, ApiSimilarIncident, ApiTimesBy } from '../insights.ts';
import { listOf, span } from '../paging.ts';
import { PathId } from '../requests.ts';
import type { RouteTable } from '../route.ts';

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const InsightsQuery = z.strictObject({
  ...span,
  by: ApiTimesBy.default('service').describe('What times are put together by'),
  service: z.string().max(200).optional().describe('Incidents of this service only'),
  zone: z
    .string()
    .max(80)
    .refine(isZone, 'is no time zone; take a name such as Europe/Berlin')
    .default('UTC')
    .describe('Whose nights: an IANA time zone'),
});
const SimilarQuery = z.strictObject({
  limit: z.coerce.number<number>().int().min(1).max(50).default(10).describe('Incidents at most, 1 to 50'),
});

/** Routes of learning. */
export const insightRoutes = {
  'GET /insights': {
    tag: 'insights',
    summary: 'What is learned from incidents: times, recurrences, toil, approvals, alerts without effect, costs',
    right: 'view',
    query: InsightsQuery,
    answers: { 200: { description: 'It', schema: ApiInsights } },
  },
  'GET /incidents/:id/similar': {
    tag: 'insights',
    summary: 'Incidents that are like one, and why',
    right: 'view',
    params: PathId,
    query: SimilarQuery,
    answers: { 200: { description: 'The likest first', schema: z.object({ items: listOf(ApiSimilarIncident) }) } },
  },
} satisfies RouteTable;
