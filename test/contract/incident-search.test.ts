// How incidents are found, on a real PostgreSQL: by the words of their events, by service and lead, in the order of the page.
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recorded } from '../../src/core/events.ts';
import { systemActor } from '../../src/core/events.ts';
import { addMs } from '../../src/core/time.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import type { LoadedIncident } from '../../src/ports/ledger.ts';
import type { ReadModels } from '../../src/ports/reads.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { migrate } from '../../src/store/postgres/migrate.ts';
import { migrations } from '../../src/store/postgres/migrations/index.ts';
import { createPool } from '../../src/store/postgres/pool.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { appendEvents } from '../support/engine/append-events.ts';
import { ana, start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { fresh } from './stored-run.ts';

let store: Store;
let client: pg.Client;
beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await store?.close();
});

const opening = (number: number, title: string, severity: number): Recorded => ({
  type: 'incident.opened',
  actor: systemActor,
  data: { number, title, severity, groupKey: null },
});
const alerted = (change: Parameters<typeof anAlert>[1], fingerprint = 'f'): Recorded => ({
  type: 'alert.received',
  actor: systemActor,
  data: { alert: anAlert(fingerprint, change), receipt: 'dlv_1' },
});
const noted = (text: string): Recorded => ({ type: 'note.added', actor: ana, data: { text } });
const leads = (user: string): Recorded => ({ type: 'role.assigned', actor: ana, data: { role: 'lead', user } });

let count = 100;
/** Opens an incident and appends the rest to it, each in a change of its own; answers its number. */
async function incident(title: string, severity: number, ...rest: readonly Recorded[]): Promise<number> {
  count += 1;
  const incidentId = fresh('inc');
  let at: LoadedIncident | null = null;
  for (const event of [opening(count, title, severity), ...rest]) {
    const change = await appendEvents(store.events, { incidentId, before: at, events: [event], at: start });
    if (typeof change !== 'object') throw new Error(change);
    at = { incident: change.incident, head: change.head };
  }
  return count;
}
const found = async (filter: Partial<Parameters<ReadModels['incidents']>[0]>) =>
  (await store.reads.incidents({ limit: 50, cursor: null, ...filter })).items.map(({ number }) => number).sort();

describe('a search over incidents', () => {
  it('finds by words of the title, the alerts, their labels and services, notes and the number; or how these begin', async () => {
    const labels = { alertname: 'HighErrorRate', pod: 'checkout-7d9f' };
    const one = await incident('Payments are slow', 2, alerted({ title: 'p99 over 2 s', service: 'billing', labels }));
    await incident('Something else', 3, noted('nobody can log in'));
    for (const q of [
      'payments',
      'PAY',
      'slow pay',
      'HighErrorRate',
      'error',
      'rate high',
      'checkout-7d9f',
      'bill',
      'p99',
      `#${one}`,
    ])
      expect(await found({ q }), q).toEqual([one]);
    expect(await found({ q: 'log in' })).toHaveLength(1);
  });

  it('wants every word, whichever event says it, and finds nothing for what is no word', async () => {
    const one = await incident('Queue grows', 2, noted('the broker was restarted'));
    expect(await found({ q: 'queue broker' })).toEqual([one]);
    expect(await found({ q: 'queue nonsense' })).toEqual([]);
    expect(await found({ q: '%_*' })).toEqual([]);
  });

  it.each(["o'brien", "a' | 'b", 'x & !y', ':*', '\\', '" OR 1=1', 'ключ', '\ud800', '\u202e', "';--"])(
    'takes %j for words and for nothing else',
    async (q) => {
      const one = await incident(`said ${q.toWellFormed()} once`, 2);
      const hits = await found({ q: `said ${q}` });
      expect(hits.length === 0 || hits.includes(one)).toBe(true);
    },
  );

  it('keeps no event from being written, whatever characters stand in it, and finds it all the same', async () => {
    const one = await incident('Odd characters', 2);
    await client.query(
      `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash)
       SELECT id, 2, 'note.added', now(), '{}', '', $2, '' FROM incidents WHERE number = $1`,
      [one, '{"text":"nul \\u0000 and half \\ud800 marker7"}'],
    );
    expect(await found({ q: 'marker7' })).toEqual([one]);
    const long = await incident('Long', 2, noted(`needle ${'x'.repeat(1_000_000)} ${'y '.repeat(10_000)}`));
    expect(await found({ q: 'needle' })).toEqual([long]);
  });

  it('finds by service and by who leads now', async () => {
    const one = await incident('Led', 2, alerted({ service: 'ledger-api' }), leads('U1'), leads('U2'));
    expect(await found({ service: 'ledger-api' })).toEqual([one]);
    expect(await found({ service: 'ledger' })).toEqual([]);
    expect(await found({ lead: 'U2' })).toEqual([one]);
    expect(await found({ lead: 'U1' })).toEqual([]);
  });

  it('goes through the worst first, each once, page by page', async () => {
    const numbers = [];
    for (const severity of [3, 1, 4, 1, 2, 3]) numbers.push(await incident(`ordered${severity}`, severity));
    const seen: number[] = [];
    const severities: number[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await store.reads.incidents({ limit: 2, cursor, q: 'ordered', sort: 'severity' });
      seen.push(...page.items.map(({ number }) => number));
      severities.push(...page.items.map(({ severity }) => severity));
      cursor = page.cursor;
      if (cursor === null) break;
    }
    expect(severities).toEqual([1, 1, 2, 3, 3, 4]);
    expect(seen.toSorted()).toEqual(numbers);
  });

  it('counts nothing that the viewer may not know of', async () => {
    const one = await incident('Secretive', 2, noted('takeover'));
    await client.query('UPDATE incidents SET is_private = true WHERE number = $1', [one]);
    expect(await found({ q: 'takeover', seen: [] })).toEqual([]);
    expect(await found({ q: 'takeover' })).toEqual([one]);
  });

  it('cuts the descriptions of the first alerts of a storm, and finds every one by its name', async () => {
    const many = Array.from({ length: 201 }, (_, index) =>
      alerted({ title: `Pod${index}`, description: `about${index}` }),
    );
    const one = await incident('Storm of pods', 2, ...many);
    expect(await found({ q: 'about198' })).toEqual([one]);
    expect(await found({ q: 'about200' })).toEqual([]);
    expect(await found({ q: 'pod200' })).toEqual([one]);
  });

  it('forgets the words of an event that is replaced, and of an incident that leaves', async () => {
    const one = await incident('Leak', 2, noted('password hunter2'));
    await client.query('ALTER TABLE events DISABLE TRIGGER events_append_only');
    await client.query(`UPDATE events SET data = '{"text":"[redacted]"}' WHERE data::text LIKE '%password hunter2%'`);
    await client.query('ALTER TABLE events ENABLE TRIGGER events_append_only');
    expect(await found({ q: 'hunter2' })).toEqual([]);
    expect(await found({ q: 'redacted leak' })).toEqual([one]);
    await client.query('DELETE FROM incidents WHERE number = $1', [one]);
    const { rows } = await client.query(
      'SELECT incident_id FROM incident_words WHERE incident_id NOT IN (SELECT id FROM incidents)',
    );
    expect(rows).toEqual([]);
  });
});

it('finds incidents that were there before words were kept', async () => {
  const { url } = await freshDatabase();
  const pool = createPool({ connectionString: url, max: 1, applicationName: 't', onError: () => undefined });
  const at = migrations.findIndex(({ id }) => id.startsWith('0040'));
  await migrate(pool, migrations.slice(0, at));
  await pool.query(`INSERT INTO incidents (id, number, severity, status, version, head_hash, state, opened_at, updated_at)
    VALUES ('inc_1', 7, 2, 'open', 2, '', '{}', now(), now())`);
  const rows = [opening(7, 'From before', 2), noted('an old note'), leads('U1'), leads('U2')];
  for (const [index, { type, data }] of rows.entries())
    await pool.query(
      `INSERT INTO events (stream_id, seq, type, at, actor, cause, data, hash) VALUES ('inc_1', $1, $2, $3, '{}', '', $4, '')`,
      [index + 1, type, addMs(start, index), JSON.stringify(data)],
    );
  await migrate(pool, migrations);
  const { rows: words } = await pool.query(
    `SELECT seq FROM incident_words WHERE words @@ '''old'' | ''before'''::tsquery ORDER BY seq`,
  );
  expect(words).toEqual([{ seq: 1 }, { seq: 2 }]);
  expect((await pool.query('SELECT lead FROM incident_leads')).rows).toEqual([{ lead: 'U2' }]);
  await pool.end();
});
