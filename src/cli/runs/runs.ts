// `firebreak runs`: the runs, and one of them. Changes nothing.

import { type Command, Option } from 'commander';
import type { ApiClient } from '../../client/api-client.ts';
import { ApiRunStatus } from '../../contract/run.ts';
import { isTerminal } from '../../core/run/state.ts';
import type { Where } from '../session/firebreak.ts';
import { incidentIdOf, runIdOf } from '../session/ids.ts';
import { examples, jsonOption, pageOptions, serverOption, watchOption } from '../session/options.ts';
import { ask } from '../session/reach.ts';
import { type Showing, show } from '../session/watch.ts';
import { runTable, runText } from './show-run.ts';

type ListOptions = Where &
  Showing & {
    limit: number;
    cursor?: string;
    since?: string;
    status?: ApiRunStatus;
    playbook?: string;
    incident?: string;
  };

/** Adds `runs [list|show ID]`. */
export function addRuns(program: Command): void {
  const runs = program.command('runs').description('list runs, or show one');
  const list = runs
    .command('list', { isDefault: true })
    .description('the latest runs')
    .addOption(new Option('--status <status>', 'only these').choices(ApiRunStatus.options))
    .option('--playbook <name>', 'only runs of this playbook')
    .option('--incident <incident>', 'only runs of this incident, by number or id');
  for (const option of pageOptions()) list.addOption(option);
  list
    .addOption(watchOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('runs', 'runs list --status failed --since 7d', 'runs --playbook restart-service --json'),
    )
    .action((options: ListOptions) => ask(options, ({ api }) => listRuns(api, options)));

  runs
    .command('show')
    .description('one run: its steps and outputs, what it waits for, and which orders are open to it')
    .argument('<run>', 'id of the run, or its end')
    .addOption(watchOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('runs show run_01jq…', 'runs show 8k3mz0q1 --watch', 'runs show run_01jq… --json'))
    .action((text: string, options: Where & Showing) =>
      ask(options, async ({ api }) => {
        const id = await runIdOf(api, text);
        await show(async () => {
          const run = await api.call('GET /runs/:id', { params: { id } });
          return { answer: run, text: runText(run), over: isTerminal(run.status) };
        }, options);
      }),
    );
}

async function listRuns(api: ApiClient, options: ListOptions): Promise<void> {
  const { limit, cursor, since, status, playbook } = options;
  const incident =
    options.incident === undefined
      ? undefined
      : (await api.call('GET /incidents/:id', { params: { id: await incidentIdOf(api, options.incident) } })).id;
  await show(async () => {
    const query = { limit, cursor, since, status, playbook, incident };
    const page = await api.call('GET /runs', { query });
    if (page.items.length === 0) return { answer: page, text: '', aside: 'There are no runs.' };
    const more = page.cursor === null ? null : `More: --cursor ${page.cursor}`;
    return { answer: page, text: runTable(page.items, new Date().toISOString()), aside: more };
  }, options);
}
