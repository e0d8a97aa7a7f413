// The built command line as a person in a terminal or a script runs it: no terminal, only the environment that is given.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Variables of a process. */
export type Env = { readonly [name: string]: string };

/** How a command ended. */
export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A refusal or a failure, as `--json` prints it. */
export type Failure = {
  readonly error: { readonly code: string; readonly message: string; readonly right?: string };
};

/** Runs the command line to its end, in the folder `cwd` (default: that of the project). */
export function runCommand(args: readonly string[], { env, cwd = root }: { env: Env; cwd?: string }): Promise<Ended> {
  return new Promise((resolve) => {
    const whole = { PATH: process.env['PATH'] ?? '', ...env };
    const child = execFile(
      process.execPath,
      [join(root, 'dist/cli.js'), ...args],
      { cwd, env: whole },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

/** Runs many commands in one process; answers how each ended. */
export function runInOne(
  commands: readonly { readonly words: readonly string[]; readonly cwd: string }[],
  env: Env,
): Promise<readonly Ended[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [join(root, 'test/support/cluster/commands-in-one.mjs')],
      { env: { PATH: process.env['PATH'] ?? '', ...env }, maxBuffer: 50_000_000 },
      (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout))),
    );
    child.stdin?.end(JSON.stringify(commands));
  });
}

/** Runs it with `--json`; its one document, with how it ended. */
export async function runJson<T>(
  args: readonly string[],
  where: { env: Env; cwd?: string },
): Promise<{ code: number; value: T }> {
  const { code, stdout, stderr } = await runCommand([...args, '--json'], where);
  try {
    return { code, value: JSON.parse(stdout) as T };
  } catch {
    throw new Error(`no JSON from ${args.join(' ')}: ${stdout}${stderr}`);
  }
}
