// Keyed digests beside every snapshot, so that an edit by hand is noticed when the row is read.
import type { Migration } from '../migrate.ts';

/** `proof` beside each state; the version that a run's state belongs to; states as text that is kept to the letter. */
export const snapshotDigests: Migration = {
  id: '0007-snapshot-digests',
  sql: `
-- json, not jsonb: the digest is over the very text. null: an earlier version wrote the row; it is held against its events instead.
ALTER TABLE incidents ALTER COLUMN state TYPE json USING state::text::json;
ALTER TABLE incidents ALTER COLUMN state SET STORAGE EXTERNAL;
ALTER TABLE incidents ADD COLUMN proof text;
ALTER TABLE streams ALTER COLUMN state TYPE json USING state::text::json;
ALTER TABLE streams ADD COLUMN proof text;
ALTER TABLE runs ADD COLUMN proof text;
ALTER TABLE runs ADD COLUMN version integer;
`,
};
