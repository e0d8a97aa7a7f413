// Whose fault it is that a delivery is not dealt with, so that it can be counted, shown and replayed.
import type { Migration } from '../migrate.ts';

/** `sender`: the body cannot be used; `ours`: it failed here. Null while nothing is wrong. */
export const deadDeliveries: Migration = {
  id: '0009-dead-deliveries',
  sql: `
ALTER TABLE deliveries ADD COLUMN fault text;
-- Before this, what failed here had been tried; what could not be used never was.
UPDATE deliveries SET fault = CASE WHEN tries > 0 THEN 'ours' ELSE 'sender' END WHERE status = 'dead';
-- What people look for among many that went well.
CREATE INDEX deliveries_at_fault ON deliveries (receipt DESC) WHERE fault IS NOT NULL;
`,
};
