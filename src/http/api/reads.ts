// The reading half of /api/v1: lists and single things, a timeline as events or as a file. Changes nothing.
import type { ApiTimelineEvent } from '../../contract/timeline.ts';
import type { NamedPeople } from '../../core/authority/nobody.ts';
import { actorOf } from '../../core/authority/principal.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { whyExcluded } from '../../core/run/excluded.ts';
import { eligible } from '../../core/run/who-decides.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { ShowRuns } from '../../ports/reads.ts';
import type { ServeDeps, ServeRoutes } from './serve-routes.ts';
import { showEvent, showIncident } from './show-incident.ts';
import { showMe } from './show-me.ts';
import { showPlaybook } from './show-playbook.ts';
import { showApproval, showRun } from './show-run.ts';

/** What reading needs. */
export type ReadDeps = {
  readonly show: ShowRuns;
  readonly catalog: PlaybookCatalog;
  readonly authorised: ServeDeps['authorised'];
  readonly named: Pick<NamedPeople, 'people' | 'access'>;
};

/** A query as the read side takes it: without what was not given, and with a cursor or null. */
export function filterOf<T extends { readonly cursor?: string | undefined }>({ cursor, ...rest }: T) {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...given, cursor: cursor ?? null } as {
    [K in Exclude<keyof T, 'cursor'>]: Exclude<T[K], undefined>;
  } & { cursor: string | null };
}

/** A page of a list, each entry shown. */
export const shown = <T, U>(
  page: { readonly items: readonly T[]; readonly cursor: string | null },
  show: (item: T) => U,
) => ok({ items: page.items.map(show), cursor: page.cursor });

/** What was found, shown; else a refusal. */
function found<T, U>(value: T | null | undefined, what: string, show: (value: T) => U): Result<U, Refusal> {
  const missing: Refusal = { code: 'not_found', message: `there is no such ${what}` };
  return value === null || value === undefined ? err(missing) : ok(show(value));
}

/** Adds the routes. */
export function addReads(serve: ServeRoutes, deps: ReadDeps): void {
  serve.read('GET /me', async ({ principal }) => ok(await showMe(principal, deps.authorised)));
  serve.read('GET /incidents', async ({ query, reads }) => shown(await reads.incidents(filterOf(query)), showIncident));
  serve.read('GET /incidents/:id', async ({ params, reads }) =>
    found(await reads.incident(params.id), 'incident', showIncident),
  );
  serve.read('GET /runs', async ({ query: { incident, ...query }, reads }) => {
    const filter = filterOf(query);
    const { items, cursor } = await reads.runs(incident === undefined ? filter : { ...filter, incidentId: incident });
    return ok({ items: (await deps.show(items)).map(showRun), cursor });
  });
  serve.read('GET /runs/:id', async ({ params, reads }) => {
    const row = await reads.run(params.id);
    return found(row && (await deps.show([row]))[0], 'run', showRun);
  });
  addApprovals(serve, deps);
  serve.read('GET /playbooks', async () => ok({ items: deps.catalog.all().map(showPlaybook), cursor: null }));
  serve.read('GET /playbooks/:name', async ({ params }) =>
    found(deps.catalog.byName(params.name), 'playbook', showPlaybook),
  );
  addTimeline(serve);
}

function addApprovals(serve: ServeRoutes, { authorised, named }: ReadDeps): void {
  serve.read('GET /approvals', async ({ query, principal, reads }) => {
    const { items, cursor } = await reads.approvals(filterOf(query));
    const actor = actorOf(principal);
    const answers = items.map(async (run) => {
      const { runId, incidentId, approval } = run;
      const allowed = await authorised(principal, 'approve', { approvers: eligible(approval) });
      const refusal = allowed.ok ? null : allowed.error.message;
      const { people, access } = named;
      const { selfApproval } = access;
      const excluded = whyExcluded({ run, approval, actor, people, selfApproval });
      return { runId, incidentId, approval: showApproval(approval), refusal, excluded };
    });
    return ok({ items: await Promise.all(answers), cursor });
  });
}

function addTimeline(serve: ServeRoutes): void {
  serve.file('GET /incidents/:id/timeline', async ({ params, query: { format, from, limit }, reads }, reply) => {
    const incident = await reads.incident(params.id);
    if (!incident) return err({ code: 'not_found', message: 'there is no such incident' });
    if (format === undefined) {
      const items: ApiTimelineEvent[] = [];
      for await (const event of reads.events(incident.id, from)) if (items.push(showEvent(event)) >= limit) break;
      return ok({ items, next: items.length >= limit ? from + items.length : null });
    }
    const file = await reads.exportTimeline(incident.id, format);
    if (!file) return err({ code: 'not_found', message: 'the incident has no events' });
    if (format === 'html')
      reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return reply
      .header('content-disposition', `${format === 'html' ? 'inline' : 'attachment'}; filename="${file.filename}"`)
      .type(file.contentType)
      .send(file.content);
  });
}
