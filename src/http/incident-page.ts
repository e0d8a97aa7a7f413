// Where links in Slack lead: /incidents[/:number], /runs/:id, /approvals. For people in a browser; whoever has not signed in does so first
// and comes back. Shows what the API shows, and grants nothing.
import { readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SeenReads } from '../ports/reads.ts';
import type { ReadDeps } from './api/reads.ts';
import type { ServeDeps } from './api/serve-routes.ts';
import { sendPage, styleDigest, textOf } from './html-page.ts';
import { pageHeaders } from './page.ts';
import type { AuthenticateDeps } from './session/authenticate.ts';
import { authenticate } from './session/authenticate.ts';
import { turnAway } from './session/guard.ts';

/** What the pages need. */
export type IncidentPageDeps = AuthenticateDeps & Pick<ReadDeps, 'authorised'> & Pick<ServeDeps, 'readsFor'>;

const doc = (summary: string) => ({
  tag: 'page',
  summary,
  answers: { 200: { description: 'The page', type: 'text/html' } },
});

/** Adds the routes. */
export function addIncidentPages(app: FastifyInstance, deps: IncidentPageDeps): void {
  app.register((pages, _options, done) => {
    pages.addHook('onRequest', async (request, reply) => {
      const allowed = await authenticate(request, deps);
      if (!allowed.ok) return turnAway(request, reply, allowed.error);
      pages.edge.proven(request);
      request.principal = allowed.value;
      const views = await deps.authorised(allowed.value, 'view', {});
      const message = views.ok ? null : views.error.message;
      if (message !== null)
        return turnAway(request, reply, { status: 403, code: 'not_allowed', message, wrong: false });
    });
    pages.get<{ Params: { number: string } }>(
      '/incidents/:number',
      { config: { doc: doc('The page of an incident, by its number') } },
      (request, reply) => showIncident(request, reply, deps.readsFor(request.principal)),
    );
    pages.get<{ Params: { id: string } }>(
      '/runs/:id',
      { config: { doc: doc('The page of a run: that of its incident') } },
      (request, reply) => showRun(request, reply, deps.readsFor(request.principal)),
    );
    for (const [path, summary] of [
      ['/incidents', 'The open incidents'],
      ['/approvals', 'What waits for a decision'],
    ] as const)
      pages.get(path, { config: { doc: doc(summary) } }, async (_request, reply) =>
        reply
          .headers(pageHeaders)
          .type('text/html; charset=utf-8')
          .send(await readFile(startPage)),
      );
    done();
  });
}

/** The start page shows what waits for a decision, and then what is open. */
const startPage = new URL('../web/index.html', import.meta.url);

const missing = (reply: FastifyReply, what: string) =>
  sendPage(reply, 404, {
    title: 'Not found',
    body: `<p>There is no ${textOf(what)}.</p><p><a href="../">To the start</a></p>`,
  });

async function showIncident(
  { params: { number } }: FastifyRequest<{ Params: { number: string } }>,
  reply: FastifyReply,
  reads: SeenReads,
): Promise<FastifyReply> {
  const what = `incident ${number.slice(0, 40)}`;
  const incident = await reads.incident(number);
  const file = incident && (await reads.exportTimeline(incident.id, 'html'));
  if (!file) return missing(reply, what);
  const style = /<style>(.*?)<\/style>/s.exec(file.content)?.[1] ?? '';
  const policy = `default-src 'none'; style-src ${styleDigest(style)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return reply
    .headers({ 'content-security-policy': policy, 'cache-control': 'no-store' })
    .type(file.contentType)
    .send(file.content);
}

async function showRun(
  { params: { id } }: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
  reads: SeenReads,
): Promise<FastifyReply> {
  const run = await reads.run(id);
  const incident = run && (await reads.incident(run.state.incidentId));
  // Beside this page, whatever path a proxy has put before it.
  return incident ? reply.redirect(`../incidents/${incident.number}`, 303) : missing(reply, `run ${id.slice(0, 40)}`);
}
