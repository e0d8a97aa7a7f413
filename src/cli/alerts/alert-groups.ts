// `firebreak alerts`: the alert groups with what nobody was told of them, and by whom it is held until when. Holds no rule.
import { type Command, Option } from 'commander';
import type { ApiClient } from '../../client/api-client.ts';
import { type ApiAlertGroup, ApiHoldKind } from '../../contract/alert.ts';
import type { Where } from '../session/firebreak.ts';
import { findId, shortId } from '../session/ids.ts';
import { examples, jsonOption, pageOptions, serverOption } from '../session/options.ts';
import { line, print, printJson, say, table } from '../session/output.ts';
import { ask } from '../session/reach.ts';

type Json = { readonly json?: boolean };
type ListOptions = Where & Json & { limit: number; cursor?: string; held?: boolean; by?: ApiHoldKind };

/** Adds `alerts [list|show ID]`. */
export function addAlertGroups(program: Command): void {
  const alerts = program.command('alerts').description('alert groups: what is held, by whom until when, and how much');
  const list = alerts
    .command('list', { isDefault: true })
    .description('the latest alert groups')
    .option('--held', 'only those that hold something now')
    .addOption(new Option('--by <what>', 'only those of which this has held something').choices(ApiHoldKind.options));
  for (const option of pageOptions()) if (option.long !== '--since') list.addOption(option);
  list
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('alerts --held', 'alerts list --by silence', 'alerts list --json'))
    .action((options: ListOptions) => ask(options, ({ api }) => listGroups(api, options)));
  alerts
    .command('show')
    .description('one alert group: each alert that is held, with who holds it, until when and why')
    .argument('<group>', 'its id, or the end of it')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('alerts show grp_01jq…', 'alerts show 8k3mz0q1 --json'))
    .action((text: string, options: Where & Json) =>
      ask(options, async ({ api }) => {
        const group = await api.call('GET /alert-groups/:id', { params: { id: await groupIdOf(api, text) } });
        if (options.json) printJson(group);
        else print(groupText(group));
      }),
    );
}

const pageSize = 200;

const groupIdOf = ({ call }: ApiClient, text: string): Promise<string> =>
  findId(text, {
    prefix: 'grp',
    kind: 'alert group',
    page: async (cursor) => {
      const page = await call('GET /alert-groups', { query: { limit: pageSize, cursor } });
      return { items: page.items.map(({ id }) => id), cursor: page.cursor };
    },
  });

async function listGroups(api: ApiClient, { limit, cursor, held, by, json }: ListOptions): Promise<void> {
  const query = { limit, cursor, held: held ? ('true' as const) : undefined, by };
  const page = await api.call('GET /alert-groups', { query });
  if (json) return printJson(page);
  if (page.items.length === 0) return say('There is no such alert group.');
  const rows = page.items.map((group) => [
    shortId(group.id),
    group.lastAt,
    group.rule ?? '-',
    String(group.held.length),
    countsText(group),
    line(group.key, 100),
  ]);
  print(table(['GROUP', 'LAST', 'RULE', 'HELD', 'NOT TOLD', 'KEY'], rows));
  if (page.cursor !== null) say(`More: --cursor ${page.cursor}`);
}

const countsText = ({ suppressed }: ApiAlertGroup): string =>
  Object.entries(suppressed)
    .map(([by, count]) => `${by} ${count}`)
    .join(', ') || '-';

/** A group as text. */
export function groupText(group: ApiAlertGroup): string {
  const { id, rule, key, openedAt, incident, alerts, held } = group;
  return [
    `${id}  ${line(group.title, 200)}`,
    `key       ${line(key, 500)}`,
    `rule      ${rule ?? 'none'}`,
    `opened    ${openedAt}`,
    `incident  ${incident ?? 'none'}`,
    `alerts    ${alerts}, ${held.length} of them held`,
    `not told  ${countsText(group)}`,
    ...held.flatMap(({ fingerprint, title, severity, status, since, count, hold }) => [
      '',
      `${status} ${severity}  ${line(title, 200)}  (${line(fingerprint)})`,
      `  held by  ${hold.by} ${line(hold.name, 200)}${hold.owner === null ? '' : `, owned by ${line(hold.owner, 200)}`}`,
      `  until    ${hold.until ?? 'something happens'}`,
      ...(hold.reason === null ? [] : [`  because  ${line(hold.reason, 1000)}`]),
      `  since    ${since}, ${count} notification(s)`,
    ]),
  ].join('\n');
}
