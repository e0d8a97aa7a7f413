// `firebreak incidents`: the incidents, and one of them with its runs and its timeline. Changes nothing.
import { type Command, Option } from 'commander';
import type { StoredEvent } from '../../core/events.ts';
import { formatDuration } from '../../core/time.ts';
import type { IncidentRow, ShownRun } from '../../ports/reads.ts';
import type { Store } from '../../store/open.ts';
import { printEvent } from '../runs/follow.ts';
import { runHead, runRow, shown } from '../runs/show-run.ts';
import { examples, given, jsonOption, pageOptions, wholeNumber } from '../session/options.ts';
import { CliError, type Colour, line, paint, print, printJson, printTable, say } from '../session/output.ts';
import { withStore } from '../session/session.ts';

type ListOptions = {
  json?: boolean;
  limit: number;
  cursor?: string;
  since?: string;
  status?: string;
  severity?: number;
};

/** Adds `incidents [list|show ID]`. */
export function addIncidents(program: Command): void {
  const incidents = program.command('incidents').description('list incidents, or show one');
  const list = incidents
    .command('list', { isDefault: true })
    .description('the latest incidents')
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'resolved', 'closed']))
    .addOption(new Option('--severity <level>', 'only these, 1 (worst) to 4').argParser(wholeNumber(1, 4)));
  for (const option of pageOptions()) list.addOption(option);
  list
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('incidents', 'incidents list --status open --severity 1', 'incidents --since 24h --json'),
    )
    .action(({ json, cursor = null, ...filter }: Omit<ListOptions, 'cursor'> & { cursor?: string | null }) =>
      withStore(async ({ store }) => {
        const page = await store.reads.incidents({ cursor, ...given(filter) });
        if (json) printJson(page);
        else printIncidents(page.items);
        if (!json && page.cursor) say(`More: --cursor ${page.cursor}`);
      }),
    );

  incidents
    .command('show')
    .description('one incident: its alerts, runs and timeline')
    .argument('<incident>', 'id or number')
    .addOption(jsonOption())
    .addHelpText('after', examples('incidents show 7', 'incidents show inc_01jq… --json'))
    .action((id: string, { json }: { json?: boolean }) =>
      withStore(async ({ store }) => {
        const incident = await incidentOf(store, id);
        const runs = await shown(store, await store.reads.runsOfIncident(incident.id));
        const events = await eventsOf(store, incident.id);
        if (json) printJson({ ...incident, runs, events });
        else {
          printIncident(incident, runs);
          print('');
          for (const event of events) printEvent(event);
        }
      }),
    );
}

/** An incident by id or number. */
export async function incidentOf(store: Store, id: string): Promise<IncidentRow> {
  const incident = await store.reads.incident(id);
  if (!incident)
    throw new CliError('not_found', `there is no incident ${line(id, 80)}; \`firebreak incidents\` lists them`);
  return incident;
}

/** All events of an incident. */
export async function eventsOf(store: Store, incidentId: string): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.events.readStream(incidentId)) events.push(event);
  return events;
}

const colourOf = ({ status }: IncidentRow): Colour => (status === 'open' ? 'warning' : 'good');

function printIncidents(items: readonly IncidentRow[]): void {
  if (items.length === 0) return say('There are no incidents.');
  printTable(
    ['NUMBER', 'SEVERITY', 'STATUS', 'OPENED', 'TITLE'],
    items.map((incident) => [
      `#${incident.number}`,
      `SEV${incident.severity}`,
      { text: incident.status, colour: colourOf(incident) },
      incident.openedAt,
      incident.title,
    ]),
  );
}

function printIncident(incident: IncidentRow, runs: readonly ShownRun[]): void {
  const { number, severity, status, title, id, openedAt, resolvedAt } = incident;
  const lasted = resolvedAt ? `, resolved after ${formatDuration(Date.parse(resolvedAt) - Date.parse(openedAt))}` : '';
  print(
    `${paint('bold', `#${number} ${line(title)}`)}\n${id}  SEV${severity}  ${paint(colourOf(incident), status)}${lasted}`,
  );
  for (const [role, user] of Object.entries(incident.roles)) print(`${line(role)}: ${line(user)}`);
  for (const alert of Object.values(incident.alerts))
    print(`alert ${alert.status}, ${alert.count} time(s): ${line(alert.title)} (${line(alert.source)})`);
  if (runs.length === 0) return;
  print('');
  printTable(runHead, runs.map(runRow));
}
