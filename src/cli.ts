#!/usr/bin/env node
// The command line: parses the words and says how the command ended; exit 0 done, 1 no, 2 usage.
import { CommanderError } from 'commander';
import { failureOf } from './cli/session/failure.ts';
import { printJson, say, UsageError } from './cli/session/output.ts';
import { createProgram } from './cli/session/program.ts';

// Whoever reads our output may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  await (await createProgram(process.argv.slice(2))).parseAsync();
} catch (error) {
  process.exitCode = end(error);
}

/** Says why a command did not do what it was asked; answers the exit code. */
function end(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const failure = failureOf(error);
  if (process.argv.includes('--json')) printJson({ error: failure });
  else say(failure.message);
  return error instanceof UsageError ? 2 : 1;
}
