// Fewer bytes for every event: what is in the row before is not said again, and what is text already is not taken apart.
import type { Migration } from '../migrate.ts';

/**
 * `prev_hash` is the hash of the event before, so it is read there; hashes are bytes. `data` and `actor` keep the canonical text
 * that was hashed.
 */
export const narrowRows: Migration = {
  id: '0012-narrow-rows',
  sql: `
ALTER TABLE events
  DROP COLUMN prev_hash,
  ALTER COLUMN data TYPE json USING data::json,
  ALTER COLUMN actor TYPE json USING actor::json,
  -- What somebody has put there by hand is no reason not to start: it is found when the chain is verified.
  ALTER COLUMN hash TYPE bytea USING CASE WHEN hash ~ '^[0-9a-f]{64}$' THEN decode(hash, 'hex') ELSE convert_to(hash, 'UTF8') END;

-- Null: the run was stored whole by an earlier version.
ALTER TABLE runs ADD COLUMN origin json, ADD COLUMN origin_proof text;
-- A snapshot stays in its row: outside of it every update would write all of it anew, inside only what has changed.
ALTER TABLE runs ALTER COLUMN state SET STORAGE MAIN, ALTER COLUMN origin SET STORAGE MAIN;
ALTER TABLE runs SET (toast_tuple_target = 8160);
`,
};
