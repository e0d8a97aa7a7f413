// What Firebreak has posted to Slack and how far it has told each incident. Memory only: rules are in slack/.
import type { Pool } from 'pg';
import type { SlackMessage, SlackMessages } from '../../ports/slack-memory.ts';
import { createOwedMessages } from './owed-messages.ts';

type Row = {
  key: string;
  incident_id: string;
  channel_id: string;
  ts: string | null;
  digest: string | null;
  version: number;
  shows_firing: boolean;
  refused: string | null;
  passed_on: boolean;
};
const toMessage = (row: Row): SlackMessage => ({
  key: row.key,
  incidentId: row.incident_id,
  channelId: row.channel_id,
  ts: row.ts,
  digest: row.digest,
  version: row.version,
  showsFiring: row.shows_firing,
  refused: row.refused,
  passedOn: row.passed_on,
});
const columns = 'key, incident_id, channel_id, ts, digest, version, shows_firing, refused, passed_on';

/** Kept as a message of the announce channel that nobody ever sees: its version is the last event that was announced. */
const announced = 'announced-up-to/system';

function announcedEvents(pool: Pool): Pick<SlackMessages, 'announcedUpTo' | 'noteAnnounced'> {
  return {
    async announcedUpTo() {
      const { rows } = await pool.query<Pick<Row, 'version'>>('SELECT version FROM slack_messages WHERE key = $1', [
        announced,
      ]);
      return rows[0]?.version ?? 0;
    },
    async noteAnnounced(seq) {
      await pool.query(
        `INSERT INTO slack_messages (key, incident_id, channel_id, ts, version) VALUES ($1, 'announcements', '', '', $2)
         ON CONFLICT (key) DO UPDATE SET version = greatest(slack_messages.version, $2)`,
        [announced, seq],
      );
    },
  };
}

const owedAndAnnounced = (pool: Pool) => ({ ...createOwedMessages(pool), ...announcedEvents(pool) });

/** An answer that came within this many milliseconds is news. */
const promptMs = 1000;

async function incidentOfThread(
  pool: Pool,
  { channelId, ts }: { readonly channelId: string; readonly ts: string },
): Promise<string | null> {
  const { rows } = await pool.query<Pick<Row, 'incident_id'>>(
    "SELECT incident_id FROM slack_messages WHERE channel_id = $1 AND ts = $2 AND key LIKE 'announced/%' LIMIT 1",
    [channelId, ts],
  );
  return rows[0]?.incident_id ?? null;
}

/** The notifier's memory in PostgreSQL. */
export function createSlackMessages(pool: Pool): SlackMessages {
  return {
    async ofIncident(incidentId) {
      const ofOne = `SELECT ${columns} FROM slack_messages WHERE incident_id = $1`;
      const { rows } = await pool.query<Row>(ofOne, [incidentId]);
      return rows.map(toMessage);
    },

    async byKey(key) {
      const { rows } = await pool.query<Row>(`SELECT ${columns} FROM slack_messages WHERE key = $1`, [key]);
      return rows[0] ? toMessage(rows[0]) : null;
    },

    incidentOfThread: (place) => incidentOfThread(pool, place),
    async begin({ key, incidentId, channelId }) {
      const { rowCount } = await pool.query(
        'INSERT INTO slack_messages (key, incident_id, channel_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [key, incidentId, channelId],
      );
      return rowCount === 1;
    },

    async sent(key, { ts, digest, version, showsFiring }) {
      await pool.query(
        `UPDATE slack_messages SET ts = $2, digest = $3, version = $4, shows_firing = $5, refused = NULL, passed_on = false
         WHERE key = $1`,
        [key, ts, digest, version, showsFiring],
      );
    },

    ...owedAndAnnounced(pool),

    async exclusively(key, work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        const { rows } = await client.query<{ held: boolean }>(
          `SELECT pg_try_advisory_lock(hashtext('slack'), hashtext($1)) AS held`,
          [key],
        );
        if (!rows[0]?.held) return null;
        try {
          // The lock is that of the connection. An answer that was long under way says nothing of now.
          return await work(async () => {
            for (let askedMs = Number.NEGATIVE_INFINITY; performance.now() - askedMs > promptMs; ) {
              askedMs = performance.now();
              await client.query('SELECT 1');
            }
          });
        } finally {
          await client
            .query(`SELECT pg_advisory_unlock(hashtext('slack'), hashtext($1))`, [key])
            // A connection that cannot unlock is thrown away, and the lock with it.
            .catch((error: Error) => {
              broken = error;
            });
        }
      } finally {
        client.release(broken);
      }
    },

    async behind(limit) {
      const { rows } = await pool.query<{ id: string; version: number }>(
        'SELECT id, version FROM incidents WHERE notify_due AND notified_version < version ORDER BY updated_at LIMIT $1',
        [limit],
      );
      return rows.map(({ id, version }) => ({ incidentId: id, version }));
    },

    async settled(incidentId, version) {
      const { rows } = await pool.query<{ notify_due: boolean }>(
        `UPDATE incidents SET notified_version = greatest(notified_version, $2), notify_due = version > $2 WHERE id = $1
         RETURNING notify_due`,
        [incidentId, version],
      );
      return rows[0]?.notify_due !== true;
    },
  };
}
