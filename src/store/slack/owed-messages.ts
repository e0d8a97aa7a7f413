// Which messages in Slack are not as they should be, and what is noted of them. Memory only: rules are in slack/.
import type { Pool } from 'pg';
import type { SlackMessages } from '../../ports/slack-memory.ts';

type Row = { key: string; incident_id: string; channel_id: string; refused: string | null; open_ms: number };

/** That part of the notifier's memory, in PostgreSQL. */
export function createOwedMessages(pool: Pool): Pick<SlackMessages, 'refused' | 'passedOn' | 'owed'> {
  return {
    async refused(key, code) {
      await pool.query('UPDATE slack_messages SET refused = $2 WHERE key = $1', [key, code]);
    },

    async passedOn(keys) {
      await pool.query('UPDATE slack_messages SET passed_on = true WHERE key = ANY($1)', [keys]);
    },

    async owed(limit) {
      const { rows } = await pool.query<Row>(
        `SELECT m.key, m.incident_id, m.channel_id, m.refused,
           greatest(0, extract(epoch FROM now() - coalesce(i.resolved_at, m.begun_at)) * 1000)::float8 AS open_ms
         FROM slack_messages m LEFT JOIN incidents i ON i.id = m.incident_id
         WHERE (m.shows_firing OR m.refused IS NOT NULL) AND NOT m.passed_on
           AND (m.refused IS NOT NULL OR i.status <> 'open')
         ORDER BY open_ms DESC, m.key LIMIT $1`,
        [limit],
      );
      return rows.map((row) => ({
        key: row.key,
        incidentId: row.incident_id,
        channelId: row.channel_id,
        refused: row.refused,
        openMs: Math.round(row.open_ms),
      }));
    },
  };
}
