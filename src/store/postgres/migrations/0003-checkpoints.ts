// How far each stream is sealed, so that finding what moved since costs nothing on the streams that did not.
import type { Migration } from '../migrate.ts';

/** Beside each incident: the version that was last sealed, and the checkpoint that did it. */
export const checkpoints: Migration = {
  id: '0003-checkpoints',
  sql: `
ALTER TABLE incidents ADD COLUMN sealed_version integer NOT NULL DEFAULT 0;
ALTER TABLE incidents ADD COLUMN sealed_in integer;
-- Not "less than": a version that went back has moved too.
CREATE INDEX incidents_to_seal ON incidents (id) WHERE sealed_version <> version;
`,
};
