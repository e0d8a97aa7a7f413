// Counts for digests, in PostgreSQL: over the events of a time, which an index finds by their instants, and only their types that count.
// Whatever there is, an answer is short. A private incident that is not among those that are seen gives numbers, never a name.
import type { Pool } from 'pg';
import { interventionTypes } from '../../core/digest/weekly.ts';
import type { DigestAsked, DigestReads } from '../../ports/digests.ts';
import { dailyStatement, dailyTypes } from './digest-daily.ts';
import { monthlyStatement, monthlyTypes } from './digest-monthly.ts';
import { weeklyStatement, weeklyTypes } from './digest-weekly.ts';

/** Names of the prepared statements. */
const name = { daily: 'digest-daily', weekly: 'digest-weekly', monthly: 'digest-monthly' } as const;

async function one<T>(
  pool: Pick<Pool, 'query'>,
  query: { readonly name: string; readonly text: string; readonly values: unknown[] },
): Promise<T> {
  const { rows } = await pool.query<{ facts: T }>(query);
  const [row] = rows;
  if (row === undefined) throw new Error('the database counted nothing');
  return row.facts;
}

/** The reads on PostgreSQL. */
export function createDigestReads(pool: Pick<Pool, 'query'>): DigestReads {
  const range = ({ from, to, seen }: DigestAsked, types: readonly string[]) => [from, to, seen, types];
  return {
    daily: (asked) => one(pool, { name: name.daily, text: dailyStatement, values: range(asked, dailyTypes) }),
    weekly: (asked) =>
      one(pool, {
        name: name.weekly,
        text: weeklyStatement,
        values: [...range(asked, [...weeklyTypes, ...interventionTypes]), asked.timezone, interventionTypes],
      }),
    monthly: (asked) => one(pool, { name: name.monthly, text: monthlyStatement, values: range(asked, monthlyTypes) }),
  };
}
