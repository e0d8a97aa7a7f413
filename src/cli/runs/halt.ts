// `halt` and `release`: the kill switches, for one playbook or for everything. Holds no rule.
import type { Command } from 'commander';
import type { ApiKillSwitch } from '../../contract/operation.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, reasonOption, serverOption, watchOption } from '../session/options.ts';
import { line, print, printJson, table } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';
import { type Showing, show } from '../session/watch.ts';

const everything = '*';
const named = (scope: string) => (scope === everything ? 'everything' : scope);
const argument = (scope: string) => (scope === everything ? '' : ` ${scope}`);

/** Adds `halt`, `release` and `halted`. */
export function addHalt(program: Command): void {
  program
    .command('halt')
    .description('start nothing more of a playbook, or of any; what is under way goes on')
    .argument('[playbook]', 'name of the playbook (default: all of them)', everything)
    .addOption(reasonOption().makeOptionMandatory())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('halt --reason "the network team works on the core"', 'halt restart-service --reason "it loops"'),
    )
    .action((scope: string, options: Where & { reason: string; json?: boolean }) =>
      order(options, async ({ api }) => {
        const body = { reason: options.reason };
        const killSwitch = await api.call('PUT /kill-switches/:scope', { params: { scope }, body });
        if (options.json) printJson(killSwitch);
        else print(`Halted: ${named(scope)}. Nothing of it starts until \`firebreak release${argument(scope)}\`.`);
      }),
    );

  program
    .command('release')
    .description('let a halted playbook, or everything, start again')
    .argument('[playbook]', 'name of the playbook (default: what was halted for all of them)', everything)
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('release', 'release restart-service --reason "it is mended"'))
    .action((scope: string, options: Where & { reason?: string; json?: boolean }) =>
      order(options, async ({ api }) => {
        const body = { reason: options.reason };
        const released = await api.call('DELETE /kill-switches/:scope', { params: { scope }, body });
        if (options.json) printJson(released);
        else print(`Released: ${named(scope)}.`);
      }),
    );

  program
    .command('halted')
    .description('what is halted, by whom and why')
    .addOption(watchOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('halted', 'halted --json'))
    .action((options: Where & Showing) =>
      ask(options, ({ api }) =>
        show(async () => {
          const page = await api.call('GET /kill-switches', {});
          if (page.items.length === 0) return { answer: page, text: '', aside: 'Nothing is halted.' };
          return { answer: page, text: table(['HALTED', 'SINCE', 'BY', 'REASON'], page.items.map(switchRow)) };
        }, options),
      ),
    );
}

function switchRow({ scope, by, reason, at }: ApiKillSwitch): string[] {
  return [named(scope), at, line(by.name ?? by.id), line(reason)];
}
