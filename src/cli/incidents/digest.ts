// `firebreak digest`: what happened in a day, a week or a month, in sentences. Holds no rule: it asks the API.
import { Argument, type Command, Option } from 'commander';
import { type ApiDigest, ApiDigestKind } from '../../contract/digest.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, instant, jsonOption, serverOption } from '../session/options.ts';
import { line, paint, print, printJson } from '../session/output.ts';
import { ask } from '../session/reach.ts';

/** Adds `digest`. */
export function addDigest(program: Command): void {
  program
    .command('digest')
    .description('what failed, waits, was undone or changed in the day, week or month that ended last')
    .addArgument(new Argument('[kind]', 'which one').choices(ApiDigestKind.options).default('daily'))
    .addOption(
      new Option('--at <time>', 'the one that was due last at this time, or 7d for a week ago').argParser(instant),
    )
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('digest', 'digest weekly', 'digest monthly --at 2026-11-01T12:00Z', 'digest --json'))
    .action((kind: ApiDigest['kind'], options: Where & { json?: boolean; at?: string }) =>
      ask(options, async ({ api }) => {
        const digest = await api.call('GET /digests/:kind', { params: { kind }, query: { at: options.at } });
        if (options.json) return printJson(digest);
        print(digestText(digest));
      }),
    );
}

/** A digest as text for a terminal. */
export function digestText({ title, headline, sections }: ApiDigest): string {
  return [
    `${paint('bold', line(title))}\n${line(headline)}`,
    ...sections.map(({ title: of, lines, more }) =>
      [
        paint('bold', line(of)),
        ...lines.map(
          ({ text, incident }) => `  ${line(text)}${incident === null ? '' : paint('dim', `  #${incident}`)}`,
        ),
        ...(more > 0 ? [`  and ${more} more`] : []),
      ].join('\n'),
    ),
  ].join('\n\n');
}
