// The limit that everything is held against: single-row INSERTs, each its own commit, on the same database.
import pg from 'pg';

const row = { name: 'bench', text: 'INSERT INTO bench (body) VALUES ($1)', values: ['x'.repeat(600)] };

async function open(url, max) {
  const pool = new pg.Pool({ connectionString: url, max });
  await pool.query('CREATE TABLE IF NOT EXISTS bench (id bigserial PRIMARY KEY, body text)');
  return pool;
}

/** Commits per second over so many connections. */
export async function commitsPerSecond(url, connections, seconds) {
  const pool = await open(url, connections);
  const end = performance.now() + seconds * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        await pool.query(row);
        done += 1;
      }
    }),
  );
  await pool.end();
  return done / seconds;
}

/** Milliseconds of `samples` sequences of `length` commits one after the other. */
export async function commitSequences(url, length, samples) {
  const pool = await open(url, 1);
  const took = [];
  for (let i = 0; i < samples; i++) {
    const started = performance.now();
    for (let n = 0; n < length; n++) await pool.query(row);
    took.push(performance.now() - started);
  }
  await pool.end();
  return took;
}
