// The one live message of a run, edited in place, and the details in its thread. Pure.
import type { KnownBlock } from '@slack/types';
import { isDrill } from '../../core/run/drill.ts';
import { explained } from '../../core/run/failed-output.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { elapsedMs } from '../../core/time.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import {
  code,
  codeBlock,
  context,
  joinWithin,
  jsonBlock,
  lasting,
  type MessageContent,
  oneLine,
  section,
  sectionsOf,
  timed,
  when,
} from '../text.ts';
import { brokenGlass } from './broken-glass.ts';
import { orderButtons } from './order-buttons.ts';
import { icon, runWords, type StateWords, stateText } from './states.ts';
import { stepLines } from './step-lines.ts';
import type { PinnedPlaybook } from './step-names.ts';
import { haltLine, haltsOf, unsaidWaits, waitLines } from './wait-lines.ts';

/** The name of a run in a message. */
export const runTitle = ({ playbook }: Pick<RunState, 'playbook'>): string =>
  `Run of ${oneLine(playbook.name, 100)} ${oneLine(playbook.version, 30)}`;

/** A run's status within a sentence. */
export const statusText = (run: Parameters<typeof runWords>[0]): string => runWords(run).word.toLowerCase();

/** What the message of a run depends on besides the run. */
export type RunContext = {
  /** All kill switches that are engaged. */
  readonly switches: readonly KillSwitch[];
  readonly playbook: PinnedPlaybook;
  /** Where its trace is looked at; null or left out: nowhere. */
  readonly traceUrl?: string | null;
  /** True: nothing begins again in its incident, so nothing of it is offered. */
  readonly isClosed?: boolean;
};

/** The live message of a run. */
export function runMessage(
  run: RunState,
  { switches, playbook, traceUrl = null, isClosed = false }: RunContext,
): MessageContent {
  const ended = isTerminal(run.status);
  const halts = ended ? [] : haltsOf(run.playbook.name, switches);
  const state: StateWords = halts.length > 0 ? { icon: icon.person, word: 'Halted' } : runWords(run);
  const holds = [...halts.map(haltLine), ...finishing(run)];
  const waits = [...holds, ...waitLines(run, playbook)];
  const shown = [...holds, ...unsaidWaits(run, playbook)];
  const time = run.finishedAt
    ? `took ${lasting(elapsedMs(run.startedAt, run.finishedAt))}`
    : `started ${when(run.startedAt)}`;
  const late = run.overdueAt === null ? [] : [`overdue since ${when(run.overdueAt)}`];
  const title = `${isDrill(run) ? '[DRILL] ' : ''}${runTitle(run)}`;
  const why = run.reason && ended && run.status !== 'succeeded' ? timed(oneLine(run.reason, 500)) : '';
  return {
    text: `${title}: ${state.word}${why === '' ? '' : `, ${why}`}. ${joinWithin(waits, ' ', 3000)}`.trim(),
    blocks: [
      section(`*${title}*  ·  ${stateText(state)}`),
      ...brokenGlass(run).map((text) => section(text)),
      ...sectionsOf(stepLines(run, playbook)),
      ...(why === '' ? [] : [section(`*Why:* ${why}`)]),
      ...(shown.length > 0 ? [section(joinWithin(shown, '\n', 2900))] : []),
      ...(isClosed && ended ? [] : orders(run, playbook)),
      context([time, ...late, ...calledBy(run), code(run.runId), ...traceLink(traceUrl)].join('  ·  ')),
    ],
  };
}

/** The address is the configuration's, so no foreign text; what would end the link is written out. */
const traceLink = (url: string | null): readonly string[] =>
  url === null ? [] : [`<${url.replaceAll('&', '&amp;').replaceAll('>', '%3E').replaceAll('|', '%7C')}|trace>`];

function finishing({ status, ending }: RunState): readonly string[] {
  if (status !== 'finishing' || !ending) return [];
  const because = ending.reason ? `: ${timed(oneLine(ending.reason, 300))}` : '';
  const end = statusText({ status: ending.outcome, paused: false, ending: null });
  return [`The steps are over; the final steps follow, then the run ends as *${end}*${because}`];
}

function calledBy({ trigger }: RunState): readonly string[] {
  if (trigger.type === 'run') return [`called by step ${code(trigger.step, 80)} of ${code(trigger.runId)}`];
  if (trigger.type !== 'schedule') return [];
  return [
    `by the schedule ${code(trigger.schedule, 80)} for ${when(trigger.slotAt)}${trigger.late ? ', caught up' : ''}`,
  ];
}

/** Buttons for what people can do when the run cannot go on by itself. */
function orders(run: RunState, playbook: PinnedPlaybook): readonly KnownBlock[] {
  const { status, nodes, paused } = run;
  const stands = Object.values(nodes).some(
    (node) => node.status === 'unknown' || (node.status === 'failed' && node.escalated),
  );
  const isStuck = (stands || paused) && !isTerminal(status);
  const isOverBadly = status === 'failed' || status === 'compensation_failed' || status === 'cancelled';
  return playbook !== null && (isStuck || isOverBadly) ? orderButtons(run, playbook) : [];
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
