// `firebreak postmortem show|edit|status|review|export`: the postmortem of an incident. Holds no rule.
import { type Command, Option } from 'commander';
import type { ApiPostmortem } from '../../contract/postmortem.ts';
import { WrittenPostmortem } from '../../contract/postmortem.ts';
import { exportFormats } from '../../engine/record/export-timeline.ts';
import type { Where } from '../session/firebreak.ts';
import { incidentIdOf } from '../session/ids.ts';
import { examples, jsonOption, reasonOption, serverOption, wholeNumber } from '../session/options.ts';
import { CliError, line, paint, print, printJson } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';
import { exportIncident, textOf } from './record.ts';

type Json = { readonly json?: boolean };
type EditOptions = Where & Json & { file?: string; summary?: string; surprise?: string; expectVersion?: number };
type StatusOptions = Where & Json & { reviewer?: string[]; reason?: string };
type ReviewOptions = Where & Json & { comment?: string; expectVersion?: number };

/** Adds the commands. */
export function addPostmortem(program: Command): void {
  const postmortem = program.command('postmortem').description('postmortems of incidents');
  addShow(postmortem);
  addEdit(postmortem);
  addStatus(postmortem);
  addReview(postmortem);
  postmortem
    .command('export')
    .description('write the postmortem, with the ledger behind it, as a file')
    .argument('<incident>', 'number or id')
    .addOption(new Option('--format <format>', 'form of the export').choices([...exportFormats]).default('md'))
    .option('--out <file>', 'write there instead of standard output')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('postmortem export 7 --format html --out incident-7.html'))
    .action(exportIncident);
}

function addShow(postmortem: Command): void {
  postmortem
    .command('show')
    .description('how far it is, and what it says first')
    .argument('<incident>', 'number or id')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('postmortem show 7', 'postmortem show 7 --json > postmortem-7.json'))
    .action((text: string, options: Where & Json) =>
      ask(options, async ({ api }) => {
        const id = await incidentIdOf(api, text);
        const found = await api.call('GET /incidents/:id/postmortem', { params: { id } });
        if (options.json) printJson(found);
        else print(shown(found));
      }),
    );
}

const statuses = { draft: 'draft', in_review: 'in review', reviewed: 'reviewed' } as const;

/** What is read first: the rest is a file. */
function shown({ incident, status, version, sections, counterfactuals, actionItems, edits }: ApiPostmortem): string {
  const by = (name: string) => (edits[name] ? '' : paint('dim', ' (drafted from the ledger)'));
  const points = (all: readonly { readonly text: string }[]) => all.map(({ text }) => `  - ${line(text, 200)}`);
  const parts = [
    paint('bold', `#${incident.number} ${line(incident.title, 100)}`),
    `${statuses[status]}, version ${version}`,
    '',
    `${paint('bold', 'Summary')}${by('summary')}`,
    line(sections.summary, 2000),
    ...(sections.factors.length > 0 ? ['', paint('bold', 'Contributing factors'), ...points(sections.factors)] : []),
    ...(sections.notHelped.length > 0
      ? ['', `${paint('bold', 'What did not help')}${by('notHelped')}`, ...points(sections.notHelped)]
      : []),
    ...(counterfactuals.length > 0
      ? ['', paint('bold', 'What would have made it shorter'), ...points(counterfactuals)]
      : []),
    ...(actionItems.length > 0
      ? [
          '',
          paint('bold', 'Action items'),
          ...actionItems.map(({ id, text, status: at }) => `  ${id} ${at}: ${line(text, 120)}`),
        ]
      : []),
    '',
    `firebreak postmortem export ${incident.number} --format html --out incident-${incident.number}.html`,
  ];
  return parts.join('\n');
}

function addEdit(postmortem: Command): void {
  postmortem
    .command('edit')
    .description('write sections of it; whoever did not see the last edit is told who made it')
    .argument('<incident>', 'number or id')
    .option(
      '--file <file>',
      'sections as JSON, such as the `sections` of `postmortem show --json`; - is standard input',
    )
    .option('--summary <text>', 'the summary')
    .option('--surprise <text>', 'why you were surprised')
    .addOption(
      new Option(
        '--expect-version <number>',
        'the version that you looked at (default: the one that is there)',
      ).argParser(wholeNumber(0, 1_000_000)),
    )
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'postmortem edit 7 --summary "Checkout could not charge cards for 12 minutes."',
        'postmortem edit 7 --file sections.json --expect-version 3',
      ),
    )
    .action((text: string, options: EditOptions) =>
      order(options, async ({ api }) => {
        const id = await incidentIdOf(api, text);
        const { summary, surprise, file } = options;
        const written = file === undefined ? {} : sectionsFrom(file);
        const given = Object.entries({ summary, surprise }).filter(([, value]) => value !== undefined);
        const sections = { ...written, ...Object.fromEntries(given) };
        const expectedVersion =
          options.expectVersion ?? (await api.call('GET /incidents/:id/postmortem', { params: { id } })).version;
        const edited = await api.call('PUT /incidents/:id/postmortem', {
          params: { id },
          body: { expectedVersion, sections },
        });
        if (options.json) printJson(edited);
        else print(`Written: the postmortem of #${edited.incident.number} has version ${edited.version}.`);
      }),
    );
}

/** Sections out of a file; what the API shows beside them is not theirs and is left out. */
function sectionsFrom(file: string) {
  let json: unknown;
  try {
    json = JSON.parse(textOf(file));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('unreadable', `${file} is no JSON: ${(error as Error).message}`);
  }
  const parsed = WrittenPostmortem.safeParse(withoutShown(json));
  if (parsed.success) return parsed.data;
  const [fault] = parsed.error.issues;
  throw new CliError('invalid', `${file}: ${fault?.path.join('.') || 'the file'}: ${fault?.message}`);
}

/** Members that are shown beside what people write. */
const shownBeside: ReadonlySet<string> = new Set(['at', 'redacted']);

function withoutShown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutShown);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !shownBeside.has(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutShown(member)]));
}

function addStatus(postmortem: Command): void {
  postmortem
    .command('status')
    .description('send it to its reviewers, call it reviewed, or make it a draft again')
    .argument('<incident>', 'number or id')
    .argument('<status>', 'draft, in-review or reviewed')
    .option('--reviewer <name...>', 'who is to review it: Slack user ids, or names')
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('postmortem status 7 in-review --reviewer ben', 'postmortem status 7 reviewed'))
    .action((text: string, said: string, options: StatusOptions) =>
      order(options, async ({ api }) => {
        const to = (['draft', 'in_review', 'reviewed'] as const).find((one) => one === said.replace('-', '_'));
        if (to === undefined) throw new CliError('usage', 'the status must be draft, in-review or reviewed');
        const id = await incidentIdOf(api, text);
        const body = { to, reviewers: options.reviewer, reason: options.reason };
        const changed = await api.call('POST /incidents/:id/postmortem/status', { params: { id }, body });
        if (options.json) printJson(changed);
        else
          print(
            `The postmortem of #${changed.incident.number} is ${statuses[changed.status]} (version ${changed.version}).`,
          );
      }),
    );
}

function addReview(postmortem: Command): void {
  postmortem
    .command('review')
    .description('say as a reviewer what you think of it')
    .argument('<incident>', 'number or id')
    .argument('<verdict>', 'approve or changes')
    .option('--comment <text>', 'what is to be changed')
    .addOption(
      new Option('--expect-version <number>', 'the version that you read (default: the one that is there)').argParser(
        wholeNumber(0, 1_000_000),
      ),
    )
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('postmortem review 7 approve', 'postmortem review 7 changes --comment "who was hit?"'),
    )
    .action((text: string, said: string, options: ReviewOptions) =>
      order(options, async ({ api }) => {
        const verdict = said === 'approve' ? 'approves' : said === 'changes' ? 'wants_changes' : undefined;
        if (verdict === undefined) throw new CliError('usage', 'the verdict must be approve or changes');
        const id = await incidentIdOf(api, text);
        const expectedVersion =
          options.expectVersion ?? (await api.call('GET /incidents/:id/postmortem', { params: { id } })).version;
        const body = { verdict, comment: options.comment, expectedVersion } as const;
        const reviewed = await api.call('POST /incidents/:id/postmortem/reviews', { params: { id }, body });
        if (options.json) printJson(reviewed);
        else print(`Said of version ${reviewed.version} of the postmortem of #${reviewed.incident.number}: ${said}.`);
      }),
    );
}
