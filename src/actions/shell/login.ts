// As whom a command runs, and the environment that this user would have after a login. Holds nothing of Firebreak's own.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { err, ok, type Result } from '../../core/result.ts';

/** A user of this machine; `gid` is its main group. */
export type Login = {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
};

/** The user this process runs as. One that no list of users holds, as in some containers, has `/` for its home. */
export function ownAccount(): Login {
  try {
    const { username, uid, gid, homedir, shell } = userInfo();
    return { name: username, uid, gid, home: homedir || '/', shell: shell || '/bin/sh' };
  } catch {
    const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
    return { name: String(uid), uid, gid, home: '/', shell: '/bin/sh' };
  }
}

/** `name:password:uid:gid:comment:home:shell` of passwd(5). */
function readEntry(line: string): Login | null {
  const [name = '', , uid, gid, , home = '', shell = ''] = line.trim().split(':');
  const isWhole = /^\d+$/.test(uid ?? '') && /^\d+$/.test(gid ?? '');
  return isWhole ? { name, uid: Number(uid), gid: Number(gid), home: home || '/', shell: shell || '/bin/sh' } : null;
}

/** A user by name: of this machine, or of a directory that getent(1) asks. */
export function accountNamed(name: string): Result<Login, string> {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  const own = lines.find((line) => line.startsWith(`${name}:`));
  const entry = readEntry(own ?? spawnSync('getent', ['passwd', '--', name], { encoding: 'utf8' }).stdout ?? '');
  if (entry === null) return err(`there is no user ${name} on this machine`);
  const isOwn = entry.uid === process.getuid?.();
  return isOwn || process.getuid?.() === 0
    ? ok(entry)
    : err(`only root can run a command as ${name}, and Firebreak runs as ${ownAccount().name}`);
}

/** Where programs are looked for: those of administrators too. */
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a login gives a user. Times are UTC, as everywhere in Firebreak; `given` overrides all of it. */
export function loginEnvironment(
  { name, uid, home, shell }: Login,
  given: { readonly [name: string]: string },
): Record<string, string> {
  const runtime = `/run/user/${uid}`;
  return {
    PATH: path,
    HOME: home,
    USER: name,
    LOGNAME: name,
    SHELL: shell,
    LANG: 'C.UTF-8',
    TMPDIR: '/tmp',
    TZ: 'UTC',
    ...(existsSync(runtime) ? { XDG_RUNTIME_DIR: runtime } : {}),
    ...given,
  };
}
