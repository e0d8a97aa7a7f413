// `firebreak deliveries`: what senders sent, one of it with its body, and replaying what is dead. Holds no rule.
import { type Command, Option } from 'commander';
import type { ApiClient } from '../../client/api-client.ts';
import { type ApiDelivery, type ApiDeliveryBody, ApiDeliveryStatus } from '../../contract/operation.ts';
import type { Where } from '../session/firebreak.ts';
import { findId, shortId } from '../session/ids.ts';
import { examples, jsonOption, pageOptions, reasonOption, serverOption } from '../session/options.ts';
import { type Cell, line, print, printJson, say, table } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';

type Json = { readonly json?: boolean };
type ListOptions = Where &
  Json & {
    limit: number;
    cursor?: string;
    status?: ApiDeliveryStatus;
    source?: string;
    integration?: string;
    refused?: boolean;
    faults?: boolean;
  };

/** Adds `deliveries [list|show ID|replay ID]`. */
export function addDeliveries(program: Command): void {
  const deliveries = program.command('deliveries').description('what senders sent, and what is dead of it');
  const list = deliveries
    .command('list', { isDefault: true })
    .description('the latest deliveries')
    .addOption(new Option('--status <status>', 'only these').choices(ApiDeliveryStatus.options))
    .option('--source <source>', 'only those of this source')
    .option('--integration <name>', 'only those of this integration, with --refused or --faults')
    .addOption(
      new Option(
        '--refused',
        'what was refused at the door, such as a wrong signature: when, which integration, why',
      ).conflicts(['status', 'cursor', 'faults']),
    )
    .addOption(
      new Option('--faults', 'in which fields bodies were not as expected, by integration').conflicts([
        'status',
        'cursor',
      ]),
    );
  for (const option of pageOptions()) if (option.long !== '--since') list.addOption(option);
  list
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'deliveries --status dead',
        'deliveries list --refused',
        'deliveries list --faults --integration deploys',
        'deliveries list --source generic --json',
      ),
    )
    .action((options: ListOptions) => ask(options, ({ api }) => listDeliveries(api, options)));
  deliveries
    .command('show')
    .description('one delivery: what became of it and why, and its body')
    .argument('<delivery>', 'its receipt, or the end of it')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('deliveries show dlv_01jq…', 'deliveries show 8k3mz0q1 --json'))
    .action((text: string, options: Where & Json) =>
      ask(options, async ({ api }) => {
        const shown = await api.call('GET /deliveries/:id', { params: { id: await deliveryIdOf(api, text) } });
        if (options.json) printJson(shown);
        else print(deliveryText(shown));
      }),
    );
  deliveries
    .command('replay')
    .description('read a dead delivery once more, with the configuration as it is now, and deal with it')
    .argument('<delivery>', 'its receipt, or the end of it')
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('deliveries replay 8k3mz0q1', 'deliveries replay 8k3mz0q1 --reason "mapping mended"'),
    )
    .action((text: string, options: Where & Json & { reason?: string }) =>
      order(options, async ({ api }) => {
        const id = await deliveryIdOf(api, text);
        const { reason } = options;
        const replayed = await api.call('POST /deliveries/:id/replay', { params: { id }, body: { reason } });
        if (options.json) printJson(replayed);
        else print(`Replayed: ${replayed.receipt}. It holds ${replayed.alerts} alert(s), which are dealt with now.`);
      }),
    );
}

const pageSize = 200;

function deliveryIdOf({ call }: ApiClient, text: string): Promise<string> {
  return findId(text, {
    prefix: 'dlv',
    kind: 'delivery',
    page: async (cursor) => {
      const page = await call('GET /deliveries', { query: { limit: pageSize, cursor } });
      return { items: page.items.map(({ receipt }) => receipt), cursor: page.cursor };
    },
  });
}

async function listDeliveries(api: ApiClient, options: ListOptions): Promise<void> {
  if (options.refused) return listRefused(api, options);
  if (options.faults) return listFaults(api, options);
  const { limit, cursor, status, source } = options;
  const page = await api.call('GET /deliveries', { query: { limit, cursor, status, source } });
  if (options.json) return printJson(page);
  if (page.items.length === 0) return say('There is no such delivery.');
  print(table(['DELIVERY', 'STATUS', 'RECEIVED', 'INTEGRATION', 'WHY'], page.items.map(deliveryRow)));
  if (page.cursor !== null) say(`More: --cursor ${page.cursor}`);
}

async function listRefused(api: ApiClient, { limit, source, integration, json }: ListOptions): Promise<void> {
  const page = await api.call('GET /deliveries/refused', { query: { limit, source, integration } });
  if (json) return printJson(page);
  if (page.items.length === 0) return say('Nothing was refused.');
  const rows = page.items.map((one) => [
    one.lastAt,
    nameOf(one.source, one.integration ?? '(not configured)'),
    String(one.count),
    one.outcome,
    one.peer,
    line(one.reason, 80),
  ]);
  print(table(['LAST', 'INTEGRATION', 'COUNT', 'OUTCOME', 'FROM', 'WHY'], rows));
}

async function listFaults(api: ApiClient, { limit, source, integration, json }: ListOptions): Promise<void> {
  const page = await api.call('GET /deliveries/faults', { query: { limit, source, integration } });
  if (json) return printJson(page);
  if (page.items.length === 0) return say('Every field was as expected.');
  const rows = page.items.map((one): readonly Cell[] => [
    one.lastAt,
    nameOf(one.source, one.integration),
    line(one.field, 60),
    { text: one.kind, colour: one.kind === 'refused' ? 'bad' : 'warning' },
    String(one.count),
    line(one.message, 80),
  ]);
  print(table(['LAST', 'INTEGRATION', 'FIELD', 'KIND', 'COUNT', 'LAST MESSAGE'], rows));
}

const nameOf = (source: string, integration: string): string =>
  source === integration ? source : line(`${source}/${integration}`);

const colours = { accepted: 'warning', processed: 'good', dead: 'bad' } as const;

function deliveryRow({ receipt, status, receivedAt, source, integration, error, fault }: ApiDelivery): readonly Cell[] {
  const why =
    status === 'processed' || error === null ? '' : `${fault === 'ours' ? 'our fault: ' : ''}${line(error, 60)}`;
  return [shortId(receipt), { text: status, colour: colours[status] }, receivedAt, nameOf(source, integration), why];
}

function deliveryText(delivery: ApiDeliveryBody): string {
  const { receipt, status, receivedAt, source, integration, error, fault, tries, alerts, body, bodyBytes } = delivery;
  return [
    `${receipt}  ${status}`,
    `received  ${receivedAt} from ${line(integration)} (${line(source)})`,
    ...(error === null ? [] : [`why       ${line(error, 1000)}`]),
    ...(fault === 'ours'
      ? [`fault     ours, ${tries} failed tries`]
      : fault
        ? ['fault     the body cannot be used']
        : []),
    ...alerts.map(({ status: word, title, fingerprint }) => `alert     ${word} ${line(title)} (${line(fingerprint)})`),
    `body      ${bodyBytes} bytes`,
    ...body.split('\n').map((text) => `  ${line(text, 2000)}`),
    ...(status === 'dead' ? ['', `Replay it: firebreak deliveries replay ${shortId(receipt)}`] : []),
  ].join('\n');
}
