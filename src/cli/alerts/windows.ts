// `firebreak window`: maintenance windows, once or again and again. Holds no rule.
import { type Command, Option } from 'commander';
import type { ApiWindow } from '../../contract/mute.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { type Cell, line, print, printJson, say, table } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';
import { type Ends, endOf, forOption, laterOf, setsOf, untilOption } from './mute-options.ts';

type Json = { readonly json?: boolean };
type CreateOptions = Where &
  Json &
  Ends & { reason: string; owner?: string; starts?: string; during?: string; mode: ApiWindow['mode'] };

/** Adds `window [list|create NAME MATCHER...|remove NAME]`. */
export function addWindows(program: Command): void {
  const window = program.command('window').description('maintenance windows: times in which alerts are expected');
  window
    .command('list', { isDefault: true })
    .description('the windows that are not over, of people and of the configuration')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('window list', 'window list --json'))
    .action((options: Where & Json) =>
      ask(options, async ({ api }) => {
        const page = await api.call('GET /windows', {});
        if (options.json) printJson(page);
        else if (page.items.length === 0) say('There is no maintenance window.');
        else print(table(['WINDOW', 'MODE', 'HOLDS UNTIL', 'NEXT', 'OWNER', 'REASON'], page.items.map(windowRow)));
      }),
    );
  addCreate(window);
  window
    .command('remove')
    .description('remove a window: what it held and still fires is told')
    .argument('<name>', 'its name')
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('window remove database-move --reason "it is done"'))
    .action((id: string, options: Where & Json & { reason?: string }) =>
      order(options, async ({ api }) => {
        const removed = await api.call('DELETE /windows/:id', { params: { id }, body: { reason: options.reason } });
        if (options.json) printJson(removed);
        else print(`Removed: ${line(removed.name)}. What it held and still fires is told now.`);
      }),
    );
}

function addCreate(window: Command): void {
  window
    .command('create')
    .description('expect alerts for a time, or again and again in a named interval of the configuration')
    .argument('<name>', 'lower-case letters, digits, - and _')
    .argument('[matchers...]', 'matchers over labels, all of which must hold (default: every alert)')
    .addOption(forOption())
    .addOption(untilOption())
    .addOption(new Option('--starts <when>', 'when it begins (default: now)').argParser(laterOf))
    .option('--during <interval>', 'it comes again in this entry of `intervals:`, until its end')
    .addOption(
      new Option('--mode <mode>', 'quiet: nobody is told; consolidate: all of it goes into one incident')
        .choices(['quiet', 'consolidate'])
        .default('consolidate'),
    )
    .option('--owner <name>', 'whose it is (default: you)')
    .addOption(reasonOption().makeOptionMandatory())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'window create database-move env=prod --for 2h --mode quiet --reason "the database moves"',
        'window create patches --during sunday-night --until 2027-12-31T00:00Z --reason "weekly patches"',
      ),
    )
    .action((name: string, given: readonly string[], options: CreateOptions) =>
      order(options, async ({ api }) => {
        const { during, starts = new Date().toISOString(), mode, owner, reason } = options;
        const times =
          during === undefined
            ? { startsAt: starts, endsAt: endOf(options, starts) }
            : { during, until: endOf(options, options.starts) };
        const [where] = given.length === 0 ? [] : setsOf(given);
        const made = await api.call('POST /windows', { body: { name, where, ...times, mode, owner, reason } });
        if (options.json) printJson(made);
        else print(`Made: the window ${line(made.name)}, over for good at ${made.endsAt}.`);
      }),
    );
}

function windowRow({ name, mode, now, next, owner, reason }: ApiWindow): readonly Cell[] {
  return [name, mode, now === null ? '' : (now.endsAt ?? 'ever'), next?.startsAt ?? '', owner, reason];
}
