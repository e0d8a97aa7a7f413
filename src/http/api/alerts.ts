// Alerts over /api/v1: what becomes of one, and the groups that keep what nobody was told. Parses and hands on; holds no rule.
import { err, ok } from '../../core/result.ts';
import { type ExplainDeps, explainAsked } from './explain.ts';
import { filterOf, shown } from './reads.ts';
import type { ServeDeps, ServeRoutes } from './serve-routes.ts';
import { showAlertGroup } from './show-alert-group.ts';

/** What showing and explaining alerts needs. */
export type AlertRouteDeps = ExplainDeps & {
  readonly authorised: ServeDeps['authorised'];
};

/** Adds the routes. */
export function addAlerts(serve: ServeRoutes, deps: AlertRouteDeps): void {
  serve.order('POST /explain', async ({ body, principal }) => {
    const allowed = await deps.authorised(principal, 'view', {});
    return allowed.ok ? explainAsked(deps, principal, body) : allowed;
  });
  serve.read('GET /alert-groups', async ({ query: { held, ...query }, reads }) =>
    shown(await reads.alertGroups({ ...filterOf(query), held: held === 'true' }), showAlertGroup),
  );
  serve.read('GET /alert-groups/:id', async ({ params: { id }, reads }) => {
    const group = await reads.alertGroup(id);
    return group ? ok(showAlertGroup(group)) : err({ code: 'not_found', message: 'there is no such alert group' });
  });
}
