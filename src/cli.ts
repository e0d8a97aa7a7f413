#!/usr/bin/env node
// The command line. Gathers the commands and says how they ended; exit 0 done, 1 no, 2 usage.
import { Command, CommanderError } from 'commander';
import { addAlert } from './cli/alert.ts';
import { addDoctor } from './cli/doctor.ts';
import { addIncidents } from './cli/incidents.ts';
import { addOrders } from './cli/orders.ts';
import { CliError, printJson, say, UsageError } from './cli/output.ts';
import { addPlan } from './cli/plan.ts';
import { addPlaybooks } from './cli/playbooks.ts';
import { addRecord } from './cli/record.ts';
import { addRegister } from './cli/register.ts';
import { addReplay } from './cli/replay.ts';
import { addRuns } from './cli/runs.ts';
import { addService } from './cli/service.ts';
import { messageOf } from './cli/session.ts';
import { addRun } from './cli/start-run.ts';
import { addTest } from './cli/test.ts';

// Whoever reads our output may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const program = new Command('firebreak')
  .description('Self-hosted ChatOps incident response.')
  .exitOverride()
  .showHelpAfterError('Add --help for the options and examples.');
for (const add of [
  ...[addService, addPlaybooks, addPlan, addTest, addRun, addRuns, addIncidents, addOrders],
  ...[addRecord, addReplay, addRegister, addAlert, addDoctor],
])
  add(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = end(error);
}

/** Says why a command did not do what it was asked; answers the exit code. */
function end(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  // A fault of the program itself is worth its whole trace; everything else says what to do in its message.
  const isBug = (error instanceof TypeError || error instanceof ReferenceError) && !('code' in error);
  const message = isBug ? (error.stack ?? error.message) : messageOf(error);
  const code = error instanceof CliError ? error.code : 'failed';
  if (process.argv.includes('--json')) printJson({ error: { code, message } });
  else say(message);
  return error instanceof UsageError ? 2 : 1;
}
