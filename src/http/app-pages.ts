// Where links lead: the pages of the web application by their own addresses. For people in a browser; whoever has not signed in does so
// first and comes back. The page holds no data, and grants nothing.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ReadDeps } from './api/reads.ts';
import { sendApp } from './page.ts';
import type { PageStart } from './page-start.ts';
import { type AuthenticateDeps, authenticate } from './session/authenticate.ts';
import { turnAway } from './session/guard.ts';
import { wantsPage } from './session/origin.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a page of the application: whoever asks for it has proved who he or she is, and may look. */
    mayRead: boolean;
  }
}

/** What the pages need. */
export type AppPageDeps = AuthenticateDeps & Pick<ReadDeps, 'authorised'>;

/** A page: what stands there, its file below src/web/pages, and what it asks the API for at once where its address has no query. */
type AppPage = { readonly summary: string; readonly file: string; readonly reads?: readonly string[] };

/** Every address of the application but its start. */
const pages: { readonly [path: string]: AppPage } = {
  '/incidents': { summary: 'Incidents', file: 'incidents/incidents-page' },
  '/incidents/:number': {
    summary: 'An incident, by its number',
    file: 'incident/incident-page',
    reads: ['incidents/:number', 'incidents/:number/frame', 'incidents/:number/ledger?limit=200', 'people'],
  },
  '/incidents/:number/postmortem': { summary: 'The postmortem of an incident', file: 'postmortem/postmortem-page' },
  '/actions': { summary: 'Action items of all incidents', file: 'actions/actions-page' },
  '/runs': { summary: 'Runs', file: 'run/runs-page' },
  '/runs/:id': { summary: 'A run', file: 'run/run-page' },
  '/approvals': { summary: 'What waits for a decision', file: 'approvals/approvals-page' },
  '/approvals/:id': { summary: 'A request for a decision', file: 'approvals/approval-page' },
  '/playbooks': { summary: 'Playbooks', file: 'playbooks/playbooks-page' },
  '/playbooks/:name': { summary: 'A playbook', file: 'playbooks/playbook-page' },
  '/alerts': { summary: 'Alerts and what keeps them quiet', file: 'alerts/alerts-page' },
  '/alerts/groups/:id': { summary: 'An alert group', file: 'alerts/group-page' },
  '/alerts/deliveries/:receipt': { summary: 'A delivery', file: 'alerts/delivery-page' },
  '/alerts/:section': { summary: 'A part of alerts: explain, silences, deliveries', file: 'alerts/alerts-page' },
  '/automation': { summary: 'What automation does, and what is halted', file: 'automation/automation-page' },
  '/automation/:section': { summary: 'A part of automation: policies, trust', file: 'automation/automation-page' },
  '/insights': { summary: 'What is learned from incidents', file: 'insights/insights-page' },
  '/digests': { summary: 'What happened in a day, a week or a month', file: 'digests/digests-page' },
  '/settings': { summary: 'Settings', file: 'settings/settings-page' },
  '/settings/:section': { summary: 'A part of the settings', file: 'settings/settings-page' },
};

/** What every page asks for at once: who looks at it, and what waits for a decision. */
const readsOfAll = ['me', 'approvals?status=open&limit=100'];

/** How a page begins at the address that was asked for. Whoever is not known has nothing to ask for. */
function startOf({ file, reads = [] }: AppPage, request: FastifyRequest): PageStart {
  const given = request.params as { readonly [name: string]: string };
  const filled = reads.map((read) =>
    read.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(given[name] ?? '')),
  );
  const known = request.url.includes('?') ? [] : filled;
  return { source: `pages/${file}.tsx`, reads: request.mayRead ? [...readsOfAll, ...known] : [] };
}

/** Adds the routes. */
export function addAppPages(app: FastifyInstance, deps: AppPageDeps): void {
  app.register((routes, _options, done) => {
    routes.decorateRequest('mayRead', false);
    routes.addHook('onRequest', async (request, reply) => {
      const allowed = await authenticate(request, deps);
      if (!allowed.ok) {
        // Where nobody can sign in, the page itself says so and takes a token.
        const { status, wrong } = allowed.error;
        const isAsked = status === 401 && !wrong && request.server.signInAt === null && wantsPage(request);
        return isAsked ? undefined : turnAway(request, reply, allowed.error);
      }
      routes.edge.proven(request);
      const views = await deps.authorised(allowed.value, 'view', {});
      const message = views.ok ? null : views.error.message;
      if (message !== null)
        return turnAway(request, reply, { status: 403, code: 'not_allowed', message, wrong: false });
      request.mayRead = true;
    });
    for (const [path, page] of Object.entries(pages)) {
      const depth = path.split('/').length - 2;
      const doc = {
        tag: 'page',
        summary: page.summary,
        answers: { 200: { description: 'The page', type: 'text/html' } },
      };
      routes.get(path, { config: { doc } }, (request, reply) =>
        sendApp(request, reply, { depth, start: startOf(page, request) }),
      );
    }
    done();
  });
}
