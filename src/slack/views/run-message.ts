// The one live message of a run, edited in place, and the details in its thread. Pure.
import type { KnownBlock } from '@slack/types';
import { explained } from '../../core/run/failed-output.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { elapsedMs, formatDuration } from '../../core/time.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import {
  buttonRow,
  code,
  codeBlock,
  context,
  joinWithin,
  jsonBlock,
  type MessageContent,
  oneLine,
  section,
  sectionsOf,
  when,
} from '../text.ts';
import { orderEffect } from './order-words.ts';
import { stepLines } from './step-lines.ts';
import { haltLine, haltsOf, waitLines } from './wait-lines.ts';

/** The name of a run in a message. */
export const runTitle = ({ playbook }: Pick<RunState, 'playbook'>): string =>
  `Run of ${oneLine(playbook.name, 100)} ${oneLine(playbook.version, 30)}`;

/** A run's status in words. */
export function statusText({ status, paused, ending }: Pick<RunState, 'status' | 'paused' | 'ending'>): string {
  if (paused && !isTerminal(status)) return 'paused';
  if (status === 'finishing' && ending) return `finishing, then ${ending.outcome}`;
  return status.replace('_', ' ');
}

/**
 * The live message of a run.
 * @param switches all kill switches that are engaged
 */
export function runMessage(run: RunState, switches: readonly KillSwitch[]): MessageContent {
  const ended = isTerminal(run.status);
  const halts = ended ? [] : haltsOf(run.playbook.name, switches);
  const status = halts.length > 0 ? `halted (${statusText(run)})` : statusText(run);
  const waits = [...halts.map(haltLine), ...finishing(run), ...waitLines(run)];
  const time = run.finishedAt
    ? `took ${formatDuration(elapsedMs(run.startedAt, run.finishedAt))}`
    : `started ${when(run.startedAt)}`;
  const late = run.overdueAt === null ? [] : [`overdue since ${when(run.overdueAt)}`];
  const title = runTitle(run);
  return {
    text: `${title}: ${status}. ${joinWithin(waits, ' ', 3000)}`.trim(),
    blocks: [
      section(`*${title}*  ·  *${status}*`),
      ...sectionsOf(stepLines(run)),
      ...(run.reason && ended ? [section(`*Why:* ${oneLine(run.reason, 500)}`)] : []),
      ...(waits.length > 0 ? [section(joinWithin(waits, '\n', 2900))] : []),
      ...orders(run),
      context([time, ...late, ...calledBy(run), code(run.runId)].join('  ·  ')),
    ],
  };
}

function finishing({ status, ending }: RunState): readonly string[] {
  if (status !== 'finishing' || !ending) return [];
  const because = ending.reason ? `: ${oneLine(ending.reason, 300)}` : '';
  return [`The steps are over; the final steps follow, then the run ends as *${ending.outcome}*${because}`];
}

function calledBy({ trigger }: RunState): readonly string[] {
  return trigger.type === 'run' ? [`called by step ${code(trigger.step, 80)} of ${code(trigger.runId)}`] : [];
}

/** Buttons for what people can do when the run cannot go on by itself. */
function orders(run: RunState): KnownBlock[] {
  const nodes = Object.values(run.nodes);
  const unknown = nodes.some(({ status }) => status === 'unknown');
  const escalated = nodes.some((node) => node.status === 'failed' && node.escalated) && !isTerminal(run.status);
  const stuck = unknown || escalated || run.status === 'failed' || run.status === 'compensation_failed';
  if (!stuck) return [];
  const button = (order: string, label: string) => ({ id: `run_${order}`, label, value: run.runId });
  return [
    buttonRow(`orders_${run.runId}_${run.status}_${run.fence}`, [
      ...(unknown ? [button('done', 'Mark as done')] : []),
      button('retry', 'Retry'),
      {
        ...button('compensate', 'Compensate'),
        confirm: { title: 'Undo the run?', text: orderEffect.compensate, yes: 'Undo' },
      },
    ]),
  ];
}

/** The details of a run: inputs, outputs and errors of its steps. */
export function runDetails(run: RunState): MessageContent {
  const parts = Object.entries(run.nodes).flatMap(([key, node]) => {
    if (node.status === 'succeeded') return [`*${oneLine(key)}* output\n${jsonBlock(node.output, 700)}`];
    if (node.status === 'failed')
      return [`*${oneLine(key)}* failed (${node.error.class})\n${codeBlock(explained(node.error), 1200)}`];
    if (node.status === 'retry_wait')
      return [`*${oneLine(key)}* will be tried again ${when(node.retryAt)}\n${codeBlock(explained(node.error), 600)}`];
    return [];
  });
  const blocks = [section(`*Inputs*\n${jsonBlock(run.inputs, 700)}`), ...parts.slice(-40).map((part) => section(part))];
  return { text: `Details of ${oneLine(run.playbook.name)}: ${parts.length} step(s) with a result.`, blocks };
}
