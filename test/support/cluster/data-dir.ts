// Data directories with an empty database in them: made once in a process and copied, because initdb costs a second each time.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../../../src/store/embedded/embedded.ts';

let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'firebreak-test-template-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const server = await startEmbeddedPostgres({ dataDir, log: pino({ level: 'silent' }), fsync: false });
  await server.stop();
  return dataDir;
}

/** Copies one to a new place; whoever asks for it removes it. */
export async function dataDirWithDatabase(): Promise<string> {
  template ??= makeTemplate();
  const from = await template;
  const dataDir = mkdtempSync(join(tmpdir(), 'firebreak-test-'));
  // Not in-process: the files may belong to the database's own account.
  await promisify(execFile)('cp', ['-a', `${from}/.`, dataDir]);
  return dataDir;
}
