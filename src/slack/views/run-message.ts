// The one live message of a run, edited in place, and the details in its thread. Pure.
import type { KnownBlock } from '@slack/types';
import { waitingFor } from '../../core/run/owed.ts';
import { isTerminal, isUndo, type NodeState, type RunState, stepOf } from '../../core/run/state.ts';
import { elapsedMs, formatDuration } from '../../core/time.ts';
import { code, codeBlock, context, type Message, oneLine, section, when } from '../text.ts';

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

/** The live message of a run. */
export function runMessage(run: RunState): Message {
  const nodes = Object.entries(run.nodes);
  const ended = isTerminal(run.status);
  const shown = nodes.slice(0, maxSteps).map(([key, node]) => line(key, node, ended));
  if (nodes.length > maxSteps) shown.push(`… and ${nodes.length - maxSteps} more steps`);
  const status = run.paused && !ended ? 'paused' : run.status.replace('_', ' ');
  const waits = waitingFor(run)
    .filter(({ kind }) => kind !== 'worker')
    .map(
      ({ what, since, until, who }) =>
        `Waits for ${oneLine(what, 200)} since ${when(since)}${until ? `, until ${when(until)}` : ''}${who.length > 0 ? ` – ${oneLine(who.join(', '), 100)}` : ''}`,
    );
  const time = run.finishedAt
    ? `took ${formatDuration(elapsedMs(run.startedAt, run.finishedAt))}`
    : `started ${when(run.startedAt)}`;
  const title = `${run.playbook.name} ${run.playbook.version}`;
  const reason = run.reason && ended ? section(`*Why:* ${oneLine(run.reason, 500)}`) : null;
  return {
    text: `Run of ${oneLine(title)}: ${status}. ${waits.join(' ')}`,
    blocks: [
      section(`*Run of ${oneLine(title)}*  ·  *${status}*`),
      section(shown.join('\n')),
      ...(reason ? [reason] : []),
      ...(waits.length > 0 ? [section(waits.join('\n'))] : []),
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
  const button = (order: string, text: string) => ({
    type: 'button' as const,
    action_id: `run_${order}`,
    text: { type: 'plain_text' as const, text },
    value: run.runId,
  });
  const elements = [
    ...(unknown ? [button('done', 'Mark as done')] : []),
    button('retry', 'Retry'),
    button('compensate', 'Compensate'),
  ];
  return [{ type: 'actions', block_id: `orders_${run.runId}_${run.status}_${run.fence}`, elements }];
}

/** The details of a run: inputs, outputs and errors of its steps. */
export function runDetails(run: RunState): Message {
  const parts = Object.entries(run.nodes).flatMap(([key, node]) => {
    if (node.status === 'succeeded')
      return [`*${oneLine(key)}* output\n${codeBlock(JSON.stringify(node.output, null, 2), 700)}`];
    if (node.status === 'failed')
      return [`*${oneLine(key)}* failed (${node.error.class})\n${codeBlock(node.error.message, 700)}`];
    if (node.status === 'retry_wait')
      return [`*${oneLine(key)}* will be tried again ${when(node.retryAt)}\n${codeBlock(node.error.message, 400)}`];
    return [];
  });
  const blocks = [
    section(`*Inputs*\n${codeBlock(JSON.stringify(run.inputs, null, 2), 700)}`),
    ...parts.slice(-40).map((part) => section(part)),
  ];
  return { text: `Details of ${oneLine(run.playbook.name)}: ${parts.length} step(s) with a result.`, blocks };
}
