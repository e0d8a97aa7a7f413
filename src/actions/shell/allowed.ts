// Which commands the configuration allows, also of a command of which only a part is known yet. Runs nothing.
import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';
import type { Json } from '../../core/json.ts';
import type { InputFault } from '../../spi/action.ts';
import { member } from '../words.ts';

/** Beginnings of allowed commands, argument by argument. */
export type AllowedCommands = readonly (readonly string[])[];

const isKnown = (word: Json | undefined): word is string => typeof word === 'string' && !word.includes('${{');

/** Whether an entry allows a command. Words that are not known yet may become anything. */
export function isAllowed(allow: AllowedCommands, command: readonly Json[]): boolean {
  const fits = (word: string, i: number): boolean => {
    const given = command[i];
    if (given === undefined) return false;
    return !isKnown(given) || given === word || (i === 0 && isSameProgram(given, word));
  };
  return allow.some((beginning) => beginning.every(fits));
}

/**
 * `/bin/true` is `/usr/bin/true` where the one folder is a link to the other. Only folders are followed: a program may be a link to
 * one that does many things by the name it is called by.
 */
function isSameProgram(a: string, b: string): boolean {
  if (!isAbsolute(a) || !isAbsolute(b) || basename(a) !== basename(b)) return false;
  try {
    return realpathSync(dirname(a)) === realpathSync(dirname(b));
  } catch {
    return false;
  }
}

/** Commands of an input that no entry can allow, whatever its expressions will yield. */
export function refusedCommands(allow: AllowedCommands, input: Json): readonly InputFault[] {
  return ['command', 'probe'].flatMap((key) => {
    const command = member(input, key);
    if (!Array.isArray(command)) return [];
    const words: readonly Json[] = command;
    if (isAllowed(allow, words)) return [];
    const shown = JSON.stringify(words.slice(0, 3));
    return [{ path: [key], message: `${shown} is not allowed; add it, or its beginning, to actions.shell.allow` }];
  });
}
