// What is remembered of deliveries that were refused, and of fields in which bodies were not as expected.
import type { Migration } from '../migrate.ts';

/** Both tables hold kinds and count: a flood of one kind is one row. */
export const deliveryNotes: Migration = {
  id: '0021-delivery-notes',
  sql: `
CREATE TABLE refused_deliveries (
  source text NOT NULL,
  integration text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  peer text NOT NULL,
  first_at timestamptz(3) NOT NULL,
  last_at timestamptz(3) NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (source, integration, outcome, reason, peer)
);
CREATE TABLE delivery_field_faults (
  source text NOT NULL,
  integration text NOT NULL,
  field text NOT NULL,
  kind text NOT NULL,
  message text NOT NULL,
  first_at timestamptz(3) NOT NULL,
  last_at timestamptz(3) NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (source, integration, field, kind)
);
`,
};
