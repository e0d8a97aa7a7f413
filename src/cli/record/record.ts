// `timeline export` and `audit verify`: the record as a file, and whether it is whole. Changes nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type BundleCheck, verifyBundle } from '../../core/timeline/bundle.ts';
import type { AuditResult } from '../../engine/record/audit.ts';
import { type ExportFormat, exportFormats } from '../../engine/record/export-timeline.ts';
import { auditStore, publicKeyFrom, SigningKeyError } from '../../record.ts';
import { withRecord } from '../session/database.ts';
import type { Where } from '../session/firebreak.ts';
import { incidentIdOf } from '../session/ids.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { CliError, line, paint, print, printJson, say, withProgress } from '../session/output.ts';
import { ask } from '../session/reach.ts';

type ExportOptions = Where & { format: ExportFormat; out?: string; json?: boolean };

/** Adds `timeline export` and `audit verify`. */
export function addRecord(program: Command): void {
  program
    .command('timeline')
    .description('timelines of incidents')
    .command('export')
    .description('export the timeline of an incident')
    .argument('<incident>', 'number or id')
    .addOption(new Option('--format <format>', 'form of the export').choices([...exportFormats]).default('md'))
    .option('--out <file>', 'write there instead of standard output')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('timeline export 7 > incident-7.md', 'timeline export 7 --format bundle --out incident-7.bundle.json'),
    )
    .action(exportIncident);

  program
    .command('audit')
    .description('the integrity of the record')
    .command('verify')
    .description('verify every event of the database, or of an exported bundle; exit 1 names the first bad place')
    .option('--file <bundle>', 'a bundle instead of the database; needs no database')
    .option(
      '--key <key...>',
      'public keys to trust, as files (PEM) or base64; none: for the database the key of this Firebreak',
    )
    .addOption(jsonOption())
    .addHelpText('after', examples('audit verify', 'audit verify --file incident-7.bundle.json --json'))
    .action(async ({ file, key: keys = [], json }: { file?: string; key?: string[]; json?: boolean }) => {
      const result =
        file === undefined
          ? await withRecord(({ store, config }) =>
              withProgress('verifying', (step) =>
                withKeys(() =>
                  auditStore(config, store, { keys, progress: (streams) => step(`${streams} incidents`) }),
                ),
              ),
            )
          : await withKeys(() => verifyBundle(textOf(file), keys.map(publicKeyFrom)));
      if (json) printJson(result);
      else print(auditText(result));
      process.exitCode = result.outcome === 'ok' ? 0 : 1;
    });
}

const extensions: { readonly [format in ExportFormat]: string } = {
  md: 'md',
  json: 'json',
  html: 'html',
  csv: 'csv',
  bundle: 'bundle.json',
};

function exportIncident(text: string, options: ExportOptions): Promise<void> {
  const { format, out, json } = options;
  return ask(options, async ({ api }) => {
    const id = await incidentIdOf(api, text);
    const incident = await api.call('GET /incidents/:id', { params: { id } });
    const file = await api.file('GET /incidents/:id/timeline', { params: { id: incident.id }, query: { format } });
    const content = await file.text();
    if (out !== undefined) writeFileOrSay(out, content);
    const filename = `incident-${incident.number}.${extensions[format]}`;
    const about = { incident: incident.id, format, filename, contentType: file.type };
    if (json) printJson(out === undefined ? { ...about, content } : { ...about, out });
    else if (out === undefined) process.stdout.write(content);
    else say(`Written to ${out}.`);
  });
}

/** A key that cannot be used is a matter for the person who named it. */
async function withKeys<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SigningKeyError) throw new CliError('key', error.message);
    throw error;
  }
}

/** The text of a file that a person named. */
export function textOf(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new CliError('unreadable', `cannot read ${path}: ${(error as Error).message}`);
  }
}

function writeFileOrSay(path: string, content: string): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new CliError('unwritable', `cannot write ${path}: ${(error as Error).message}`);
  }
}

function auditText(result: AuditResult | BundleCheck): string {
  if (result.outcome === 'bad') {
    const { streamId, seq, type, at, problem } = result.place;
    return paint('bad', line(`BAD: ${streamId} event ${seq}${type ? ` (${type}, ${at})` : ''}: ${problem}`));
  }
  if ('keyId' in result) {
    const who = result.trusted ? '' : '; it is whole, but who made it shows only with --key and a key you trust';
    return paint('good', `verified: ${result.events} events, signed with key ${result.keyId}${who}`);
  }
  const { events, streams, evidence, checkpoints, unsealed } = result;
  const sealed = `${checkpoints} checkpoints; ${unsealed} events are not sealed yet`;
  return paint('good', `verified: ${events} events in ${streams} streams, ${evidence} pieces of evidence, ${sealed}`);
}
