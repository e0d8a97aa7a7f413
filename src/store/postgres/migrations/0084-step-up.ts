// What approving with a passkey needs beside the record: challenges that may be answered once, and how often each passkey has signed.
import type { Migration } from '../migrate.ts';

/** Which passkeys there are stands in the system stream, and what they signed in the streams of incidents. */
export const stepUp: Migration = {
  id: '0084-step-up',
  sql: `
CREATE TABLE step_up_challenges (
  nonce text PRIMARY KEY,
  who text NOT NULL,
  about text NOT NULL,
  until timestamptz(3) NOT NULL
);
CREATE INDEX step_up_challenges_until ON step_up_challenges (until);
CREATE TABLE passkey_counts (
  credential_id text PRIMARY KEY,
  count bigint NOT NULL
);
`,
};
