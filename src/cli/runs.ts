// `firebreak runs`: the runs, and one of them with its steps, its open approvals and what it waits for. Changes nothing.
import { type Command, Option } from 'commander';
import { waitingFor } from '../core/run/owed.ts';
import { isTerminal, type NodeState, type RunState } from '../core/run/state.ts';
import { elapsedMs, formatDuration } from '../core/time.ts';
import type { RunRow } from '../ports.ts';
import type { Store } from '../store/open.ts';
import { examples, given, jsonOption, pageOptions } from './options.ts';
import { type Cell, CliError, type Colour, line, paint, print, printJson, printTable, say } from './output.ts';
import { withStore } from './session.ts';

const statuses = [
  ...['queued', 'running', 'cancelling', 'compensating', 'finishing', 'succeeded', 'failed'],
  ...['cancelled', 'compensated', 'compensation_failed'],
];

type ListOptions = { limit: number; since?: string; status?: string; playbook?: string; incident?: string };

/** A run as JSON: the same shape as the API's. */
export const shownRun = ({ state, wakeAt, updatedAt }: RunRow) => ({
  ...state,
  wakeAt,
  updatedAt,
  waitingFor: waitingFor(state),
});

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
        if (json) return printJson({ items: page.items.map(shownRun), cursor: page.cursor });
        if (page.items.length === 0) return say('There are no runs.');
        printTable(runHead, page.items.map(runRow));
        if (page.cursor) say(`More: --cursor ${page.cursor}`);
      }),
    );

  runs
    .command('show')
    .description('one run: its steps, and what it waits for')
    .argument('<run>', 'id of the run')
    .addOption(jsonOption())
    .addHelpText('after', examples('runs show run_01jq…', 'runs show run_01jq… --json'))
    .action((id: string, { json }: { json?: boolean }) =>
      withStore(async ({ store }) => {
        const row = await runOf(store, id);
        if (json) printJson(shownRun(row));
        else printRun(row.state);
      }),
    );
}

/** A run by id. */
export async function runOf(store: Store, id: string): Promise<RunRow> {
  const row = await store.reads.run(id);
  if (!row) throw new CliError('not_found', `there is no run ${line(id, 80)}; \`firebreak runs\` lists them`);
  return row;
}

/** How a run's status is to be taken. */
export function colourOf({ status, paused }: RunState): Colour {
  if (status === 'succeeded') return 'good';
  if (status === 'failed' || status === 'compensation_failed') return 'bad';
  return status === 'running' && !paused ? 'neutral' : 'warning';
}

/** Columns of a list of runs. */
export const runHead = ['RUN', 'STATUS', 'STARTED', 'TOOK', 'PLAYBOOK'];

/** A run in those columns. */
export function runRow({ state }: RunRow): readonly Cell[] {
  const { runId, status, paused, startedAt, finishedAt, playbook } = state;
  const took = finishedAt && isTerminal(status) ? formatDuration(elapsedMs(startedAt, finishedAt)) : '';
  const shown = paused ? `${status}, paused` : status;
  return [runId, { text: shown, colour: colourOf(state) }, startedAt, took, `${playbook.name} ${playbook.version}`];
}

const nodeColours: { readonly [status in NodeState['status']]?: Colour } = {
  succeeded: 'good',
  failed: 'bad',
  unknown: 'bad',
  awaiting_approval: 'warning',
  retry_wait: 'warning',
};

function aboutNode(node: NodeState): string {
  switch (node.status) {
    case 'failed':
    case 'retry_wait':
      return node.error.message;
    case 'skipped':
    case 'unknown':
      return node.reason;
    case 'waiting':
      return `until ${node.until}`;
    case 'running':
      return `on ${node.worker} since ${node.startedAt}`;
    case 'awaiting_approval':
      return node.approvalId;
    default:
      return '';
  }
}

/** Prints a run for a person. */
export function printRun(state: RunState): void {
  const { playbook, incident, requestedBy, startedAt } = state;
  const paused = state.paused ? ', paused' : '';
  print(
    `${paint('bold', `${playbook.name} ${playbook.version}`)}  ${paint(colourOf(state), `${state.status}${paused}`)}`,
  );
  print(
    `${state.runId} of incident #${incident.number}, started ${startedAt} by ${line(requestedBy.name ?? requestedBy.id)}`,
  );
  if (state.reason) print(`because: ${line(state.reason)}`);
  for (const [name, value] of Object.entries(state.inputs)) print(`input ${name} = ${line(JSON.stringify(value))}`);
  print('');
  printTable(
    ['STEP', 'STATUS', 'TRIES', ''],
    Object.entries(state.nodes).map(([key, node]) => [
      key,
      { text: node.status, colour: nodeColours[node.status] ?? 'neutral' },
      String(node.attempts),
      aboutNode(node),
    ]),
  );
  const waits = waitingFor(state);
  if (waits.length > 0) print('');
  for (const { what, until, who } of waits) {
    const [end, by] = [until === null ? '' : ` until ${until}`, who.length === 0 ? '' : `; ${who.join(', ')}`];
    print(`waits for ${line(what)}${end}${line(by)}`);
  }
  for (const { id, status, plan } of Object.values(state.approvals)) {
    if (status !== 'open') continue;
    print(`  would run: ${plan.uses} ${line(JSON.stringify(plan.with), 2000)}`);
    print(`  decide:    firebreak approve ${id}   or   firebreak deny ${id}`);
  }
}
