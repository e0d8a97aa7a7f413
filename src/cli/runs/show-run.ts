// One run as the terminal shows it: its steps folded, what it waits for, what can be ordered. Changes nothing.
import type { OutlineStep } from '../../core/run/outline.ts';
import type { OpenOrder } from '../../core/run/standing.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { elapsedMs, formatDuration } from '../../core/time.ts';
import { leaseMs } from '../../engine/reconcile.ts';
import { createShowRuns } from '../../engine/runs/show-runs.ts';
import { realRuntime } from '../../platform/runtime.ts';
import type { RunRow, ShownRun } from '../../ports/reads.ts';
import type { Store } from '../../store/open.ts';
import { type Cell, CliError, type Colour, line, paint, print, printTable } from '../session/output.ts';

/** Runs as they are shown, in the same shape as the API's. */
export async function shown(store: Store, rows: readonly RunRow[]): Promise<readonly ShownRun[]> {
  const switches = await store.admission.switches();
  return createShowRuns({ ...store, switches: () => switches, runtime: realRuntime, leaseMs })(rows);
}

/** A run by id. */
export async function runOf(store: Store, id: string): Promise<RunRow> {
  const row = await store.reads.run(id);
  if (!row) throw new CliError('not_found', `there is no run ${line(id, 80)}; \`firebreak runs\` lists them`);
  return row;
}

/** A run by id, as it is shown. */
export async function shownRun(store: Store, id: string): Promise<ShownRun> {
  const [run] = await shown(store, [await runOf(store, id)]);
  if (!run) throw new Error(`run ${id} is there and is not shown`);
  return run;
}

/** How a run's status is to be taken. */
function colourOf({ status, paused }: RunState): Colour {
  if (status === 'succeeded') return 'good';
  if (status === 'failed' || status === 'compensation_failed') return 'bad';
  return status === 'running' && !paused ? 'neutral' : 'warning';
}

/** Columns of a list of runs. */
export const runHead = ['RUN', 'STATUS', 'STARTED', 'TOOK', 'PLAYBOOK', 'WAITS FOR'];

/** A run in those columns. */
export function runRow(run: ShownRun): readonly Cell[] {
  const { runId, status, paused, startedAt, finishedAt, playbook, waitingFor } = run;
  const took = finishedAt && isTerminal(status) ? formatDuration(elapsedMs(startedAt, finishedAt)) : '';
  const state = { text: paused ? `${status}, paused` : status, colour: colourOf(run) };
  const [first, ...more] = waitingFor;
  const waits = first ? `${line(first.what, 80)}${more.length > 0 ? ` (and ${more.length} more)` : ''}` : '';
  return [runId, state, startedAt, took, `${playbook.name} ${playbook.version}`, waits];
}

const stepColours: { readonly [status in OutlineStep['status']]?: Colour } = {
  succeeded: 'good',
  failed: 'bad',
  unknown: 'bad',
  awaiting_approval: 'warning',
  retry_wait: 'warning',
};

const parts: { readonly [part in OutlineStep['part']]: string } = {
  start: 'before the start',
  steps: '',
  finally: 'finally',
  undo: '',
};

function stepRow({ step, part, status, attempts, about, runs }: OutlineStep): readonly Cell[] {
  const called = runs.length > 0 ? `run ${runs.slice(-3).join(', ')}` : '';
  return [
    step,
    { text: status, colour: stepColours[status] ?? 'neutral' },
    String(attempts),
    [parts[part], about, called].filter(Boolean).join('; '),
  ];
}

/** How an order is given on the command line. */
function orderLine(order: OpenOrder, { runId, nodes }: RunState): string {
  if (order !== 'signal') return `firebreak ${order} ${runId}`;
  const names = Object.values(nodes).flatMap((node) => (node.status === 'waiting' ? (node.signal ?? []) : []));
  return `firebreak signal ${runId} ${names[0] ?? 'NAME'}`;
}

/** Prints a run for a person. */
export function printRun(run: ShownRun): void {
  const { playbook, incident, requestedBy, startedAt, trigger, ending } = run;
  const paused = run.paused ? ', paused' : '';
  print(`${paint('bold', `${playbook.name} ${playbook.version}`)}  ${paint(colourOf(run), `${run.status}${paused}`)}`);
  print(
    `${run.runId} of incident #${incident.number}, started ${startedAt} by ${line(requestedBy.name ?? requestedBy.id)}`,
  );
  if (trigger.type === 'run') print(`called by run ${trigger.runId}, step ${trigger.step}`);
  if (run.reason) print(`because: ${line(run.reason)}`);
  if (run.status === 'finishing' && ending)
    print(`will have ${ending.outcome}${ending.reason ? `: ${line(ending.reason)}` : ''}`);
  for (const [name, value] of Object.entries(run.inputs)) print(`input ${name} = ${line(JSON.stringify(value))}`);
  print('');
  printTable(['STEP', 'STATUS', 'TRIES', ''], run.steps.map(stepRow));
  if (run.waitingFor.length > 0) print('');
  for (const { what, since, until, who } of run.waitingFor) {
    const [end, by] = [until === null ? '' : ` until ${until}`, who.length === 0 ? '' : `; ${who.join(', ')}`];
    print(`waits for ${line(what)} since ${since}${end}${line(by)}`);
  }
  for (const { id, status, plan } of Object.values(run.approvals)) {
    if (status !== 'open') continue;
    print(`  would run: ${plan.uses} ${line(JSON.stringify(plan.with), 2000)}`);
    print(`  decide:    firebreak approve ${id}   or   firebreak deny ${id}`);
  }
  const open = run.orders.filter((order) => order !== 'approve' && order !== 'deny');
  if (open.length > 0) print(`\nopen to you: ${open.map((order) => orderLine(order, run)).join('   ')}`);
}
