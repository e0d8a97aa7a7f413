// Sessions of people who signed in for the page.
import type { Migration } from '../migrate.ts';

/**
 * `hash`: SHA-256 of what proves the session, which is kept nowhere. `proof`: vouches for everything but `seen_at`, so that a row
 * that was written by hand lets nobody in.
 */
export const sessions: Migration = {
  id: '0034-sessions',
  sql: `
CREATE TABLE sessions (
  id text PRIMARY KEY,
  hash text NOT NULL UNIQUE,
  provider text NOT NULL,
  subject text NOT NULL,
  name text,
  email text,
  created_at timestamptz(3) NOT NULL,
  seen_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  revoked jsonb,
  proof text NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
`,
};
