// Runs as the terminal shows them: a line in a list, or one with its steps, its outputs, what it waits for and what can be
// ordered. Asks nothing.
import type { ApiRun } from '../../contract/run.ts';
import type { ApiRunStep } from '../../contract/step.ts';
import { isTerminal } from '../../core/run/state.ts';
import { elapsedMs, formatDuration } from '../../core/time.ts';
import { shortId } from '../session/ids.ts';
import { type Cell, type Colour, line, paint, table } from '../session/output.ts';

/** How a run's status is to be taken. */
function colourOf({ status, paused }: Pick<ApiRun, 'status' | 'paused'>): Colour {
  if (status === 'succeeded') return 'good';
  if (status === 'failed' || status === 'compensation_failed') return 'bad';
  return status === 'running' && !paused ? 'neutral' : 'warning';
}

/** A list of runs, as wide as a small terminal. */
export function runTable(runs: readonly ApiRun[], now: string): string {
  return table(
    ['RUN', 'STATUS', 'AGE', 'TOOK', 'PLAYBOOK', 'WAITS FOR'],
    runs.map((run) => runRow(run, now)),
    'cut',
  );
}

function runRow(run: ApiRun, now: string): readonly Cell[] {
  const { id, status, paused, startedAt, finishedAt, playbook, waitingFor } = run;
  const took = finishedAt && isTerminal(status) ? formatDuration(elapsedMs(startedAt, finishedAt)) : '';
  const state = { text: paused ? `${status}, paused` : status, colour: colourOf(run) };
  const [first, ...more] = waitingFor;
  const waits = first ? `${more.length > 0 ? `${waitingFor.length}: ` : ''}${first.what}` : '';
  return [shortId(id), state, age(startedAt, now), took, line(playbook.name, 24), waits];
}

/** How long ago an instant was, in its largest unit. */
export const age = (at: string, now: string): string =>
  formatDuration(Math.max(0, elapsedMs(at, now))).split(' ')[0] ?? '';

const stepColours: { readonly [status in ApiRunStep['status']]?: Colour } = {
  succeeded: 'good',
  failed: 'bad',
  unknown: 'bad',
  awaiting_approval: 'warning',
  retry_wait: 'warning',
};

const parts: { readonly [part in ApiRunStep['part']]: string } = {
  start: 'before the start',
  steps: '',
  finally: 'finally',
  undo: '',
};

function stepRow({ step, part, status, attempts, about, runs }: ApiRunStep): readonly Cell[] {
  const called = runs.length > 0 ? `run ${runs.slice(-3).join(', ')}` : '';
  const note = [parts[part], about, called].filter(Boolean).join('; ');
  return [step, { text: status, colour: stepColours[status] ?? 'neutral' }, String(attempts), note];
}

/** How an order is given on the command line. */
function orderLine(order: ApiRun['orders'][number], { id, nodes }: ApiRun): string {
  if (order !== 'signal') return `firebreak ${order} ${shortId(id)}`;
  const names = Object.values(nodes).flatMap((node) => (node.status === 'waiting' ? (node.signal ?? []) : []));
  return `firebreak signal ${shortId(id)} ${names[0] ?? 'NAME'}`;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** What a failed step left behind, each text by its name and line by line, as whoever mends it wants to read it. */
function saidLines(step: string, output: unknown): readonly string[] {
  const members =
    typeof output === 'object' && output !== null ? Object.entries(output) : [['output', output] as const];
  return members.flatMap(([name, value]) => {
    if (typeof value === 'number' || typeof value === 'boolean' || value === '' || name === 'headers') return [];
    const lines = textOf(value).trimEnd().split(/\r?\n/);
    const shown = lines.length <= 20 ? lines : [`… ${lines.length - 20} lines before`, ...lines.slice(-20)];
    return [`${name} of ${step}:`, ...shown.map((text) => `  ${line(text)}`)];
  });
}

/** What came out: of the steps, then of the run as whoever called it gets it. */
function outputLines({ nodes, outputs }: ApiRun): readonly string[] {
  // Those of the items of a step stand in the step's own.
  const steps = Object.entries(nodes).flatMap(([step, node]) =>
    node.status === 'succeeded' && node.output !== null && !step.includes('#')
      ? [`output of ${step}: ${line(textOf(node.output), 300)}`]
      : [],
  );
  const failed = Object.entries(nodes).flatMap(([step, node]) => {
    const output = node.status === 'failed' || node.status === 'retry_wait' ? node.error.output : undefined;
    const said = node.status === 'unknown' ? node.output : output;
    return said === undefined ? [] : saidLines(step, said);
  });
  return steps.concat(
    failed,
    Object.entries(outputs).map(([name, value]) => `output ${name} = ${line(textOf(value), 300)}`),
  );
}

/** What started it, where that was no person and no alert. */
function triggerLine(trigger: ApiRun['trigger']): string | null {
  if (trigger.type === 'run') return `called by run ${trigger.runId}, step ${trigger.step}`;
  if (trigger.type !== 'schedule') return null;
  return `by the schedule ${line(trigger.schedule)}, for ${trigger.slotAt}${trigger.late ? ', caught up' : ''}`;
}

/** How it stands as a drill. */
export function drillLine({ drill, trigger }: Pick<ApiRun, 'drill' | 'trigger'>): string | null {
  if (drill === null || drill.outcome === null)
    return trigger.type !== 'alert' && trigger.drill ? 'a drill, under way' : null;
  if (drill.outcome === 'failed') return `a drill, FAILED: ${line(drill.reason ?? '', 1000)}`;
  const proven =
    drill.undone.length > 0 ? `undoing ${drill.undone.join(', ')} is proven` : 'it proves nothing of undoing';
  return `a drill, passed; ${proven}`;
}

/** One run for a person. */
export function runText(run: ApiRun): string {
  const { playbook, incident, requestedBy, startedAt, trigger, ending } = run;
  const paused = run.paused ? ', paused' : '';
  const will = run.status === 'finishing' && ending ? ending : null;
  const lines = [
    `${paint('bold', `${playbook.name} ${playbook.version}`)}  ${paint(colourOf(run), `${run.status}${paused}`)}`,
    `${run.id} of incident #${incident.number}, started ${startedAt} by ${line(requestedBy.name ?? requestedBy.id)}`,
    triggerLine(trigger),
    drillLine(run),
    run.reason ? `because: ${line(run.reason)}` : null,
    will && `will have ${will.outcome}${will.reason ? `: ${line(will.reason)}` : ''}`,
  ]
    .concat(Object.entries(run.inputs).map(([name, value]) => `input ${name} = ${line(JSON.stringify(value))}`))
    .concat('', table(['STEP', 'STATUS', 'TRIES', ''], run.steps.map(stepRow)))
    .concat(section(outputLines(run)), section(waitingLines(run)));
  const open = run.orders.filter((order) => order !== 'approve' && order !== 'deny');
  const orders = open.map((order) => orderLine(order, run)).join('   ');
  return lines
    .concat(open.length > 0 ? ['', `open to you: ${orders}`] : [])
    .filter((text) => text !== null)
    .join('\n');
}

const section = (lines: readonly string[]) => (lines.length > 0 ? [''].concat(lines) : []);

function waitingLines({ waitingFor, approvals }: ApiRun): readonly string[] {
  const waits = waitingFor.map(({ what, since, until, who }) => {
    const [end, by] = [until === null ? '' : ` until ${until}`, who.length === 0 ? '' : `; ${who.join(', ')}`];
    return `waits for ${line(what)} since ${since}${end}${line(by)}`;
  });
  const decisions = Object.values(approvals)
    .filter(({ status }) => status === 'open')
    .flatMap(({ id, plan }) => [
      `  would run: ${plan.uses} ${line(JSON.stringify(plan.with), 2000)}`,
      `  decide:    firebreak approve ${id}   or   firebreak deny ${id}`,
    ]);
  return waits.concat(decisions);
}
