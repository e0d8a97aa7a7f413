// The one live message of a run, edited in place, and the details in its thread. Pure.
import type { KnownBlock } from '@slack/types';
import { waitingFor } from '../../core/run/owed.ts';
import { isTerminal, isUndo, type NodeState, type RunState, stepOf } from '../../core/run/state.ts';
import { elapsedMs, formatDuration } from '../../core/time.ts';
import {
  buttonRow,
  code,
  codeBlock,
  context,
  joinWithin,
  jsonBlock,
  type Message,
  oneLine,
  section,
  sectionsOf,
  when,
} from '../text.ts';

const words: { readonly [S in NodeState['status']]: string } = {
  pending: 'not started',
  awaiting_approval: 'waits for approval',
  ready: 'about to start',
  running: 'running',
  retry_wait: 'will be tried again',
  waiting: 'waiting',
  delegated: 'carried out by another run',
  unknown: 'outcome unknown',
  succeeded: 'done',
  failed: 'failed',
  skipped: 'skipped',
};

const maxSteps = 30;
/** Steps that are shown before the first one that is not done, if not all can be. */
const stepsBefore = 5;

function line(key: string, node: NodeState, ended: boolean): string {
  const name = isUndo(key) ? `undo ${stepOf(key)}` : key;
  const word = ended && node.status === 'pending' ? 'not run' : words[node.status];
  const tries = node.tries > 1 ? `, try ${node.tries}` : '';
  const took =
    node.status === 'succeeded' && node.firstStartedAt
      ? `, ${formatDuration(elapsedMs(node.firstStartedAt, node.at))}`
      : '';
  const why = node.status === 'failed' ? `: ${oneLine(node.error.message, 200)}` : '';
  const mark = { succeeded: '●', failed: '✕', running: '◐', skipped: '○' }[node.status as string] ?? '◌';
  return `${mark} ${code(name, 80)}  ${word}${tries}${took}${why}`;
}

/** The steps in lines; of a long run those that are done go first. */
function stepLines(run: RunState): readonly string[] {
  const nodes = Object.entries(run.nodes);
  const ended = isTerminal(run.status);
  const firstOpen = nodes.findIndex(([, { status }]) => status !== 'succeeded' && status !== 'skipped');
  const wanted = firstOpen < 0 ? nodes.length : firstOpen - stepsBefore;
  const from = Math.max(0, Math.min(wanted, nodes.length - maxSteps));
  const after = nodes.length - from - maxSteps;
  return [
    ...(from > 0 ? [`… ${from} steps before, all done or skipped`] : []),
    ...nodes.slice(from, from + maxSteps).map(([key, node]) => line(key, node, ended)),
    ...(after > 0 ? [`… and ${after} more steps`] : []),
  ];
}

function waitLines(run: RunState): readonly string[] {
  return waitingFor(run)
    .filter(({ kind }) => kind !== 'worker')
    .map(({ what, since, until, who }) => {
      const people = who.length > 0 ? ` – ${oneLine(who.join(', '), 100)}` : '';
      return `Waits for ${oneLine(what, 200)} since ${when(since)}${until ? `, until ${when(until)}` : ''}${people}`;
    });
}

/** The live message of a run. */
export function runMessage(run: RunState): Message {
  const ended = isTerminal(run.status);
  const status = run.paused && !ended ? 'paused' : run.status.replace('_', ' ');
  const waits = waitLines(run);
  const time = run.finishedAt
    ? `took ${formatDuration(elapsedMs(run.startedAt, run.finishedAt))}`
    : `started ${when(run.startedAt)}`;
  const title = `Run of ${oneLine(run.playbook.name, 100)} ${oneLine(run.playbook.version, 30)}`;
  return {
    text: `${title}: ${status}. ${joinWithin(waits, ' ', 3000)}`.trim(),
    blocks: [
      section(`*${title}*  ·  *${status}*`),
      ...sectionsOf(stepLines(run)),
      ...(run.reason && ended ? [section(`*Why:* ${oneLine(run.reason, 500)}`)] : []),
      ...(waits.length > 0 ? [section(joinWithin(waits, '\n', 2900))] : []),
      ...orders(run),
      context(`${time}  ·  ${code(run.runId)}`),
    ],
  };
}

/** Buttons for what people can do when the run cannot go on by itself. */
function orders(run: RunState): KnownBlock[] {
  const unknown = Object.values(run.nodes).some(({ status }) => status === 'unknown');
  const stuck = unknown || run.status === 'failed' || run.status === 'compensation_failed';
  if (!stuck) return [];
  const button = (order: string, label: string) => ({ id: `run_${order}`, label, value: run.runId });
  return [
    buttonRow(`orders_${run.runId}_${run.status}_${run.fence}`, [
      ...(unknown ? [button('done', 'Mark as done')] : []),
      button('retry', 'Retry'),
      button('compensate', 'Compensate'),
    ]),
  ];
}

/** The details of a run: inputs, outputs and errors of its steps. */
export function runDetails(run: RunState): Message {
  const parts = Object.entries(run.nodes).flatMap(([key, node]) => {
    if (node.status === 'succeeded') return [`*${oneLine(key)}* output\n${jsonBlock(node.output, 700)}`];
    if (node.status === 'failed')
      return [`*${oneLine(key)}* failed (${node.error.class})\n${codeBlock(node.error.message, 700)}`];
    if (node.status === 'retry_wait')
      return [`*${oneLine(key)}* will be tried again ${when(node.retryAt)}\n${codeBlock(node.error.message, 400)}`];
    return [];
  });
  const blocks = [section(`*Inputs*\n${jsonBlock(run.inputs, 700)}`), ...parts.slice(-40).map((part) => section(part))];
  return { text: `Details of ${oneLine(run.playbook.name)}: ${parts.length} step(s) with a result.`, blocks };
}
