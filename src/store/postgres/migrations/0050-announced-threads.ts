// Finds the incident of a thread in the announce channel: by the one message that the thread hangs on.
import type { Migration } from '../migrate.ts';

/** One row for each incident that is told there; a message's place is written once. */
export const announcedThreads: Migration = {
  id: '0050-announced-threads',
  sql: `CREATE INDEX slack_messages_announced ON slack_messages (channel_id, ts) WHERE key LIKE 'announced/%';`,
};
