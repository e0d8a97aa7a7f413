// The real promtool, of Debian's package prometheus.
import { execFileSync, spawnSync } from 'node:child_process';

/** Whether a program is on PATH; where it is not, that is told: nobody shall think that its test has run. @throws Error in CI */
export function isInstalled(program: string): boolean {
  if (spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0) return true;
  const line = `not proven: ${program} is not on PATH; apt-get install --no-install-recommends prometheus`;
  if (process.env['CI'] !== undefined) throw new Error(line);
  process.stdout.write(`${line}\n`);
  return false;
}

/** Runs it on a file; answers what it says. @throws Error with what it says where it finds a fault */
export const promtool = (command: readonly string[], file: string): string =>
  execFileSync('promtool', [...command, file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
