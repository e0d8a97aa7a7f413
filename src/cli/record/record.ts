// `timeline export` and `audit verify`: the record as a file, and whether it is whole. Changes nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type BundleCheck, verifyBundle } from '../../core/timeline/bundle.ts';
import { type CheckpointRef, witnessedIn } from '../../core/timeline/checkpoint.ts';
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
    .description(
      'verify every event of the database, or of an exported bundle; exit 1 names the first bad place, exit 2: there is nothing to verify against',
    )
    .option('--file <bundle>', 'a bundle instead of the database; needs no database')
    .option(
      '--key <key...>',
      'public keys to trust, as files (PEM) or base64; none: for the database the key of this Firebreak',
    )
    .option(
      '--witness <file-or-url...>',
      'what outside witnesses keep of the checkpoints: it must not contradict the database',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'audit verify',
        'audit verify --file incident-7.bundle.json --json',
        'audit verify --witness https://witness.example.org/firebreak.jsonl',
      ),
    )
    .action(async ({ file, key: keys = [], witness = [], json }: AuditCommand) => {
      const witnessed = (await Promise.all(witness.map(witnessFrom))).flat();
      const result =
        file === undefined
          ? await withRecord(({ store, config }) =>
              withProgress('verifying', (step) =>
                withKeys(() =>
                  auditStore(config, store, { keys, witnessed, progress: (streams) => step(`${streams} incidents`) }),
                ),
              ),
            )
          : await withKeys(() => verifyBundle(bytesOf(file), keys.map(publicKeyFrom)));
      if (json) printJson(result);
      else print(auditText(result));
      process.exitCode = exitCodes[result.outcome];
    });
}

type AuditCommand = { file?: string; key?: string[]; witness?: string[]; json?: boolean };

/** 2: nothing contradicts the record, and nothing vouches for it. */
const exitCodes: { readonly [outcome in AuditResult['outcome']]: number } = { ok: 0, bad: 1, unwitnessed: 2 };

/** The checkpoints that a witness keeps, by file or URL. */
async function witnessFrom(place: string): Promise<readonly CheckpointRef[]> {
  const text = /^https?:\/\//.test(place) ? await fetched(place) : textOf(place);
  const refs = witnessedIn(text);
  if (refs !== null) return refs;
  throw new CliError('witness', `${place} holds no checkpoints; it must have one a line, as JSON, as they were sent`);
}

async function fetched(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    if (answer.ok) return await answer.text();
    throw new Error(`it answered ${answer.status}`);
  } catch (error) {
    throw new CliError('witness', `cannot read ${url}: ${(error as Error).message}`);
  }
}

const extensions: { readonly [format in ExportFormat]: string } = {
  md: 'md',
  json: 'json',
  html: 'html',
  csv: 'csv',
  bundle: 'bundle.json',
  confluence: 'confluence.xml',
  notion: 'notion.json',
};

/** Writes the record of an incident as a file. */
export function exportIncident(text: string, options: ExportOptions): Promise<void> {
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
export const textOf = (path: string): string => bytesOf(path).toString('utf8');

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path);
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
  if (result.outcome === 'unwitnessed')
    return paint(
      'warning',
      `nothing to verify against: ${result.events} events in ${result.streams} streams agree with each other, but there is no checkpoint and none is remembered; name a witness with --witness if there is one`,
    );
  if ('keyId' in result) {
    const who = result.trusted ? '' : '; it is whole, but who made it shows only with --key and a key you trust';
    return paint('good', `verified: ${result.events} events, signed with key ${result.keyId}${who}`);
  }
  const { events, streams, evidence, checkpoints, unsealed } = result;
  const sealed = `${checkpoints} checkpoints; ${unsealed} events are not sealed yet`;
  return paint('good', `verified: ${events} events in ${streams} streams, ${evidence} pieces of evidence, ${sealed}`);
}
