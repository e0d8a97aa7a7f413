// Takes the environment that this process was started with out of the sight of other processes. Linux; elsewhere it does nothing.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A short secret may be part of anything; it must be the whole. */
const isIn = (value: string, secret: string) => value === secret || (secret.length >= 8 && value.includes(secret));

/**
 * Wipes the block of memory that /proc/PID/environ shows, which the start-up's secrets stand in and which every process of the same
 * user may read for as long as this one lives; deleting a variable does not change it. The variables stay, as copies elsewhere in
 * memory, except those whose value holds a secret: nobody needs them once the settings are read. Answers whether it was done.
 * @param secrets values
 */
export function concealEnvironment(secrets: readonly string[], env: NodeJS.ProcessEnv): boolean {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    // Setting a variable puts it into memory of its own; only then may the block go.
    if (secrets.some((secret) => isIn(value, secret))) delete env[name];
    else env[name] = value;
  }
  try {
    // Fields 50 and 51 of proc_pid_stat(5): where the block begins and ends.
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [from = 0, to = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(47, 49)
      .map(Number);
    if (!(to > from && from > 0)) return false;
    const memory = openSync('/proc/self/mem', 'r+');
    try {
      return writeSync(memory, Buffer.alloc(to - from), 0, to - from, from) === to - from;
    } finally {
      closeSync(memory);
    }
  } catch {
    return false;
  }
}
