// `serve`, `demo` and `migrate`: Firebreak itself, as a process.
import { type Command, Option } from 'commander';
import type { ProcessRole } from '../../app.ts';
import { withDatabase } from './database.ts';
import { examples, jsonOption } from './options.ts';
import { print, printJson, UsageError } from './output.ts';
import { configured } from './settings.ts';

type DemoOptions = { headless?: boolean; deny?: boolean; alert?: string; socket?: boolean; json?: boolean };

/** Adds the commands. */
export function addService(program: Command): void {
  program
    .command('serve')
    .description('run Firebreak until it is told to stop')
    .addOption(new Option('--role <role>', 'which part of the work').choices(['web', 'worker', 'all']).default('all'))
    .option('--pool <name>', 'worker pool whose steps it performs', 'default')
    .addHelpText('after', examples('serve', 'serve --role worker --pool eu-west'))
    .action(async ({ role, pool }: { role: ProcessRole; pool: string }) => {
      // Loaded only here: every other command is spared the server's and Slack's libraries.
      const { serve } = await import('../../serve.ts');
      process.exitCode = await serve({ role, pool });
    });

  program
    .command('demo')
    .description('the main job on this machine, with a stand-in Slack in the browser')
    .option('--headless', 'without a person: the on-call user of the sandbox approves')
    .option('--deny', 'with --headless: the on-call user denies; the service stays down and the incident open')
    .option('--alert <file>', 'another Alertmanager body')
    .option('--socket', 'Slack over Socket Mode instead of HTTP')
    .addOption(jsonOption())
    .addHelpText('after', examples('demo', 'demo --headless --json', 'demo --headless --deny'))
    .action(async ({ headless, deny, alert, socket, json }: DemoOptions) => {
      if (deny && !headless)
        throw new UsageError('--deny goes with --headless; without it a person decides in the browser');
      const { demo } = await import('../../demo/demo.ts');
      process.exitCode = await demo({
        headless: headless === true,
        deny: deny === true,
        alertFile: alert ?? null,
        socketMode: socket === true,
        json: json === true,
      });
      process.exit();
    });

  program
    .command('migrate')
    .description('bring the database up to date')
    .addOption(jsonOption())
    .addHelpText('after', examples('migrate'))
    .action(({ json }: { json?: boolean }) =>
      withDatabase({ config: configured(), use: 'own' }, async () =>
        json ? printJson({ upToDate: true }) : print('the database is up to date'),
      ),
    );
}
