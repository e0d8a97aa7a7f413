// `timeline export` and `audit verify`: the record as a file, and whether it is whole. Changes nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type AuditResult, auditBundle, auditDatabase } from '../engine/audit.ts';
import { type ExportFormat, exportFormats, exportTimeline } from '../engine/export-timeline.ts';
import { incidentOf } from './incidents.ts';
import { examples, jsonOption } from './options.ts';
import { CliError, line, paint, print, printJson, say, withProgress } from './output.ts';
import { withStore } from './session.ts';

/** Adds `timeline export` and `audit verify`. */
export function addRecord(program: Command): void {
  program
    .command('timeline')
    .description('timelines of incidents')
    .command('export')
    .description('export the timeline of an incident')
    .argument('<incident>', 'id or number')
    .addOption(new Option('--format <format>', 'form of the export').choices([...exportFormats]).default('md'))
    .option('--out <file>', 'write there instead of standard output')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('timeline export 7 > incident-7.md', 'timeline export 7 --format bundle --out incident-7.bundle.json'),
    )
    .action((id: string, { format, out, json }: { format: ExportFormat; out?: string; json?: boolean }) =>
      withStore(async ({ store }) => {
        const incident = await incidentOf(store, id);
        const file = await exportTimeline(store.events, incident.id, format);
        if (!file) throw new CliError('not_found', `incident ${line(id, 80)} has no events`);
        if (out !== undefined) writeFileOrSay(out, file.content);
        const { filename, contentType, content } = file;
        if (json)
          printJson({
            incident: incident.id,
            format,
            filename,
            contentType,
            ...(out === undefined ? { content } : { out }),
          });
        else if (out === undefined) process.stdout.write(content);
        else say(`Written to ${out}.`);
      }),
    );

  program
    .command('audit')
    .description('the integrity of the record')
    .command('verify')
    .description('verify every event of the database, or of an exported bundle; exit 1 names the first bad place')
    .option('--file <bundle>', 'a bundle instead of the database; needs no database')
    .addOption(jsonOption())
    .addHelpText('after', examples('audit verify', 'audit verify --file incident-7.bundle.json --json'))
    .action(async ({ file, json }: { file?: string; json?: boolean }) => {
      const result =
        file === undefined
          ? await withStore(({ store }) =>
              withProgress('verifying', (step) =>
                auditDatabase(store.events, store.heads, (streams) => step(`${streams} incidents`)),
              ),
            )
          : await auditBundle(textOf(file));
      if (json) printJson(result);
      else print(auditText(result));
      process.exitCode = result.outcome === 'ok' ? 0 : 1;
    });
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

function auditText(result: AuditResult): string {
  if (result.outcome === 'ok') return paint('good', `verified: ${result.events} events in ${result.streams} streams`);
  const { streamId, seq, type, at, problem } = result.place;
  return paint('bad', line(`BAD: ${streamId} event ${seq}${type ? ` (${type}, ${at})` : ''}: ${problem}`));
}
