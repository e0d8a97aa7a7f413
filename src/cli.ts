#!/usr/bin/env node
// The command line. Parses words, calls the parts, prints; exit 0 done, 1 no, 2 usage.
import { Command, CommanderError, Option } from 'commander';
import { addCommands } from './cli-commands.ts';
import { demo } from './demo.ts';
import { serve } from './serve.ts';

const program = new Command('firebreak')
  .description('Self-hosted ChatOps incident response.')
  .exitOverride()
  .showHelpAfterError();

program
  .command('serve')
  .description('run Firebreak')
  .addOption(new Option('--role <role>', 'which part of the work').choices(['web', 'worker', 'all']).default('all'))
  .option('--pool <name>', 'worker pool whose steps it performs', 'default')
  .action(async ({ role, pool }) => {
    process.exitCode = await serve({ role, pool });
  });

program
  .command('demo')
  .description('the main job on this machine, with a stand-in Slack in the browser')
  .option('--headless', 'without a person: the on-call user of the sandbox approves')
  .option('--alert <file>', 'another Alertmanager body')
  .option('--socket', 'Slack over Socket Mode instead of HTTP')
  .option('--json', 'print the result as JSON')
  .action(async ({ headless, alert, socket, json }) => {
    process.exitCode = await demo({
      headless: headless === true,
      alertFile: alert ?? null,
      socketMode: socket === true,
      json: json === true,
    });
    process.exit();
  });

addCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
