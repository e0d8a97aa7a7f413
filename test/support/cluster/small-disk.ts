// A small disk of one's own that can really be full: a file system in memory, seen by its own processes only and gone with them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The disk. */
export type SmallDisk = {
  /** Its folder, as the programs started on it see it. */
  readonly folder: string;
  /** The same folder as this process sees it. */
  readonly outside: string;
  /** Starts a program that sees the disk. */
  readonly start: (args: readonly string[], env: { [name: string]: string }) => ChildProcess;
  /** Writes until not one byte more goes on it. */
  readonly fill: () => void;
  /** Takes away what `fill` wrote. */
  readonly free: () => void;
  readonly close: () => Promise<void>;
};

/** Names a folder on a small file system of its own, for machines on which none can be mounted. */
const given = process.env['SMALL_DISK'];
const help = `no small disk could be mounted here, and this test needs one that can really be full. It takes \`unshare\` (util-linux) and
either root with the right to mount, or user namespaces (sysctl kernel.unprivileged_userns_clone=1, and on Ubuntu
kernel.apparmor_restrict_unprivileged_userns=0). In a container: \`docker run --tmpfs /small:size=200m,mode=1777 -e SMALL_DISK=/small ...\`.
On macOS: \`diskutil erasevolume HFS+ small $(hdiutil attach -nomount ram://409600)\` and SMALL_DISK=/Volumes/small.`;

const maxBytes = 512 * 1024 * 1024;

/** A disk of that many bytes. Fails with what to do where there can be none. */
export async function smallDisk(bytes: number): Promise<SmallDisk> {
  return given ? givenDisk(given) : mountedDisk(bytes);
}

async function mountedDisk(bytes: number): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-disk-'));
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const mount = `mount -t tmpfs -o size=${bytes},mode=0711 tmpfs ${folder}`;
  // Whoever is not root becomes it in a world of his own, mounts there, and is himself again for what comes after: the
  // database does not run as root.
  const own = uid === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const back = uid === 0 ? '' : `unshare --user --mount --map-user=${uid} --map-group=${gid}`;
  const holder = spawn('unshare', [...own, 'sh', '-c', `${mount} && exec ${back} sh -c 'echo mounted; cat'`], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  holder.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const mounted = await Promise.race([
    once(holder.stdout, 'data').then(() => true),
    once(holder, 'error').then(([error]) => {
      said = String(error);
      return false;
    }),
    once(holder, 'close').then(() => false),
  ]);
  if (!mounted) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`${help}\n(${said.trim()})`);
  }
  const inside = uid === 0 ? ['--mount'] : ['--user', '--mount', '--preserve-credentials'];
  const outside = `/proc/${holder.pid}/root${folder}`;
  return {
    ...{ folder, outside, ...filler(outside) },
    start: (args, env) =>
      spawn('nsenter', ['--target', String(holder.pid), ...inside, '--', ...args], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env,
      }),
    async close() {
      holder.stdin.end();
      await once(holder, 'close');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function givenDisk(folder: string): SmallDisk {
  const { blocks, bsize } = statfsSync(folder);
  if (blocks * bsize > maxBytes || readdirSync(folder).some((name) => name !== 'lost+found'))
    throw new Error(`SMALL_DISK: ${folder} must be empty and on a file system of its own of at most 512 MiB`);
  return {
    ...{ folder, outside: folder, ...filler(folder) },
    start: ([program = '', ...args], env) => spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env }),
    async close() {
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    },
  };
}

function filler(folder: string): Pick<SmallDisk, 'fill' | 'free'> {
  const file = join(folder, 'filler');
  return {
    fill() {
      const handle = openSync(file, 'a');
      try {
        for (let size = 1024 * 1024; size > 0; ) {
          try {
            writeSync(handle, Buffer.alloc(size));
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
            size = Math.floor(size / 16);
          }
        }
      } finally {
        closeSync(handle);
      }
    },
    free: () => rmSync(file, { force: true }),
  };
}
