// Challenges for passkeys and the counts of these, in PostgreSQL: each taken or raised by one statement, by the clock of the database.
import type { Pool } from 'pg';
import type { StepUpMemory } from '../../ports/step-up.ts';

/** The memory in PostgreSQL. */
export function createStepUpMemory(pool: Pool): StepUpMemory {
  return {
    async keep(nonce, { who, about }, forMs) {
      await pool.query('DELETE FROM step_up_challenges WHERE until < clock_timestamp()');
      const { rows } = await pool.query<{ until: string }>(
        `INSERT INTO step_up_challenges (nonce, who, about, until)
         VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond') RETURNING until`,
        [nonce, who, about, forMs],
      );
      const [row] = rows;
      if (!row) throw new Error('the challenge was not kept');
      return row.until;
    },
    async take(nonce) {
      const { rows } = await pool.query<{ who: string; about: string; lives: boolean }>(
        'DELETE FROM step_up_challenges WHERE nonce = $1 RETURNING who, about, until > clock_timestamp() AS lives',
        [nonce],
      );
      const [row] = rows;
      return row?.lives ? { who: row.who, about: row.about } : null;
    },
    async count(credentialId, signCount) {
      const { rowCount } = await pool.query(
        `INSERT INTO passkey_counts (credential_id, count) VALUES ($1, $2)
         ON CONFLICT (credential_id) DO UPDATE SET count = EXCLUDED.count
         WHERE passkey_counts.count < EXCLUDED.count OR (passkey_counts.count = 0 AND EXCLUDED.count = 0)`,
        [credentialId, signCount],
      );
      return rowCount === 1;
    },
  };
}
