// `firebreak silence` and `firebreak window`: what keeps alerts quiet for a time. Holds no rule.
import { type Command, Option } from 'commander';
import type { ApiSilence } from '../../contract/mute.ts';
import { whereInWords } from '../../core/timeline/describe-mutes.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { type Cell, line, print, printJson, say, table } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';
import { type Ends, endOf, forOption, laterOf, setsOf, untilOption } from './mute-options.ts';
import { addWindows } from './windows.ts';

type Json = { readonly json?: boolean };
type CreateOptions = Where & Json & Ends & { reason: string; owner?: string; starts?: string };

/** Adds `silence [list|create MATCHER...|preview MATCHER...|expire ID]` and `window [...]`. */
export function addSilences(program: Command): void {
  const silence = program.command('silence').description('silences: alerts that nobody is told of for a time');
  silence
    .command('list', { isDefault: true })
    .description('the silences that are not over, of people and of the configuration, with what each has held')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('silence list', 'silence list --json'))
    .action((options: Where & Json) =>
      ask(options, async ({ api }) => {
        const page = await api.call('GET /silences', {});
        if (options.json) return printJson(page);
        if (page.items.length === 0) return say('Nothing is silenced.');
        print(table(['SILENCE', 'STATE', 'UNTIL', 'OWNER', 'HELD', 'WHAT', 'REASON'], page.items.map(silenceRow)));
        for (const { id, forgotten } of page.items)
          if (forgotten !== null) say(`${line(id)} looks forgotten: ${forgotten}.`);
      }),
    );
  addCreate(silence);
  addPreview(silence);
  silence
    .command('expire')
    .description('end a silence before its time: what it held and still fires is told')
    .argument('<id>', 'its id, as `silence list` shows it')
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('silence expire sil_01j9z3k4m5n6p7q8r9s0t1v2w3 --reason "the deploy is done"'))
    .action((id: string, options: Where & Json & { reason?: string }) =>
      order(options, async ({ api }) => {
        const ended = await api.call('DELETE /silences/:id', { params: { id }, body: { reason: options.reason } });
        if (options.json) printJson(ended);
        else print(`Ended: ${line(ended.id)}. What it held and still fires is told now.`);
      }),
    );
  addWindows(program);
}

const matchersArgument = [
  '<matchers...>',
  'matchers over labels, all of which must hold: service=checkout env=~prod',
] as const;

function addCreate(silence: Command): void {
  silence
    .command('create')
    .description('keep alerts quiet for a time; `silence preview` says which ones that would be')
    .argument(...matchersArgument)
    .addOption(forOption())
    .addOption(untilOption())
    .addOption(new Option('--starts <when>', 'when it begins (default: now)').argParser(laterOf))
    .option('--owner <name>', 'whose it is (default: you)')
    .addOption(reasonOption().makeOptionMandatory())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'silence create service=checkout --for 2h --reason "deploy of checkout"',
        `silence create service=checkout 'env=~prod|stage' --until 2027-01-31T12:00Z --reason "known fault"`,
      ),
    )
    .action((given: readonly string[], options: CreateOptions) =>
      order(options, async ({ api }) => {
        const { starts: startsAt, owner, reason } = options;
        const body = { sets: setsOf(given), startsAt, endsAt: endOf(options, startsAt), owner, reason };
        const made = await api.call('POST /silences', { body });
        if (options.json) return printJson(made);
        print(`Silenced until ${made.endsAt}: ${made.sets.map(whatOf).join(', or ')} (${line(made.id)}).`);
      }),
    );
}

function addPreview(silence: Command): void {
  silence
    .command('preview')
    .description('what a silence would mute: alerts that fire now, and deliveries of the last day; changes nothing')
    .argument(...matchersArgument)
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('silence preview service=checkout'))
    .action((given: readonly string[], options: Where & Json) =>
      ask(options, async ({ api }) => {
        const preview = await api.call('POST /silences/preview', { body: { sets: setsOf(given) } });
        if (options.json) return printJson(preview);
        const { firing, deliveries } = preview;
        if (firing.length > 0)
          print(
            table(
              ['ALERT', 'SEVERITY', 'SOURCE'],
              firing.map(({ title, severity, source }) => [title, severity, source]),
            ),
          );
        say(`It would mute ${firing.length} alert(s) that fire now.`);
        say(`It would have matched ${deliveries.matched} of ${deliveries.looked} deliveries of the last 24 hours.`);
      }),
    );
}

const whatOf = (set: ApiSilence['sets'][number]): string => line(whereInWords(JSON.parse(JSON.stringify(set))));

function silenceRow({ id, state, endsAt, owner, held, sets, reason, forgotten }: ApiSilence): readonly Cell[] {
  const shown: Cell =
    forgotten === null
      ? { text: state, colour: state === 'active' ? 'good' : 'warning' }
      : { text: 'forgotten?', colour: 'warning' };
  return [id, shown, endsAt, owner, `${held?.count ?? 0}`, sets.map(whatOf).join(', or '), reason];
}
