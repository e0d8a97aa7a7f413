// `firebreak explain`: what becomes of an alert, now or at an instant, and why. Asks the Firebreak that is there; where there is none, the rules
// of the configuration alone. Holds no rule and changes nothing.
import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiExplained } from '../../contract/alert.ts';
import type { Sent } from '../../contract/route.ts';
import { type Routes, routes } from '../../contract/routes.ts';
import { Alert } from '../../core/alert/alert.ts';
import { NoDatabaseError } from '../../store/embedded/visitor.ts';
import { textOf } from '../record/record.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, instant, jsonOption, serverOption } from '../session/options.ts';
import { CliError, line, print, printJson, UsageError } from '../session/output.ts';
import { ask } from '../session/reach.ts';
import { explainedText } from './explained-text.ts';
import { previewText } from './preview.ts';

type ExplainOptions = Where & {
  alert?: string;
  at?: string;
  source?: string;
  file?: string;
  integration?: string;
  method: 'POST' | 'GET';
  header: string[];
  query: string[];
  replay?: string;
  config?: string;
  json?: boolean;
};
type Asked = Sent<Routes['POST /explain']>['body'];

/** Adds `explain`. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('what becomes of an alert, and why: the six stages, now or at an instant; nothing is changed')
    .option(
      '--alert <alert>',
      'a file with a normalised alert (- is standard input), or the fingerprint of a known one',
    )
    .option('--source <source>', 'read --file as this source sends it')
    .option('--file <file>', 'a body as its source sends it; - is standard input')
    .option('--integration <name>', 'the integration of the source (default: its only one)')
    .addOption(new Option('--method <method>', 'how it is sent').choices(['POST', 'GET']).default('POST'))
    .addOption(repeated('--header <name=value>', 'a header that is sent with it; repeat it for more'))
    .addOption(repeated('--query <name=value>', 'a field of the query; repeat it for more'))
    .addOption(
      new Option(
        '--at <time>',
        'the rules, silences and windows of this instant, past or future, or 24h for a day ago (default: now)',
      ).argParser(instant),
    )
    .addOption(
      new Option(
        '--replay <time>',
        'the deliveries since then, or 30d for 30 days, through --config: what would differ',
      )
        .argParser(instant)
        .conflicts(['alert', 'source', 'file', 'at', 'server']),
    )
    .option('--config <file>', 'the other configuration for --replay')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'explain --alert alert.json',
        'explain --alert 4f1c9a2b7d --at 2026-03-01T02:00Z',
        'explain --source generic --file body.json --integration deploys',
        'explain --replay 30d --config new.yaml',
      ),
    )
    .action(explain);
}

const repeated = (flags: string, about: string) =>
  new Option(flags, about).default([] as string[], 'none').argParser((text, before: string[]) => {
    if (text.search(/[=:]/) < 1) throw new InvalidArgumentError('Write it as name=value.');
    return [...before, text];
  });

async function explain(options: ExplainOptions): Promise<void> {
  const { replay, config, json = false } = options;
  if ((replay === undefined) !== (config === undefined))
    throw new UsageError('--replay and --config belong together: which deliveries, and through which configuration');
  if (replay !== undefined && config !== undefined) {
    const { whatIf } = await import('./what-if.ts');
    return whatIf({ since: replay, file: config, json });
  }
  const body = askedBy(options);
  const explained = await explainedBy(options, body);
  if (explained.delivery?.status === 'refused') process.exitCode = 1;
  if (options.json) return printJson(explained);
  const { delivery, alerts } = explained;
  if (delivery)
    print(
      previewText(
        delivery,
        alerts.map(({ alert }) => alert),
      ),
    );
  if (alerts.length > 0) print(`${delivery ? '\n' : ''}${explainedText(explained)}`);
}

async function explainedBy(options: ExplainOptions, body: Asked): Promise<ApiExplained> {
  try {
    return await ask(options, ({ api }) => api.call('POST /explain', { body }));
  } catch (error) {
    if (!(error instanceof NoDatabaseError)) throw error;
    const { explainedByRules } = await import('./explain-by-rules.ts');
    return explainedByRules(routes['POST /explain'].body.parse(body));
  }
}

function askedBy({ alert, source, file, integration, method, header, query, at }: ExplainOptions): Asked {
  if ((alert === undefined) === (source === undefined))
    throw new UsageError('say what to explain: either --alert FILE or FINGERPRINT, or --source NAME with --file FILE');
  const moment = at === undefined ? {} : { at };
  if (alert !== undefined) {
    if (file !== undefined) throw new UsageError('--file is read with --source only; --alert names a file by itself');
    return { ...(isFile(alert) ? { alert: alertIn(alert) } : { fingerprint: alert }), ...moment };
  }
  if (file === undefined && method === 'POST')
    throw new UsageError('say which body: --file FILE, or - for standard input');
  const delivery = {
    source: source ?? '',
    ...(integration === undefined ? {} : { integration }),
    method,
    headers: Object.fromEntries(pairsOf(header, 'header')),
    query: Object.fromEntries(pairsOf(query, 'query')),
    body: file === undefined ? '' : textOf(file),
  };
  return { delivery, ...moment };
}

/** What is no file and looks like none is a fingerprint. */
const isFile = (text: string): boolean => text === '-' || existsSync(text) || /\.json$/i.test(text);

function alertIn(file: string): Alert {
  const given = Alert.safeParse(jsonIn(file));
  if (given.success) return given.data;
  const [fault] = given.error.issues;
  const where =
    fault && fault.path.length > 0 ? `${fault.path.map(String).join('.')}: ${fault.message}` : fault?.message;
  throw new CliError(
    'invalid',
    `${file} is no normalised alert: ${line(where ?? '')}; a body as its source sends it is read by --source NAME --file ${file}`,
  );
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(textOf(file));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('invalid', `${file} is no JSON: ${line((error as Error).message)}`);
  }
}

/** `name=value` words as pairs; a header may be written with a colon too. */
export const pairsOf = (words: readonly string[], kind: 'header' | 'query'): readonly [string, string][] =>
  words.map((text) => {
    const at = text.search(kind === 'header' ? /[=:]/ : /=/);
    const [name, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    return kind === 'header' ? [name.trim().toLowerCase(), value.trim()] : [name, value];
  });
