// The buttons that open a page: Slack opens it, and tells of the click. Nothing is to be done.
import { type ButtonHandler, defineButton } from '../surface.ts';

const openLink = (kind: string, about: string): ButtonHandler =>
  defineButton({ name: `open_${kind}`, about, right: 'view', press: async () => null });

/** The runbook. */
export const openRunbook = openLink('runbook', 'open the runbook of an alert');
/** The dashboard. */
export const openDashboard = openLink('dashboard', 'open the dashboard of an alert');
/** What the alert saw. */
export const openGraph = openLink('graph', 'open the graph of an alert');
/** The incident on Firebreak's own page. */
export const openPage = openLink('page', 'open an incident on the page');
