// Alert groups have streams of their own, many of them, beside the one of the system.
import type { Migration } from '../migrate.ts';

/**
 * What a stream is about, the key that a group is found by, when it wants attention, and which alerts it holds back. Keys are found by
 * their hash: they may be longer than an ordered index takes.
 */
export const groupStreams: Migration = {
  id: '0022-group-streams',
  sql: `
ALTER TABLE streams
  ADD COLUMN kind text NOT NULL DEFAULT 'system',
  ADD COLUMN key text,
  ADD COLUMN wake_at timestamptz(3),
  ADD COLUMN held text[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT streams_key EXCLUDE USING hash (key WITH =),
  ALTER COLUMN state SET STORAGE MAIN;
-- As for incidents: a snapshot stays in its row, and dead rows are cleared after a fixed number of changes.
ALTER TABLE streams SET (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX streams_unsealed ON streams (id) WHERE unsealed;
CREATE INDEX streams_due ON streams (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX streams_holding ON streams (id) WHERE held <> '{}';
CREATE INDEX streams_held ON streams USING gin (held) WHERE held <> '{}';
-- A group whose row is gone, or was given another key, shows in the event that opened it.
CREATE INDEX events_opening_groups ON events USING hash ((data->>'key')) WHERE type = 'group.opened';
`,
};
