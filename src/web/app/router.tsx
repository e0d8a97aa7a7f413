// Which page stands at which address; each is loaded when it is first needed. The server knows the same addresses (src/http/app-pages.ts).
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { basePath } from '../data/base.ts';
import { prefetchIncident } from '../data/read.ts';
import { readItemSearch } from '../model/action-items.ts';
import { readAlertSearch } from '../model/alert-search.ts';
import { readDigestSearch } from '../model/digest-search.ts';
import { readIncidentSearch } from '../model/incidents.ts';
import { readInsightSearch } from '../model/insights.ts';
import { readPlaybookSearch } from '../model/playbook-search.ts';
import { Broken } from './broken.tsx';
import { NoSuchPage } from './no-such-page.tsx';
import { Root } from './root.tsx';

const root = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  component: Root,
  notFoundComponent: NoSuchPage,
  errorComponent: Broken,
});
const getParentRoute = () => root;

const now = createRoute({
  getParentRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/now/now-page.tsx'), 'NowPage'),
});
const incidents = createRoute({
  getParentRoute,
  path: '/incidents',
  validateSearch: readIncidentSearch,
  component: lazyRouteComponent(() => import('../pages/incidents/incidents-page.tsx'), 'IncidentsPage'),
});
const incident = createRoute({
  getParentRoute,
  path: '/incidents/$number',
  validateSearch: (raw: { readonly [name: string]: unknown }): { readonly at?: string | undefined } => ({
    at: typeof raw['at'] === 'string' && !Number.isNaN(Date.parse(raw['at'])) ? raw['at'] : undefined,
  }),
  // The page asks for the same; here its script need not be there yet.
  loaderDeps: ({ search: { at = null } }) => ({ at }),
  loader: ({ context, params, deps, cause }) => {
    if (cause === 'enter') prefetchIncident(context.queries, params.number, deps.at);
  },
  component: lazyRouteComponent(() => import('../pages/incident/incident-page.tsx'), 'IncidentPage'),
});
const postmortem = createRoute({
  getParentRoute,
  path: '/incidents/$number/postmortem',
  component: lazyRouteComponent(() => import('../pages/postmortem/postmortem-page.tsx'), 'PostmortemPage'),
});
const actions = createRoute({
  getParentRoute,
  path: '/actions',
  validateSearch: readItemSearch,
  component: lazyRouteComponent(() => import('../pages/actions/actions-page.tsx'), 'ActionsPage'),
});
const runs = createRoute({
  getParentRoute,
  path: '/runs',
  component: lazyRouteComponent(() => import('../pages/run/runs-page.tsx'), 'RunsPage'),
});
const run = createRoute({
  getParentRoute,
  path: '/runs/$id',
  component: lazyRouteComponent(() => import('../pages/run/run-page.tsx'), 'RunPage'),
});
const approvals = createRoute({
  getParentRoute,
  path: '/approvals',
  component: lazyRouteComponent(() => import('../pages/approvals/approvals-page.tsx'), 'ApprovalsPage'),
});
const approval = createRoute({
  getParentRoute,
  path: '/approvals/$id',
  component: lazyRouteComponent(() => import('../pages/approvals/approval-page.tsx'), 'ApprovalPage'),
});
const playbooks = createRoute({
  getParentRoute,
  path: '/playbooks',
  component: lazyRouteComponent(() => import('../pages/playbooks/playbooks-page.tsx'), 'PlaybooksPage'),
});
const playbook = createRoute({
  getParentRoute,
  path: '/playbooks/$name',
  validateSearch: readPlaybookSearch,
  component: lazyRouteComponent(() => import('../pages/playbooks/playbook-page.tsx'), 'PlaybookPage'),
});
const alerts = createRoute({
  getParentRoute,
  path: '/alerts',
  validateSearch: readAlertSearch,
  component: lazyRouteComponent(() => import('../pages/alerts/alerts-page.tsx'), 'AlertsPage'),
});
const alertGroup = createRoute({
  getParentRoute,
  path: '/alerts/groups/$id',
  component: lazyRouteComponent(() => import('../pages/alerts/group-page.tsx'), 'GroupPage'),
});
const alertDelivery = createRoute({
  getParentRoute,
  path: '/alerts/deliveries/$receipt',
  component: lazyRouteComponent(() => import('../pages/alerts/delivery-page.tsx'), 'DeliveryPage'),
});
const alertsSection = createRoute({
  getParentRoute,
  path: '/alerts/$section',
  validateSearch: readAlertSearch,
  component: lazyRouteComponent(() => import('../pages/alerts/alerts-page.tsx'), 'AlertsSectionPage'),
});
const automation = createRoute({
  getParentRoute,
  path: '/automation',
  component: lazyRouteComponent(() => import('../pages/automation/automation-page.tsx'), 'AutomationPage'),
});
const automationSection = createRoute({
  getParentRoute,
  path: '/automation/$section',
  component: lazyRouteComponent(() => import('../pages/automation/automation-page.tsx'), 'AutomationSectionPage'),
});
const insights = createRoute({
  getParentRoute,
  path: '/insights',
  validateSearch: readInsightSearch,
  component: lazyRouteComponent(() => import('../pages/insights/insights-page.tsx'), 'InsightsPage'),
});
const digests = createRoute({
  getParentRoute,
  path: '/digests',
  validateSearch: readDigestSearch,
  component: lazyRouteComponent(() => import('../pages/digests/digests-page.tsx'), 'DigestsPage'),
});
const settings = createRoute({
  getParentRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
});
const settingsSection = createRoute({
  getParentRoute,
  path: '/settings/$section',
  component: lazyRouteComponent(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
});
const bundle = createRoute({
  getParentRoute,
  path: '/bundle',
  component: lazyRouteComponent(() => import('../pages/bundle/bundle-page.tsx'), 'BundlePage'),
});

const routeTree = root.addChildren([
  now,
  incidents,
  incident,
  postmortem,
  actions,
  runs,
  run,
  approvals,
  approval,
  playbooks,
  playbook,
  alerts,
  alertGroup,
  alertDelivery,
  alertsSection,
  automation,
  automationSection,
  insights,
  digests,
  settings,
  settingsSection,
  bundle,
]);

/** Makes the router. */
export const createAppRouter = (queries: QueryClient) =>
  createRouter({
    routeTree,
    context: { queries },
    basepath: basePath,
    defaultPreload: 'intent',
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
