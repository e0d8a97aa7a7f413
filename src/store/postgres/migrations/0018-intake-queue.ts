// What waits for intake apart from what came in: a delivery is written once, and only a narrow row beside it comes and goes.
import type { Migration } from '../migrate.ts';

/**
 * A delivery is open while its receipt is in `intake_queue`, dead while `dead`, and else dealt with. `intake_is_free` tells whether a
 * delivery that is accepted now may be claimed with it: nothing of its integration waits or is held, and nobody claims at this moment.
 * It looks with a snapshot of its own, after it has the lock of claims (advisory-locks.ts): what another has claimed is seen.
 */
export const intakeQueue: Migration = {
  id: '0018-intake-queue',
  sql: `
CREATE TABLE intake_queue (
  receipt text PRIMARY KEY,
  integration text NOT NULL,
  -- Of its body, so that no more is claimed at once than there is memory for.
  bytes integer NOT NULL,
  -- Until then some process deals with it.
  claimed_until timestamptz(3),
  -- A delivery that failed is left alone until then.
  not_before timestamptz(3)
);
-- Rows come and go: what is left of them is cleared long before there is as much of it as in a table that only grows.
ALTER TABLE intake_queue SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX intake_queue_claimed ON intake_queue (claimed_until) WHERE claimed_until IS NOT NULL;
INSERT INTO intake_queue (receipt, integration, bytes, claimed_until, not_before)
  SELECT receipt, integration, length(body), claimed_until, not_before FROM deliveries WHERE status = 'accepted';

DROP INDEX deliveries_received;
ALTER TABLE deliveries ADD COLUMN dead boolean NOT NULL DEFAULT false;
UPDATE deliveries SET dead = true WHERE status = 'dead';
ALTER TABLE deliveries
  DROP COLUMN status, DROP COLUMN claimed_until, DROP COLUMN not_before, DROP COLUMN settled_at,
  -- Text that nobody looks into while it is written is not taken apart.
  ALTER COLUMN alerts TYPE json USING alerts::json,
  ALTER COLUMN headers TYPE json USING headers::json;
-- For questions by age, at no cost to those who write: rows stand in the order in which they came.
CREATE INDEX deliveries_received ON deliveries USING brin (received_at) WITH (pages_per_range = 32);

CREATE FUNCTION intake_is_free(wanted text, lock_key bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(lock_key) THEN RETURN false; END IF;
  RETURN NOT EXISTS (SELECT 1 FROM intake_queue q WHERE q.integration = wanted
    AND (q.claimed_until > clock_timestamp() OR q.not_before IS NULL OR q.not_before <= clock_timestamp()));
END $$;
`,
};
