// Slack's rates, shared by all processes: what one has sent, no other may send too.
import type { Migration } from '../migrate.ts';

/** A token bucket a row. Not logged: after a crash all are full, which is a burst that Slack answers with 429 at worst. */
export const slackRates: Migration = {
  id: '0035-slack-rates',
  sql: `
CREATE UNLOGGED TABLE slack_rates (
  key text PRIMARY KEY,
  tokens float8 NOT NULL,
  counted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  paused_until timestamptz NOT NULL DEFAULT 'epoch'
);
`,
};
