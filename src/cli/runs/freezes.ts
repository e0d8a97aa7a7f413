// `firebreak freezes`: which times nothing changes in, and the exception for one run. Holds no rule.
import type { Command } from 'commander';
import type { Where } from '../session/firebreak.ts';
import { runIdOf, shortId } from '../session/ids.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { line, print, printJson, table } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';

type Json = { readonly json?: boolean };

/** Adds `freezes list|except`. */
export function addFreezes(program: Command): void {
  const freezes = program.command('freezes').description('times in which nothing changes');
  freezes
    .command('list', { isDefault: true })
    .description('every freeze, and whether it holds now')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('freezes', 'freezes list --json'))
    .action((options: Where & Json) =>
      ask(options, async ({ api }) => {
        const found = await api.call('GET /freezes', {});
        if (options.json) return printJson(found);
        if (found.items.length === 0) return print('There are no freezes.');
        const rows = found.items.map((one) => [
          line(one.name),
          {
            text: one.holds ? 'holds' : one.startsAt === null ? 'over' : 'later',
            colour: one.holds ? ('warning' as const) : ('neutral' as const),
          },
          one.startsAt ?? '-',
          one.endsAt ?? '-',
          line([...(one.environments ?? []), ...(one.playbooks ?? [])].join(', ') || 'everything'),
          one.then === 'ask' ? line(`asks ${one.asks.join(', ')}`) : 'waits',
          line(one.reason, 60),
        ]);
        print(table(['FREEZE', 'NOW', 'FROM', 'UNTIL', 'WHERE', 'THEN', 'REASON'], rows));
      }),
    );
  freezes
    .command('except')
    .description('let no freeze hold a run any more; takes the right `bypass`, and is recorded')
    .argument('<run>', 'id of the run, or its end')
    .requiredOption('--reason <text>', 'why it cannot wait')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('freezes except run_01jq… --reason "customers cannot pay"'))
    .action((text: string, { reason, json, ...where }: Where & Json & { reason: string }) =>
      order(where, async ({ api }) => {
        const params = { id: await runIdOf(api, text) };
        const run = await api.call('POST /runs/:id/except', { params, body: { reason } });
        if (json) return printJson(run);
        print(`No freeze holds ${shortId(run.id)} any more. The run is ${run.status}.`);
      }),
    );
}
