// A real sender as a process of its own: where its program is, its folder, and how it ends. Knows no sender by name.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A sender that is set up as its page under docs/sources says. */
export type Sender = {
  readonly source: string;
  /** What it watches breaks, or is well again; it finds out by itself. */
  readonly setBroken: (broken: boolean) => void;
  /** What it has said so far, for a test that fails. */
  readonly said: () => string;
  readonly stop: () => Promise<void>;
};

/** Where it sends to. */
export type Receiver = { readonly url: string; readonly token: string };

/** The path of a program of Debian. Throws with the package that has it. */
export function programOf(name: string, debianPackage: string): string {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error(`${name} is not installed: apt-get install --no-install-recommends ${debianPackage}`);
  }
}

/** A folder for a sender, and what every sender keeps there: the thing it watches, the check of it, the header with the token. */
export function senderFolder(name: string, { token }: Receiver) {
  const folder = mkdtempSync(join(tmpdir(), `firebreak-${name}-`));
  const write = (file: string, text: string, mode = 0o644): string => {
    const path = join(folder, file);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };
  const broken = join(folder, 'broken');
  return {
    folder,
    write,
    header: write('header', `Authorization: Bearer ${token}\n`, 0o600),
    /** Exits with 2 while it is broken, as plug-ins of Nagios do. */
    check: write(
      'check',
      `#!/bin/sh\nif [ -e ${broken} ]; then echo 'CRITICAL - payments & <out> $(id) "now"'; exit 2; fi\necho OK\n`,
      0o755,
    ),
    isBroken: () => existsSync(broken),
    setBroken(yes: boolean) {
      if (yes) writeFileSync(broken, '');
      else rmSync(broken, { force: true });
    },
  };
}

/** Starts a program; what it says is kept, and it ends with `stop`. */
export function startProgram(
  program: string,
  args: readonly string[],
  { folder, env = {} }: { readonly folder: string; readonly env?: { readonly [name: string]: string } },
) {
  const log = join(folder, 'output.log');
  const output = openSync(log, 'a');
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', output, output],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  closeSync(output);
  return {
    said: () => readFileSync(log, 'utf8'),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
    },
  };
}
