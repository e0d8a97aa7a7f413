// What may be used once: signatures of deliveries and of Slack, triggers, envelopes.
import type { Migration } from '../migrate.ts';

/** Kept until its window is over; all processes share it. `receipt`: the delivery that it came with, if it was one. */
export const usedProofs: Migration = {
  id: '0008-used-proofs',
  sql: `
CREATE TABLE used_proofs (
  key text PRIMARY KEY,
  receipt text,
  until timestamptz(3) NOT NULL
);
CREATE INDEX used_proofs_until ON used_proofs (until);
`,
};
