// A visit to the embedded database of a Firebreak that runs already: its address, read from its own files. Starts and stops nothing.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { embeddedApplicationRole } from '../postgres/application-role.ts';
import { EmbeddedPostgresError } from './binaries.ts';
import { applicationSecret } from './cluster.ts';

const lookEveryMs = 100;

/** Whether a database was ever made under this data directory. */
export const hasEmbeddedDatabase = (dataDir: string): boolean => existsSync(join(dataDir, 'postgres', 'PG_VERSION'));

/** There is no database, and this is not the time to make one. */
export class NoDatabaseError extends Error {
  override readonly name = 'NoDatabaseError';
}

/** @throws NoDatabaseError if no database was ever made under this data directory */
export function expectEmbeddedDatabase(dataDir: string): void {
  if (hasEmbeddedDatabase(dataDir)) return;
  throw new NoDatabaseError(
    `there is no database in ${dataDir}; FIREBREAK_DATA_DIR or DATABASE_URL names another, \`firebreak serve\` makes one`,
  );
}

/**
 * The address of the database that another process runs under `dataDir`.
 * The server names its port in `postmaster.pid`, on the fourth line, and its state on the eighth (PostgreSQL, miscadmin.h).
 * @param as whom: `application` everywhere but where the schema is changed or streams leave
 * @param withinMs how long a database that is just starting is waited for
 * @throws EmbeddedPostgresError if it does not get ready in time, or its password may not be read
 */
export async function addressOfRunning(
  dataDir: string,
  withinMs: number,
  as: 'application' | 'owner' = 'application',
): Promise<string> {
  // A Firebreak of an earlier version has no such role.
  const isOwner = as === 'owner' || !existsSync(join(dataDir, applicationSecret));
  const user = isOwner ? 'firebreak' : embeddedApplicationRole;
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    const [, , , port = '', , , , status = ''] = linesOf(join(dataDir, 'postgres', 'postmaster.pid'));
    if (status.trim() === 'ready')
      return `postgres://${user}:${passwordIn(dataDir, isOwner ? 'postgres.password' : applicationSecret)}@127.0.0.1:${Number(port)}/postgres`;
    if (waitedMs >= withinMs)
      throw new EmbeddedPostgresError(`another Firebreak uses ${dataDir}, but its database is not ready; try again`);
    await delay(lookEveryMs);
  }
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function passwordIn(dataDir: string, file: string): string {
  try {
    return readFileSync(join(dataDir, file), 'utf8').trim();
  } catch (error) {
    throw new EmbeddedPostgresError(
      `the password of the database in ${dataDir} cannot be read (${(error as Error).message}); run this as the user that runs Firebreak`,
    );
  }
}
