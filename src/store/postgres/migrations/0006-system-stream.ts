// Streams that are no incident's, and what of the system stream is read elsewhere.
import type { Migration } from '../migrate.ts';

/** Heads of such streams, all heads in one view, and the service tokens; kill switches have their table since the first migration. */
export const systemStream: Migration = {
  id: '0006-system-stream',
  sql: `
CREATE TABLE streams (
  id text PRIMARY KEY,
  version integer NOT NULL,
  head_hash text NOT NULL,
  state jsonb NOT NULL,
  sealed_version integer NOT NULL DEFAULT 0,
  sealed_in integer,
  updated_at timestamptz(3) NOT NULL
);

-- Where every stream ends, whatever it is about. Whoever goes through all of them goes through this.
CREATE VIEW stream_heads AS
  SELECT id, version, head_hash, sealed_version, sealed_in FROM incidents
  UNION ALL SELECT id, version, head_hash, sealed_version, sealed_in FROM streams;

-- A name may come again after its token is dead; the dead one stays, so that whoever still presents it is told why.
CREATE TABLE tokens (
  hash text PRIMARY KEY,
  name text NOT NULL,
  rights text[] NOT NULL,
  owner text,
  expires_at timestamptz(3) NOT NULL,
  created_by jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  revoked jsonb
);
`,
};
