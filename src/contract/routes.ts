// Every route of /api/v1 in one table: the server answers by it, the description is made of it, the client is typed by it.
import { accessRoutes } from './routes/access.ts';
import { alertRoutes } from './routes/alerts.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { digestRoutes } from './routes/digests.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { followUpRoutes } from './routes/follow-up.ts';
import { incidentOrderRoutes } from './routes/incident-orders.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { insightRoutes } from './routes/insights.ts';
import { meRoutes } from './routes/me.ts';
import { muteRoutes } from './routes/mutes.ts';
import { onCallRoutes } from './routes/on-call.ts';
import { operationRoutes } from './routes/operations.ts';
import { passkeyRoutes } from './routes/passkeys.ts';
import { playbookVersionRoutes } from './routes/playbook-versions.ts';
import { recordRoutes } from './routes/record.ts';
import { ruleRoutes } from './routes/rules.ts';
import { runRoutes } from './routes/runs.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { sloRoutes } from './routes/slo.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { trustRoutes } from './routes/trust.ts';

/** The routes, by method and path below `apiPrefix`. */
export const routes = {
  ...meRoutes,
  ...accessRoutes,
  ...incidentRoutes,
  ...incidentOrderRoutes,
  ...insightRoutes,
  ...digestRoutes,
  ...evidenceRoutes,
  ...followUpRoutes,
  ...runRoutes,
  ...approvalRoutes,
  ...operationRoutes,
  ...alertRoutes,
  ...tokenRoutes,
  ...sessionRoutes,
  ...passkeyRoutes,
  ...muteRoutes,
  ...onCallRoutes,
  ...scheduleRoutes,
  ...sloRoutes,
  ...ruleRoutes,
  ...trustRoutes,
  ...recordRoutes,
  ...playbookVersionRoutes,
};

/** The routes as types. */
export type Routes = typeof routes;
/** Method and path of a route. */
export type RouteName = keyof Routes;

/** Below this path stands all of the API but its description. */
export const apiPrefix = '/api/v1';

/** Method and path out of the name of a route. */
export function partsOf(name: RouteName): { readonly method: string; readonly path: string } {
  const [method = '', path = ''] = name.split(' ');
  return { method, path };
}
