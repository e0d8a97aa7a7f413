// `firebreak incidents`: the incidents, and one of them with its runs and its timeline. Changes nothing.
import { type Command, Option } from 'commander';
import type { ApiClient } from '../../client/api-client.ts';
import { ApiIncidentStatus } from '../../contract/incident.ts';
import { eventsFrom } from '../runs/follow.ts';
import type { Where } from '../session/firebreak.ts';
import { incidentIdOf, latest } from '../session/ids.ts';
import { examples, jsonOption, pageOptions, serverOption, watchOption, wholeNumber } from '../session/options.ts';
import { ask } from '../session/reach.ts';
import { type Showing, show } from '../session/watch.ts';
import { addIncidentOrders } from './incident-orders.ts';
import { incidentTable, incidentText, type WholeIncident } from './show-incident.ts';

type ListOptions = Where &
  Showing & {
    limit: number;
    cursor?: string;
    since?: string;
    status?: 'open' | 'resolved' | 'closed';
    severity?: number;
  };

/** Adds `incidents [list|show ID]` and what people do with incidents. */
export function addIncidents(program: Command): void {
  const incidents = program.command('incidents').description('list incidents, show one, or work on one');
  const list = incidents
    .command('list', { isDefault: true })
    .description('the latest incidents')
    .addOption(new Option('--status <status>', 'only these').choices(ApiIncidentStatus.options))
    .addOption(new Option('--severity <level>', 'only these, 1 (worst) to 4').argParser(wholeNumber(1, 4)));
  for (const option of pageOptions()) list.addOption(option);
  list
    .addOption(watchOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('incidents', 'incidents list --status open --severity 1', 'incidents --since 24h --json'),
    )
    .action((options: ListOptions) =>
      ask(options, ({ api }) =>
        show(async () => {
          const { limit, cursor, since, status, severity } = options;
          const page = await api.call('GET /incidents', { query: { limit, cursor, since, status, severity } });
          if (page.items.length === 0) return { answer: page, text: '', aside: 'There are no incidents.' };
          const more = page.cursor === null ? null : `More: --cursor ${page.cursor}`;
          return { answer: page, text: incidentTable(page.items), aside: more };
        }, options),
      ),
    );

  incidents
    .command('show')
    .description('one incident: its alerts, runs and timeline')
    .argument('<incident>', 'number or id')
    .addOption(watchOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('incidents show 7', 'incidents show 7 --watch', 'incidents show inc_01jq… --json'))
    .action((text: string, options: Where & Showing) =>
      ask(options, async ({ api }) => {
        const id = await incidentIdOf(api, text);
        await show(async () => {
          const whole = await wholeIncident(api, id);
          const answer = { ...whole.incident, runs: whole.runs, events: whole.events };
          const over = whole.incident.status === 'closed';
          return { answer, text: incidentText(whole, new Date().toISOString()), over };
        }, options);
      }),
    );
  addIncidentOrders(incidents);
}

async function wholeIncident(api: ApiClient, id: string): Promise<WholeIncident> {
  const incident = await api.call('GET /incidents/:id', { params: { id } });
  const runs = await latest((cursor) =>
    api.call('GET /runs', { query: { incident: incident.id, limit: 200, cursor } }),
  );
  // Lists begin with the newest; a story does not.
  return { incident, runs: runs.toReversed(), events: await eventsFrom(api, incident.id) };
}
