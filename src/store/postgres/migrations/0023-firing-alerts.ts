// The alerts that fire, whatever keeps them quiet: what inhibits others.
import type { Migration } from '../migrate.ts';

/** Written only where something can be inhibited. What is over stays for an hour, so that every process hears of it. */
export const firingAlerts: Migration = {
  id: '0023-firing-alerts',
  sql: `
CREATE TABLE firing_alerts (
  fingerprint text PRIMARY KEY,
  firing boolean NOT NULL,
  alert json NOT NULL,
  changed_at timestamptz(3) NOT NULL
);
CREATE INDEX firing_alerts_changed ON firing_alerts (changed_at);
`,
};
