// One PostgreSQL for a test file, with a database of its own for each who asks. Durability is off: nothing here survives the file.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { afterAll } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/store/embedded/embedded.ts';

let cluster: ReturnType<typeof openCluster> | null = null;
let databases = 0;

async function openCluster() {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-engine-'));
  const log = pino({ level: 'silent' });
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'database'), log, fsync: false });
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  return { folder, postgres, admin };
}

/** A fresh database, and a folder for what belongs to it. Both go with the file. */
export async function freshDatabase(): Promise<{ url: string; folder: string }> {
  cluster ??= openCluster();
  const { folder, postgres, admin } = await cluster;
  databases += 1;
  const name = `engine_${databases}`;
  await admin.query(`CREATE DATABASE ${name}`);
  mkdirSync(join(folder, name));
  return { url: postgres.url.replace(/[^/]*$/, name), folder: join(folder, name) };
}

afterAll(async () => {
  const open = await cluster;
  if (!open) return;
  await open.admin.end();
  await open.postgres.stop();
  rmSync(open.folder, { recursive: true, force: true });
});
