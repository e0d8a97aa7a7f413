// `halt` and `release`: the kill switches, for one playbook or for everything. Holds no rule.
import type { Command } from 'commander';
import type { KillSwitch } from '../../ports/admission.ts';
import { examples, jsonOption, reasonOption } from '../session/options.ts';
import { line, print, printJson, printTable, say } from '../session/output.ts';
import { granted, withOperations, withStore } from '../session/session.ts';

type BrakeOptions = { reason: string; json?: boolean };

const everything = '*';
const named = (scope: string) => (scope === everything ? 'everything' : scope);

/** Adds `halt`, `release` and `halted`. */
export function addHalt(program: Command): void {
  program
    .command('halt')
    .description('start nothing more of a playbook, or of any; what is under way goes on')
    .argument('[playbook]', 'name of the playbook (default: all of them)', everything)
    .addOption(reasonOption().makeOptionMandatory())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('halt --reason "the network team works on the core"', 'halt restart-service --reason "it loops"'),
    )
    .action((scope: string, { reason, json }: BrakeOptions) =>
      withOperations(async ({ operations, caller }) => {
        const killSwitch = granted(await operations.halt({ ...caller, scope, reason }));
        if (json) printJson(killSwitch);
        else print(`Halted: ${named(scope)}. Nothing of it starts until \`firebreak release${argument(scope)}\`.`);
      }),
    );

  program
    .command('release')
    .description('let a halted playbook, or everything, start again')
    .argument('[playbook]', 'name of the playbook (default: what was halted for all of them)', everything)
    .addOption(jsonOption())
    .addHelpText('after', examples('release', 'release restart-service'))
    .action((scope: string, { json }: BrakeOptions) =>
      withOperations(async ({ operations, caller }) => {
        const released = granted(await operations.release({ ...caller, scope }));
        if (json) printJson(released);
        else print(`Released: ${named(scope)}.`);
      }),
    );

  program
    .command('halted')
    .description('what is halted, by whom and why')
    .addOption(jsonOption())
    .addHelpText('after', examples('halted', 'halted --json'))
    .action(({ json }: { json?: boolean }) =>
      withStore(async ({ store }) => {
        const items = await store.admission.switches();
        if (json) return printJson({ items });
        if (items.length === 0) return say('Nothing is halted.');
        printTable(['HALTED', 'SINCE', 'BY', 'REASON'], items.map(switchRow));
      }),
    );
}

const argument = (scope: string) => (scope === everything ? '' : ` ${scope}`);

function switchRow({ scope, by, reason, at }: KillSwitch): string[] {
  return [named(scope), at, line(by.name ?? by.id), line(reason)];
}
