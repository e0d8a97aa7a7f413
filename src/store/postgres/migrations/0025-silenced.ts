// What each silence has held is counted from the events of alert groups.
import type { Migration } from '../migrate.ts';

/** Only what silences hold is in it, so that what comes while nothing is silenced costs nothing. */
export const silenced: Migration = {
  id: '0025-silenced',
  sql: `
CREATE INDEX events_silenced ON events ((data->'hold'->>'name'), at)
  WHERE type IN ('group.alert_held', 'group.hold_changed') AND data->'hold'->>'by' = 'silence';
`,
};
