// Counts how promises are kept without reading runs or streams as a whole.
import type { Migration } from '../migrate.ts';

/**
 * A run comes into the first when it ends, with all that its count needs; requests for approval are few among the events, and few deliveries
 * are late. None of it costs
 * anything to what people wait for while a run is at work.
 */
export const slo: Migration = {
  id: '0061-slo',
  sql: `
CREATE INDEX runs_ended ON runs (playbook, finished_at DESC) INCLUDE (id, status, started_at, by_alert)
  WHERE finished_at IS NOT NULL;
CREATE INDEX events_approvals ON events (at)
  WHERE type IN ('approval.requested', 'approval.granted', 'approval.denied', 'approval.expired', 'approval.voided');

-- Deliveries that were dealt with later than is promised. They go with their delivery.
CREATE TABLE late_deliveries (
  receipt text PRIMARY KEY REFERENCES deliveries ON DELETE CASCADE,
  late_ms double precision NOT NULL
);
`,
};
