// One command from its words to its end: says why it failed, and answers the exit code. Ends no process.
import { CommanderError } from 'commander';
import { failureOf } from './failure.ts';
import { printJson, say, UsageError } from './output.ts';
import { createProgram } from './program.ts';

/** Runs the command that these words are; 0: done, 1: no, 2: not understood. A command may have set another code of the process. */
export async function runWords(words: readonly string[]): Promise<number> {
  try {
    await (await createProgram(words)).parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const failure = failureOf(error);
    if (words.includes('--json')) printJson({ error: failure });
    else say(failure.message);
    return error instanceof UsageError ? 2 : 1;
  }
}
