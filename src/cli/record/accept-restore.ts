// `firebreak record accept-restore`: somebody says that the database was restored on purpose. Holds no rule.
import type { Command } from 'commander';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { print, printJson } from '../session/output.ts';
import { order } from '../session/reach.ts';

/** Adds `record accept-restore`. */
export function addRestore(program: Command): void {
  program
    .command('record')
    .description('the record itself')
    .command('accept-restore')
    .description('accept a database that went back in time; until then nothing is acted on')
    .addOption(reasonOption().makeOptionMandatory())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('record accept-restore --reason "disk of db-1 failed; backup of 02:00"'))
    .action(({ reason, json, ...where }: Where & { reason: string; json?: boolean }) =>
      order(where, async ({ api }) => {
        const accepted = await api.call('POST /record/accept-restore', { body: { reason } });
        if (json) return printJson(accepted);
        const end = accepted.kept === null ? 'no checkpoint' : `checkpoint ${accepted.kept}`;
        print(`Accepted: the record goes on from ${end}; checkpoint ${accepted.lost} and what it sealed are gone.`);
      }),
    );
}
