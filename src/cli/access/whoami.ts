// `firebreak whoami`: as whom commands act, and what that one may do. Holds no rule.
import type { Command } from 'commander';
import type { ApiMe } from '../../contract/me.ts';
import { rightMeaning } from '../../core/authority/right.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { type Cell, line, print, printJson, table } from '../session/output.ts';
import { ask } from '../session/reach.ts';

const proofs: { readonly [P in ApiMe['proof']]: string } = {
  token: 'proven by a service token',
  machine: 'the user of this machine',
  session: 'signed in',
  slack: 'signed in with Slack',
};

/** Adds `whoami`. */
export function addWhoami(program: Command): void {
  program
    .command('whoami')
    .description('as whom your commands act, and what that one may do')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('whoami', 'whoami --server https://firebreak.example.com'))
    .action((options: Where & { json?: boolean }) =>
      ask(options, async ({ api }) => {
        const me = await api.call('GET /me', {});
        if (options.json) printJson(me);
        else print(whoText(me));
      }),
    );
}

function whoText({ actor, proof, rights, bound }: ApiMe): string {
  const person = actor.person === undefined ? '' : `, ${line(actor.person)} under \`people:\``;
  const rows = (Object.keys(rights) as (keyof ApiMe['rights'])[]).map((right): readonly Cell[] => [
    right,
    rights[right]
      ? { text: 'yes', colour: 'good' }
      : bound.includes(right)
        ? { text: 'for some playbooks', colour: 'warning' }
        : { text: 'no', colour: 'dim' },
    rightMeaning[right],
  ]);
  return `You are ${line(actor.id)}${person}; ${proofs[proof]}.\n\n${table(['RIGHT', 'YOURS', 'ALLOWS TO'], rows)}`;
}
