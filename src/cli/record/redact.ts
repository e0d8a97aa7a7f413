// `firebreak redact`: takes something that leaked out of an event or a piece of evidence. Holds no rule.
import { type Command, Option } from 'commander';
import type { ApiClient } from '../../client/api-client.ts';
import type { Where } from '../session/firebreak.ts';
import { incidentIdOf } from '../session/ids.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { CliError, paint, print, printJson } from '../session/output.ts';
import { order } from '../session/reach.ts';
import { textOf } from './record.ts';

type RedactOptions = Where & {
  path?: string;
  textFile?: string;
  evidence?: string;
  reason: string;
  json?: boolean;
};

/** Adds `redact`. */
export function addRedact(program: Command): void {
  program
    .command('redact')
    .description(
      'take something that leaked out of an event, or the content out of a piece of evidence; the record still verifies',
    )
    .argument('[stream]', 'incident by number or id, group by id, or system')
    .argument('[seq]', 'place of the event in it')
    .option('--path <pointer>', 'where in its data, such as /output/stdout')
    .option('--text-file <file>', 'take only the text out that this file holds; - is standard input')
    .addOption(new Option('--evidence <digest>', 'a piece of evidence instead').conflicts(['path', 'textFile']))
    .addOption(reasonOption().makeOptionMandatory())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'redact 7 12 --path /output/stdout --reason "the script printed a password"',
        'redact 7 12 --text-file leaked.txt --reason "a token in a message"',
        'redact --evidence sha256:9f… --reason "the screenshot shows a key"',
      ),
    )
    .action((stream: string | undefined, seq: string | undefined, options: RedactOptions) =>
      order(options, async ({ api }) => {
        const where = await whereOf(api, { stream, seq, options });
        const redacted = await api.call('POST /redactions', { body: { where, reason: options.reason } });
        if (options.json) return printJson(redacted);
        const { paths, alsoIn, notReachable } = redacted;
        print(paths.length === 0 ? 'Redacted.' : `Redacted: ${paths.join(', ')}.`);
        for (const { stream: id, seq: at, type } of alsoIn)
          print(paint('warning', `The same text still stands in ${id} event ${at} (${type}): redact it too.`));
        for (const place of notReachable) print(`Not reachable: ${place}.`);
      }),
    );
}

async function whereOf(
  api: ApiClient,
  given: { readonly stream: string | undefined; readonly seq: string | undefined; readonly options: RedactOptions },
) {
  const { stream, seq, options } = given;
  const { evidence, path, textFile } = options;
  if (evidence !== undefined) return { type: 'evidence' as const, digest: evidence };
  if (stream === undefined || seq === undefined || !/^\d{1,9}$/.test(seq))
    throw new CliError('usage', 'name the incident and the place of the event, such as `redact 7 12`, or --evidence');
  // A line end is what a terminal adds.
  const text = textFile === undefined ? undefined : textOf(textFile).replace(/\r?\n$/, '');
  return {
    type: 'event' as const,
    stream: await streamIdOf(api, stream),
    seq: Number(seq),
    ...(path === undefined ? {} : { path }),
    ...(text === undefined ? {} : { text }),
  };
}

async function streamIdOf(api: ApiClient, text: string): Promise<string> {
  if (text === 'system' || text.startsWith('grp_')) return text;
  const id = await incidentIdOf(api, text);
  const incident = await api.call('GET /incidents/:id', { params: { id } });
  return incident.id;
}
