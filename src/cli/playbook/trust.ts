// `firebreak trust`: which playbooks act without asking, and what people order about that. Holds no rule.
import type { Command } from 'commander';
import type { ApiTrust } from '../../contract/trust.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { line, print, printJson, say, table } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';

type OrderOptions = Where & { json?: boolean; reason: string };

const words = {
  lower: {
    about: 'ask people before each run of a playbook that starts by itself',
    done: 'people are asked from now on',
    why: 'it loops',
  },
  raise: {
    about: 'let a playbook act by itself again',
    done: 'it acts by itself from now on',
    why: 'the cause is mended',
  },
  review: {
    about: 'say that somebody has looked at a playbook and found it right',
    done: 'it is reviewed',
    why: 'read with the team',
  },
} as const;

/** Adds `trust` with its orders. */
export function addTrust(program: Command): void {
  const trust = program
    .command('trust')
    .description('which playbooks act without asking, which ask people first, and why');
  trust
    .command('list', { isDefault: true })
    .description('how each playbook stands')
    .option('--check', 'exit 1 if a playbook has lost trust by itself')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('trust', 'trust list --check', 'trust --json'))
    .action((options: Where & { json?: boolean; check?: boolean }) =>
      ask(options, async ({ api, faults }) => {
        for (const fault of faults) say(fault);
        const page = await api.call('GET /trust', {});
        if (options.check && page.items.some(({ because }) => because !== null)) process.exitCode = 1;
        if (options.json) printJson(page);
        else print(table(['PLAYBOOK', 'LEVEL', 'SINCE', 'WHY'], page.items.map(row)));
      }),
    );
  for (const name of ['lower', 'raise', 'review'] as const)
    trust
      .command(name)
      .description(words[name].about)
      .argument('<playbook>', 'name of the playbook')
      .addOption(reasonOption().makeOptionMandatory())
      .addOption(serverOption())
      .addOption(jsonOption())
      .addHelpText('after', examples(`trust ${name} restart-service --reason "${words[name].why}"`))
      .action((playbook: string, options: OrderOptions) =>
        order(options, async ({ api }) => {
          const sent = { params: { name: playbook }, body: { reason: options.reason } };
          const stands = await api.call(`POST /trust/:name/${name}`, sent);
          if (options.json) printJson(stands);
          else print(`${line(playbook)}: ${words[name].done}.`);
        }),
      );
}

function row({ playbook, level, since, reason, proposedAt }: ApiTrust) {
  const proposed = proposedAt === null ? '' : '; more trust is proposed';
  return [
    line(playbook, 40),
    { text: level, colour: level === 'trusted' ? ('good' as const) : ('warning' as const) },
    since ?? '-',
    line(`${reason ?? ''}${proposed}`, 100),
  ];
}
