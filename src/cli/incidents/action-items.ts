// `firebreak actions list|add|done|drop`: action items. Holds no rule.
import type { Command } from 'commander';
import type { ApiActionItem } from '../../contract/action-item.ts';
import type { Where } from '../session/firebreak.ts';
import { incidentIdOf, latest } from '../session/ids.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { type Cell, line, print, printJson, say, table } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';

type Json = { readonly json?: boolean };
type ListOptions = Where & Json & { all?: boolean; overdue?: boolean; incident?: string; owner?: string };
type AddOptions = Where & Json & { owner?: string; due?: string; factor?: string; verify?: string };

/** Adds the commands. */
export function addActionItems(program: Command): void {
  const actions = program.command('actions').description('action items: what is to be done after incidents');
  actions
    .command('list', { isDefault: true })
    .description('those that are open, those of the newest incident first')
    .option('--all', 'those that are done or dropped as well')
    .option('--overdue', 'only those that should have been done')
    .option('--incident <incident>', 'of one incident, by number or id')
    .option('--owner <name>', 'of one owner')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('actions list', 'actions list --overdue', 'actions list --incident 7 --all'))
    .action((options: ListOptions) =>
      ask(options, async ({ api }) => {
        const { owner } = options;
        const incident = options.incident === undefined ? undefined : await incidentIdOf(api, options.incident);
        const status = options.all ? undefined : ('open' as const);
        const overdue = options.overdue ? ('true' as const) : undefined;
        const items = await latest((cursor) =>
          api.call('GET /action-items', { query: { limit: 200, cursor, status, owner, incident, overdue } }),
        );
        if (options.json) return printJson({ items });
        if (items.length === 0) return say('Nothing is to be done.');
        print(table(['ITEM', 'DUE', 'OWNER', 'STATUS', 'WHAT'], items.map(row), 'cut'));
        say('firebreak actions done ID');
      }),
    );
  addAdd(actions);
  addEnd(actions, 'done');
  addEnd(actions, 'drop');
}

function row(item: ApiActionItem): readonly Cell[] {
  const { id, due, owner, status, overdue, text } = item;
  const day: Cell = overdue ? { text: `${due} !`, colour: 'bad' } : (due ?? '-');
  const colour = status === 'done' ? 'good' : 'neutral';
  return [id, day, line(owner ?? '-', 20), { text: status, colour }, line(text, 200)];
}

function addAdd(actions: Command): void {
  actions
    .command('add')
    .description('add one to an incident')
    .argument('<incident>', 'number or id')
    .argument('<text>', 'what is to be done')
    .option('--owner <name>', 'whose it is: a Slack user id, or a name')
    .option('--due <day>', 'such as 2026-12-01, tomorrow, friday, 2w')
    .option('--factor <id>', 'the contributing factor of the postmortem that it addresses, such as f1')
    .option('--verify <text>', 'how you will know that it worked')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('actions add 7 "alert on the depth of the queue" --owner ben --due 2w'))
    .action((incident: string, text: string, { owner, due, factor, verify, ...options }: AddOptions) =>
      order(options, async ({ api }) => {
        const body = { incident: await incidentIdOf(api, incident), text, owner, due, factor, verify };
        const item = await api.call('POST /action-items', { body });
        if (options.json) printJson(item);
        else print(`Added: ${item.id} ${line(item.text, 200)}${item.due === null ? '' : ` (due ${item.due})`}.`);
      }),
    );
}

function addEnd(actions: Command, name: 'done' | 'drop'): void {
  const reason = name === 'drop' ? reasonOption().makeOptionMandatory() : reasonOption();
  const status = name === 'drop' ? ('dropped' as const) : ('done' as const);
  const [about, example] =
    name === 'drop'
      ? ['say that it will not be done, and why', 'actions drop 7-2 --reason "the service is switched off in May"']
      : ['say that it is done', 'actions done 7-2'];
  actions
    .command(name)
    .description(about)
    .argument('<id>', 'its id, as `actions list` shows it, such as 7-2')
    .addOption(reason)
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples(example))
    .action((id: string, options: Where & Json & { reason?: string }) =>
      order(options, async ({ api }) => {
        const body = { status, reason: options.reason };
        const item = await api.call('PATCH /action-items/:id', { params: { id }, body });
        if (options.json) printJson(item);
        else print(`${name === 'drop' ? 'Dropped' : 'Done'}: ${item.id} ${line(item.text, 200)}.`);
      }),
    );
}
