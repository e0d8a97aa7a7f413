// Trials on operational columns, generated from what each column is declared to be: edited to what might stand there and to what never would.
import type pg from 'pg';
import { columnKinds } from './columns.ts';
import { type Column, columnsOf, edits } from './tamper-trials.ts';
import type { WorkUnderWay } from './work-under-way.ts';

/** One trial: a column of every row is given another value. */
export type OperationalTrial = {
  readonly name: string;
  readonly table: string;
  readonly column: string;
  readonly to: string;
};

/** What nothing of ours ever writes, by type. */
const implausible: { readonly [type: string]: readonly string[] } = {
  text: [`''`],
  integer: ['2147483647', '-1'],
  smallint: ['32767', '-1'],
  bigint: ['9223372036854775807', '-1'],
  'double precision': [`'infinity'`, `'-infinity'`, `'NaN'`, '-1'],
  boolean: [],
  bytea: [`''::bytea`],
  'timestamp with time zone': [`'infinity'`, `'-infinity'`, `now() + interval '1 year'`, `now() - interval '1 year'`],
  tsvector: [`''::tsvector`],
  json: [`'null'`, `'[]'`, `'[1, "x", null]'`],
  jsonb: [`'null'`, `'[]'`],
  ARRAY: [`'{}'`, `'{elsewhere}'`],
};

/** All of them. */
export async function operationalTrials(client: pg.Client): Promise<readonly OperationalTrial[]> {
  const columns = (await columnsOf(client)).filter(
    ({ table, column }) => columnKinds[table]?.[column] === 'operational',
  );
  return columns.flatMap((one) => valuesFor(one).map((to) => trialOf(one, to)));
}

function valuesFor({ column, type, nullable }: Column): readonly string[] {
  const [edit, never] = [edits[type], implausible[type]];
  if (!edit || !never) throw new Error(`no edit is known for the type ${type}`);
  return [edit(column), ...never, ...(nullable ? ['NULL'] : [])];
}

const trialOf = ({ table, column }: Column, to: string): OperationalTrial => ({
  name: `${table}.${column} becomes ${to}`,
  table,
  column,
  to,
});

/** Runs trials one after the other; answers how many were made, and what was acted on wrongly. */
export async function runOperationalTrials(
  work: WorkUnderWay,
  trials: readonly OperationalTrial[],
): Promise<{ readonly made: number; readonly actedOnWrongly: readonly string[] }> {
  const actedOnWrongly: string[] = [];
  let made = 0;
  for (const trial of trials) {
    const wrong = await work.trial(async () => {
      made += (await edited(work.client, trial)) ? 1 : 0;
    });
    actedOnWrongly.push(...wrong.map((what) => `${trial.name}: ${what}`));
  }
  return { made, actedOnWrongly };
}

/** Every row if the database takes it, else the newest: a key cannot be the same twice. */
async function edited(client: pg.Client, { table, column, to }: OperationalTrial): Promise<boolean> {
  const newest = `ctid = (SELECT max(ctid) FROM ${table})`;
  // Foreign keys and triggers do not stop whoever owns the database.
  await client.query(`SET session_replication_role = 'replica'`);
  try {
    for (const where of ['true', newest])
      try {
        const { rowCount } = await client.query(`UPDATE ${table} SET ${column} = ${to} WHERE ${where}`);
        return (rowCount ?? 0) > 0;
      } catch {
        // The next one is smaller.
      }
    return false;
  } finally {
    await client.query(`SET session_replication_role = 'origin'`);
  }
}
