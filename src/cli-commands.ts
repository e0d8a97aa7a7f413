// Commands that work on files or on the database: validate, plan, timeline, audit, lists, schema, migrate.
import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { createActions } from './actions/index.ts';
import { partSettings, realHost } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { formatFault } from './core/playbook/compile.ts';
import { playbookJsonSchema } from './core/playbook/schema.ts';
import { createRedactor } from './core/redact.ts';
import { type BundleCheck, verifyBundle } from './core/timeline/bundle.ts';
import type { AuditResult } from './engine/audit.ts';
import { type ExportFormat, exportFormats, exportTimeline } from './engine/export-timeline.ts';
import { createLog } from './log.ts';
import { auditStore, exportDeps, publicKeyFrom } from './record.ts';
import { openStore, type Store } from './store/open.ts';
import { loadPlaybooks } from './store/playbook-files.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** A fault of usage or settings: its lines are printed as they are. */
class CliError extends Error {}

function configured(): Config {
  const config = readConfig({ LOG_LEVEL: 'error', ...process.env });
  if (!config.ok) throw new CliError(config.error.join('\n'));
  return config.value;
}

/** Opens the store for one command. */
async function withStore<T>(work: (store: Store, config: Config) => Promise<T>): Promise<T> {
  const config = configured();
  const log = createLog({
    level: config.logLevel,
    format: config.logFormat,
    redact: createRedactor(config.secretValues),
  });
  const store = await openStore(config, realHost, log);
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}

/** Adds the commands to the program. */
export function addCommands(program: Command): void {
  program
    .command('validate')
    .description('check playbooks; every fault as file:line:col  message')
    .argument('[paths...]', 'files and folders', ['playbooks'])
    .option('--json', 'print JSON')
    .action((paths: string[], { json }) => {
      const settings = partSettings(configured());
      if (!settings.ok) throw new CliError(settings.error.join('\n'));
      const { playbooks, faults } = loadPlaybooks(paths, createActions(settings.value.actions));
      if (json) print(JSON.stringify({ valid: playbooks.map(({ playbook }) => playbook.name), faults }));
      else {
        for (const fault of faults) print(formatFault(fault));
        if (faults.length === 0) print(`${playbooks.length} playbook(s) are valid`);
      }
      process.exitCode = faults.length > 0 ? 1 : 0;
    });

  program
    .command('schema')
    .description('JSON Schema of playbooks, for editors')
    .action(() => print(JSON.stringify(playbookJsonSchema(), null, 2)));

  const timeline = program.command('timeline').description('timelines of incidents');
  timeline
    .command('export')
    .description('export the timeline of an incident')
    .argument('<incident>', 'id or number')
    .addOption(new Option('--format <format>', 'form of the export').choices([...exportFormats]).default('md'))
    .option('--out <file>', 'write there instead of standard output')
    .action((incident: string, { format, out }: { format: ExportFormat; out?: string }) =>
      withStore(async (store, config) => {
        const found = await store.reads.incident(incident);
        const file = found && (await exportTimeline(exportDeps(config, store), found.id, format));
        if (!file) throw new CliError(`there is no incident ${incident}; \`firebreak incidents\` lists them`);
        if (out === undefined) process.stdout.write(file.content);
        else writeFileSync(out, file.content);
      }),
    );

  const audit = program.command('audit').description('the integrity of the record');
  audit
    .command('verify')
    .description('verify every event of the database, or of an exported bundle')
    .option('--file <bundle>', 'a bundle instead of the database')
    .option('--key <key...>', 'public keys to trust, as files (PEM) or base64; default: that of this Firebreak')
    .option('--json', 'print JSON')
    .action(async ({ file, key: keys = [], json }: { file?: string; key?: string[]; json?: boolean }) => {
      const progress = (streams: number) => {
        if (process.stderr.isTTY && streams % 100 === 0) process.stderr.write(`\r${streams} streams`);
      };
      const result =
        file === undefined
          ? await withStore((store, config) => auditStore(config, store, { keys, progress }))
          : await verifyBundle(readFileSync(file, 'utf8'), keys.map(publicKeyFrom));
      print(json ? JSON.stringify(result) : auditText(result));
      process.exitCode = result.outcome === 'ok' ? 0 : 1;
    });

  program
    .command('incidents')
    .description('the latest incidents')
    .option('--json', 'print JSON')
    .action(({ json }) =>
      withStore(async (store) => {
        const { items } = await store.reads.incidents({ limit: 50, cursor: null });
        if (json) print(JSON.stringify(items));
        else
          for (const { number, severity, status, openedAt, title } of items)
            print(`#${number}  SEV${severity}  ${status.padEnd(8)}  ${openedAt}  ${title}`);
      }),
    );

  program
    .command('runs')
    .description('the latest runs')
    .option('--json', 'print JSON')
    .action(({ json }) =>
      withStore(async (store) => {
        const { items } = await store.reads.runs({ limit: 50, cursor: null });
        if (json) print(JSON.stringify(items.map(({ state }) => state)));
        else
          for (const { state } of items)
            print(
              `${state.runId}  ${state.status.padEnd(12)}  ${state.startedAt}  ${state.playbook.name} ${state.playbook.version}`,
            );
      }),
    );

  program
    .command('migrate')
    .description('bring the database up to date')
    .action(() => withStore(async () => print('the database is up to date')));
}

function auditText(result: AuditResult | BundleCheck): string {
  if (result.outcome === 'bad') {
    const { streamId, seq, type, at, problem } = result.place;
    return `BAD: ${streamId} event ${seq}${type ? ` (${type}, ${at})` : ''}: ${problem}`;
  }
  if ('keyId' in result)
    return `verified: ${result.events} events, signed with key ${result.keyId}${result.trusted ? '' : '; that shows that the bundle is whole, not who made it: name the key you trust with --key'}`;
  const { events, streams, evidence, checkpoints, unsealed } = result;
  return `verified: ${events} events in ${streams} streams, ${evidence} pieces of evidence, ${checkpoints} checkpoints; ${unsealed} events are not sealed yet`;
}
