// Incidents as a list that is filtered, searched and put in order. Writes nothing.
import type { Pool } from 'pg';
import type { ReadModels } from '../../ports/reads.ts';
import { believable, type ListedIncident, seenIn, selectIncidents, toIncident, toPage } from './incident-rows.ts';
import type { Snapshots } from './snapshots.ts';

type Filter = Parameters<ReadModels['incidents']>[0];

/** Words of one search, at the utmost. */
const maxWords = 12;

/** The words that are looked for: cut out as migration 0040 cuts those of events. */
const wordsOf = (text: string): readonly string[] =>
  [...new Set(text.split(/[\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]+/))]
    .filter((word) => word !== '')
    .slice(0, maxWords)
    // The database keeps so much of a word.
    .map((word) => [...word.toWellFormed()].slice(0, 80).join(''));

/** A word that begins so, or one that is exactly so. Quoted: in a query of words nothing else means anything. */
const beginning = (parameter: string) => `(quote_literal(lower(${parameter}::text)) || ':*')::tsquery`;
const exactly = (parameter: string) => `quote_literal('service=' || ${parameter}::text)::tsquery`;
const saidIn = (query: string) => `i.id IN (SELECT w.incident_id FROM incident_words w WHERE w.words @@ ${query})`;

/** Where the page before ended: by its last id, and in order of severity by the severity that it has now. */
const afterCursor = {
  newest: 'i.id < $1',
  severity: `(i.severity, $1) > ((SELECT c.severity FROM incidents c WHERE c.id = $1), i.id)`,
} as const;
const order = { newest: 'i.id DESC', severity: 'i.severity, i.id DESC' } as const;

/** The incidents that fit, of those that the viewer may know of. */
export async function listIncidents(
  { pool, loads }: { readonly pool: Pick<Pool, 'query'>; readonly loads: Pick<Snapshots, 'loadIncident'> },
  filter: Filter,
): ReturnType<ReadModels['incidents']> {
  const sort = filter.sort ?? 'newest';
  const words = wordsOf(filter.q ?? '');
  // A search for nothing that is a word finds nothing.
  if (filter.q?.trim() && words.length === 0) return { items: [], cursor: null };
  const said = words.map((_, index) => `AND ${saidIn(beginning(`$${index + 10}`))}`).join(' ');
  const { rows } = await pool.query<ListedIncident>(
    `${selectIncidents}
     WHERE ($1::text IS NULL OR ${afterCursor[sort]}) AND ($2::text IS NULL OR i.status = $2) AND ($3::int IS NULL OR i.severity = $3)
       AND ($4::timestamptz IS NULL OR i.opened_at >= $4) AND ($5::timestamptz IS NULL OR i.opened_at <= $5)
       AND ${seenIn('$7')}
       ${filter.service === undefined ? 'AND $8::text IS NULL' : `AND ${saidIn(exactly('$8'))}`}
       ${filter.lead === undefined ? 'AND $9::text IS NULL' : 'AND i.id IN (SELECT l.incident_id FROM incident_leads l WHERE l.lead = $9)'}
       ${said}
     ORDER BY ${order[sort]} LIMIT $6`,
    [
      filter.cursor,
      filter.status ?? null,
      filter.severity ?? null,
      filter.since ?? null,
      filter.until ?? null,
      filter.limit + 1,
      filter.seen ?? null,
      filter.service ?? null,
      filter.lead ?? null,
      ...words,
    ],
  );
  const page = toPage(rows, filter, ({ id }) => id);
  return { items: await believable(page.items, (row) => toIncident(loads, row)), cursor: page.cursor };
}
