#!/usr/bin/env node
// The command line: the process around one command.
import { runWords } from './cli/session/run-words.ts';

// Whoever reads our output may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const code = await runWords(process.argv.slice(2));
if (code !== 0) process.exitCode = code;
