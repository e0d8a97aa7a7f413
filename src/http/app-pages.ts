// Where links lead: the pages of the web application by their own addresses. For people in a browser; whoever has not signed in does so
// first and comes back. The page holds no data, and grants nothing.
import type { FastifyInstance } from 'fastify';
import type { ReadDeps } from './api/reads.ts';
import { sendApp } from './page.ts';
import { type AuthenticateDeps, authenticate } from './session/authenticate.ts';
import { turnAway } from './session/guard.ts';
import { wantsPage } from './session/origin.ts';

/** What the pages need. */
export type AppPageDeps = AuthenticateDeps & Pick<ReadDeps, 'authorised'>;

/** Every address of the application but its start, with what stands there. */
const pages = {
  '/incidents': 'Incidents',
  '/incidents/:number': 'An incident, by its number',
  '/incidents/:number/postmortem': 'The postmortem of an incident',
  '/actions': 'Action items of all incidents',
  '/runs': 'Runs',
  '/runs/:id': 'A run',
  '/approvals': 'What waits for a decision',
  '/approvals/:id': 'A request for a decision',
  '/playbooks': 'Playbooks',
  '/playbooks/:name': 'A playbook',
  '/alerts': 'Alerts and what keeps them quiet',
  '/alerts/groups/:id': 'An alert group',
  '/alerts/deliveries/:receipt': 'A delivery',
  '/alerts/:section': 'A part of alerts: explain, silences, deliveries',
  '/automation': 'What automation does, and what is halted',
  '/automation/:section': 'A part of automation: policies, trust',
  '/insights': 'What is learned from incidents',
  '/digests': 'What happened in a day, a week or a month',
  '/settings': 'Settings',
  '/settings/:section': 'A part of the settings',
} as const;

/** Adds the routes. */
export function addAppPages(app: FastifyInstance, deps: AppPageDeps): void {
  app.register((routes, _options, done) => {
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
    });
    for (const [path, summary] of Object.entries(pages)) {
      const depth = path.split('/').length - 2;
      const doc = { tag: 'page', summary, answers: { 200: { description: 'The page', type: 'text/html' } } };
      routes.get(path, { config: { doc } }, (request, reply) => sendApp(request, reply, depth));
    }
    done();
  });
}
