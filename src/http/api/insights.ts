// What is learned from incidents, over /api/v1. Counts only what whoever asks may know of. Changes nothing.
import type { Refusal } from '../../core/refusal.ts';
import { err, ok } from '../../core/result.ts';
import type { Learning } from '../../ports/measured.ts';
import type { DigestRouteDeps } from './digests.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** What it needs. */
export type InsightRouteDeps = Pick<DigestRouteDeps, 'load'> & { readonly learning: Learning };

const noIncident = err<Refusal>({ code: 'not_found', message: 'there is no such incident' });

/** Adds the routes. */
export function addInsights(serve: ServeRoutes, { learning, load }: InsightRouteDeps): void {
  serve.read('GET /insights', async ({ query: { since = null, until = null, service = null, by, zone }, reads }) => {
    // It reads whole records: while urgent work waits, it is asked for later.
    const resting = (await load())?.resting ?? null;
    if (resting !== null)
      return err<Refusal>({
        code: 'busy',
        message: `insights rest while there is more urgent work: ${resting}; ask again`,
      });
    return ok(await learning.insights({ since, until, service, by, zone, seen: await reads.seen() }));
  });
  serve.read('GET /incidents/:id/similar', async ({ params, query, reads }) => {
    const incident = await reads.incident(params.id);
    if (!incident) return noIncident;
    const items = await learning.similar(incident, { seen: await reads.seen(), limit: query.limit });
    return items ? ok({ items }) : noIncident;
  });
}
