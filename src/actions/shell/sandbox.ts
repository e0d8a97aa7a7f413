// A command in a box of bubblewrap: it sees the machine read-only, no process outside, and nothing of what is Firebreak's own.
import { statSync } from 'node:fs';

/** What a box leaves open, and what it hides; absolute paths. */
export type Box = {
  readonly cwd: string;
  readonly writable: readonly string[];
  /** Files and folders that are empty inside: keys, passwords, the database. */
  readonly hidden: readonly string[];
};

/** A file is covered by an empty one, a folder by an empty one; what is not there needs no cover. */
function cover(path: string): readonly string[] {
  try {
    return statSync(path).isDirectory() ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path];
  } catch {
    return [];
  }
}

/** The command as bwrap(1) is asked for it. Later options lie over earlier ones: what is hidden stays hidden. */
export function boxed({ cwd, writable, hidden }: Box, command: readonly string[]): readonly string[] {
  return ['bwrap', '--die-with-parent', '--unshare-pid', '--unshare-ipc', '--unshare-uts'].concat(
    ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--ro-bind', cwd, cwd],
    writable.flatMap((path) => ['--bind', path, path]),
    hidden.flatMap(cover),
    ['--chdir', cwd, '--'],
    command,
  );
}
