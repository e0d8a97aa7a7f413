// `firebreak runs`: the runs, and one of them with its steps, its open approvals and what it waits for. Changes nothing.
import { type Command, Option } from 'commander';
import { examples, given, jsonOption, pageOptions } from '../session/options.ts';
import { printJson, printTable, say } from '../session/output.ts';
import { withStore } from '../session/session.ts';
import { printRun, runHead, runRow, shown, shownRun } from './show-run.ts';

const statuses = [
  'queued',
  'running',
  'cancelling',
  'compensating',
  'finishing',
  'succeeded',
  'failed',
  'cancelled',
  'compensated',
  'compensation_failed',
];

type ListOptions = { limit: number; since?: string; status?: string; playbook?: string; incident?: string };

/** Adds `runs [list|show ID]`. */
export function addRuns(program: Command): void {
  const runs = program.command('runs').description('list runs, or show one');
  const list = runs
    .command('list', { isDefault: true })
    .description('the latest runs')
    .addOption(new Option('--status <status>', 'only these').choices(statuses))
    .option('--playbook <name>', 'only runs of this playbook')
    .option('--incident <id>', 'only runs of this incident');
  for (const option of pageOptions()) list.addOption(option);
  list
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('runs', 'runs list --status failed --since 7d', 'runs --playbook restart-service --json'),
    )
    .action(({ json, cursor = null, incident, ...filter }: ListOptions & { json?: boolean; cursor?: string | null }) =>
      withStore(async ({ store }) => {
        const found = incident === undefined ? undefined : await store.reads.incident(incident);
        const incidentId = found === undefined ? undefined : (found?.id ?? incident);
        const page = await store.reads.runs({ cursor, ...given({ ...filter, incidentId }) });
        const items = await shown(store, page.items);
        if (json) return printJson({ items, cursor: page.cursor });
        if (items.length === 0) return say('There are no runs.');
        printTable(runHead, items.map(runRow));
        if (page.cursor) say(`More: --cursor ${page.cursor}`);
      }),
    );

  runs
    .command('show')
    .description('one run: its steps, what it waits for, and which orders are open to it')
    .argument('<run>', 'id of the run')
    .addOption(jsonOption())
    .addHelpText('after', examples('runs show run_01jq…', 'runs show run_01jq… --json'))
    .action((id: string, { json }: { json?: boolean }) =>
      withStore(async ({ store }) => {
        const run = await shownRun(store, id);
        if (json) printJson(run);
        else printRun(run);
      }),
    );
}
