// Every event moves its stream's head, so that must cost little: no index knows the version, and what moves stands together.
import type { Migration } from '../migrate.ts';

/**
 * `unsealed` marks streams that have moved since they were sealed; it changes once a seal, where an index on the version changed with every
 * event. The head stands behind the state: an update that stays on its page writes only from the first byte that differs.
 */
export const headsInPlace: Migration = {
  id: '0016-heads-in-place',
  sql: `
DROP VIEW stream_snapshots;
DROP VIEW stream_heads;
DROP INDEX incidents_to_seal;
ALTER TABLE incidents RENAME COLUMN version TO earlier_version;
ALTER TABLE incidents RENAME COLUMN head_hash TO earlier_hash;
ALTER TABLE incidents ADD COLUMN unsealed boolean NOT NULL DEFAULT true, ADD COLUMN version integer, ADD COLUMN head_hash text;
UPDATE incidents SET version = earlier_version, head_hash = earlier_hash, unsealed = sealed_version <> earlier_version;
ALTER TABLE incidents ALTER COLUMN version SET NOT NULL, ALTER COLUMN head_hash SET NOT NULL,
  DROP COLUMN earlier_version, DROP COLUMN earlier_hash;
ALTER TABLE incidents ALTER COLUMN state SET STORAGE MAIN;
ALTER TABLE incidents SET (toast_tuple_target = 8160);
ALTER TABLE streams ADD COLUMN unsealed boolean NOT NULL DEFAULT true;
UPDATE streams SET unsealed = sealed_version <> version;
CREATE INDEX incidents_unsealed ON incidents (id) WHERE unsealed;

CREATE VIEW stream_heads AS
  SELECT id, version, head_hash, sealed_version, sealed_in FROM incidents
  UNION ALL SELECT id, version, head_hash, sealed_version, sealed_in FROM streams;
CREATE VIEW stream_snapshots AS
  SELECT id, version, head_hash, unsealed, state, proof FROM incidents
  UNION ALL SELECT id, version, head_hash, unsealed, state, proof FROM streams;
`,
};
