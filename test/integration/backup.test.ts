// A backup and what is made from it: the same rows and the same record; and nothing that is there already is ever written over.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Config } from '../../src/config/environment.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import { auditStore } from '../../src/record.ts';
import { backUp, restore } from '../../src/store/backup/backup.ts';
import { openSnapshotKey } from '../../src/store/ledger/signing-key.ts';
import { openStore } from '../../src/store/open.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { migrations } from '../../src/store/postgres/migrations/index.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { type Copy, type KeptRecord, silent } from '../support/cluster/kept-record.ts';
import { ownAndAppRole } from '../support/cluster/two-roles.ts';
import { populated } from '../support/record/populated.ts';

let record: KeptRecord;
let folder: string;
let source: Copy;
let file: string;

beforeAll(async () => {
  record = await populated();
  folder = mkdtempSync(join(tmpdir(), 'firebreak-backup-'));
  source = await record.copy();
  file = join(folder, 'it.backup');
  const database = await openDatabase(source.config, silent, 'read');
  await backUp(database, { file, madeAt: '2026-03-01T00:00:00.000Z', program: 'test' }).finally(() => database.close());
}, 120_000);
afterAll(async () => {
  await record?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An empty database, with the key of the record. */
const emptyOne = async (): Promise<Config> => ({ ...source.config, databaseUrl: (await freshDatabase()).url });

/** Every table with the digest of all its rows, as PostgreSQL writes them. */
async function rowsOf(url: string | null): Promise<Readonly<Record<string, string>>> {
  const client = new pg.Client({ connectionString: url ?? '' });
  await client.connect();
  const { rows } = await client.query<{ table: string }>(
    `SELECT relname AS table FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
       AND relname <> 'schema_migrations' ORDER BY 1`,
  );
  const digests: Record<string, string> = {};
  for (const { table } of rows) {
    const found = await client.query<{ said: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS said FROM ${table} t`,
    );
    digests[table] = found.rows[0]?.said ?? '';
  }
  await client.end();
  return digests;
}

/** The backup with its lines changed, packed again. */
function changed(name: string, change: (lines: string[]) => string[]): string {
  const path = join(folder, name);
  writeFileSync(path, gzipSync(change(gunzipSync(readFileSync(file)).toString().split('\n')).join('\n')));
  return path;
}

it('what is restored has every row of every table as it was, and verifies as the record that it is', async () => {
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const config = await emptyOne();
  const { head, end } = await restore(config, silent, { file, anyKey: false });
  expect(head.madeAt).toBe('2026-03-01T00:00:00.000Z');
  const [before, after] = [await rowsOf(source.url), await rowsOf(config.databaseUrl)];
  expect(after).toEqual(before);
  const counted = Object.values(before).reduce((sum, said) => sum + Number(said.split(' ')[0]), 0);
  expect(end.rows).toBe(counted);
  expect(Object.values(before).filter((said) => !said.startsWith('0 ')).length).toBeGreaterThan(10);
  const store = await openStore(config, realRuntime, silent);
  try {
    expect(await auditStore(config, store)).toMatchObject({ outcome: 'ok', unsealed: 0 });
    // The record goes on: triggers and sequences are what they were.
    await expect(pgQuery(config, "UPDATE events SET type = 'other'")).rejects.toThrow(/append-only/);
  } finally {
    await store.close();
  }
});

async function pgQuery({ databaseUrl }: Config, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl ?? '' });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

it('a database that holds a record is left as it is', async () => {
  const before = await rowsOf(source.url);
  await expect(restore(source.config, silent, { file, anyKey: false })).rejects.toThrow(/holds a record already/);
  expect(await rowsOf(source.url)).toEqual(before);
});

it.each([
  [
    'a row of which one letter is another',
    (lines: string[]) => lines.map((text, n) => (n === 3 ? text.replace('"', "'") : text)),
    /digest/,
  ],
  ['a row less', (lines: string[]) => lines.toSpliced(3, 1), /digest/],
  ['its end missing', (lines: string[]) => lines.slice(0, -2), /not whole/],
  ['more after its end', (lines: string[]) => [...lines.slice(0, -1), 'events\t{}', ''], /goes on after its end/],
  ['another form', (lines: string[]) => ['{"firebreak":"backup","format":2}', ...lines.slice(1)], /no backup/],
  [
    'a schema that is not known here',
    (lines: string[]) => [lines[0]?.replace('"schema":["', '"schema":["9999-later","') ?? '', ...lines.slice(1)],
    /digest/,
  ],
])('a file with %s is refused before anything is made', async (name, change, message) => {
  const config = await emptyOne();
  const path = changed(`${name.replaceAll(' ', '-')}.backup`, change);
  await expect(restore(config, silent, { file: path, anyKey: false })).rejects.toThrow(message);
  expect(await rowsOf(config.databaseUrl)).toEqual({});
});

it('a file that is cut, or no backup at all, is refused in words', async () => {
  const config = await emptyOne();
  const cut = join(folder, 'cut.backup');
  writeFileSync(cut, readFileSync(file).subarray(0, 2000));
  await expect(restore(config, silent, { file: cut, anyKey: false })).rejects.toThrow(/cut\.backup cannot be read/);
  writeFileSync(cut, 'a letter');
  await expect(restore(config, silent, { file: cut, anyKey: false })).rejects.toThrow(/cut\.backup cannot be read/);
  const none = join(folder, 'none.backup');
  await expect(restore(config, silent, { file: none, anyKey: false })).rejects.toThrow(/none\.backup cannot be read/);
});

it('a backup of an earlier schema is restored into that of now, also where the application has a role of its own', async () => {
  const roles = await ownAndAppRole();
  const placeOf = async () => {
    const { app, owner } = await roles.createDatabase();
    return { ...source.config, databaseUrl: app, databaseAdminUrl: owner };
  };
  try {
    const old = join(folder, 'old.backup');
    const before = await placeOf();
    // As an earlier version left it: before there were books of rules.
    const early = await openDatabase({ ...before, databaseUrl: before.databaseAdminUrl }, silent, 'own');
    try {
      const through = migrations.findIndex(({ id }) => id.startsWith('0078'));
      await early.prepare(() => openSnapshotKey(source.config), migrations.slice(0, through));
      await backUp(early, { file: old, madeAt: '2026-03-01T00:00:00.000Z', program: 'test' });
    } finally {
      await early.close();
    }
    const config = await placeOf();
    await restore(config, silent, { file: old, anyKey: false });
    // Looks whether the schema is that of this program, as the role of the application.
    await (await openStore(config, realRuntime, silent, 'visit')).close();
    await expect(pgQuery(config, 'DELETE FROM events')).rejects.toThrow(/permission denied/);
  } finally {
    await roles.close();
  }
});

it('a backup without the key of its record is restored only where somebody says so', async () => {
  const dataDir = join(folder, 'elsewhere');
  const config = { ...(await emptyOne()), dataDir };
  await expect(restore(config, silent, { file, anyKey: false })).rejects.toThrow(
    /vouched for with the key .* and here is none/,
  );
  await restore(config, silent, { file, anyKey: true });
  expect(await rowsOf(config.databaseUrl)).toEqual(await rowsOf(source.url));
});
