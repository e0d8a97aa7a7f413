// The message that an incident is resolved: how long it took, how much of that was waiting for people, what ran, what can still be done; and
// the one that it is open again. Pure.
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { elapsedMs } from '../../core/time.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { buttonRow, joinWithin, lasting, type MessageContent, oneLine, section, when } from '../text.ts';
import { type PinnedRun, pageButton, undoButton } from './callout-buttons.ts';
import { drillMark } from './incident-card.ts';

/** What it is made of. */
export type Resolution = {
  readonly incident: IncidentRow;
  /** The resolution that the message tells of. */
  readonly resolvedAt: string;
  readonly runs: readonly PinnedRun[];
  /** Address of the incident's page. */
  readonly page: string;
};

/** The message; once the incident is opened again it says so, and nothing can be pressed. */
export function resolutionMessage({ incident, resolvedAt, runs, page }: Resolution): MessageContent {
  const { id, number, status, openedAt } = incident;
  const after = lasting(elapsedMs(openedAt, resolvedAt));
  const blockId = `resolved_${id}_${resolvedAt}`;
  if (incident.resolvedAt !== resolvedAt && incident.status !== 'closed') {
    const text = `○ #${number} was resolved after ${after}, and is open again.`;
    return { text, blocks: [section(text, `${blockId}_reopened`)] };
  }
  const waitedMs = waitedForPeopleMs(runs, { openedAt, resolvedAt });
  const waiting = waitedMs >= 1000 ? ` (${lasting(waitedMs)} of it waiting for approval)` : '';
  const mark = drillMark(runs.map(({ run }) => run));
  const text = `${mark}✓ *Resolved* after ${after}${waiting}. ${doneWords(runs)}`;
  const undo = runs.toReversed().flatMap((one) => (isTerminal(one.run.status) ? undoButton(one) : []));
  const buttons = [
    pageButton('Postmortem', page),
    ...(status === 'resolved' ? [...undo.slice(0, 1), closeButton(id)] : []),
  ];
  return {
    text,
    blocks: [section(text, `${blockId}_${status}`), buttonRow(`${blockId}_buttons_${buttons.length}`, buttons)],
  };
}

const closeButton = (incidentId: string) => ({
  id: 'incident_close',
  label: 'Close',
  value: incidentId,
  confirm: {
    title: 'Close the incident?',
    text: 'Nothing more is expected to happen in it: alerts that come later open another one.',
    yes: 'Close',
  },
});

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

/** `1 run, 1 approval.` */
function doneWords(runs: readonly PinnedRun[]): string {
  const requests = runs.flatMap(({ run }) => Object.values(run.approvals));
  const granted = requests.filter(({ status }) => status === 'granted').length;
  const denied = requests.filter(({ status }) => status === 'denied').length;
  const parts = [
    runs.length === 0 ? 'Nothing ran' : counted(runs.length, 'run'),
    ...(granted > 0 ? [counted(granted, 'approval')] : []),
    ...(denied > 0 ? [`${denied} denied`] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** How long at least one request waited for an answer, within the incident, in milliseconds. */
function waitedForPeopleMs(
  runs: readonly { readonly run: Pick<RunState, 'approvals'> }[],
  { openedAt, resolvedAt }: { readonly openedAt: string; readonly resolvedAt: string },
): number {
  const [openedMs, endMs] = [Date.parse(openedAt), Date.parse(resolvedAt)];
  const waits = runs
    .flatMap(({ run }) => Object.values(run.approvals))
    .map(({ requestedAt, decidedAt }) => ({ from: Date.parse(requestedAt), to: Date.parse(decidedAt ?? resolvedAt) }))
    .toSorted((a, b) => a.from - b.from);
  let until = openedMs;
  let sum = 0;
  for (const { from, to } of waits) {
    const [begin, end] = [Math.max(from, until), Math.min(to, endMs)];
    if (end <= begin) continue;
    sum += end - begin;
    until = end;
  }
  return sum;
}

/**
 * The message that calls people back to an incident that is open again, for an edit calls nobody.
 * @param resolvedAt the resolution that did not last
 * @param isOpen it still is
 */
export function openAgainMessage(
  { id, number, title, status }: Pick<IncidentRow, 'id' | 'number' | 'title' | 'status'>,
  { resolvedAt, isOpen, people }: { resolvedAt: string; isOpen: boolean; people: readonly string[] },
): MessageContent {
  const of = `#${number} ${oneLine(title, 200)}`;
  const blockId = `reopened_${id}_${resolvedAt}`;
  if (!isOpen) {
    const text = `○ ${of} was open again, and is ${status}.`;
    return { text, blocks: [section(text, `${blockId}_over`)] };
  }
  const text = `● *Open again*: ${of}. It was resolved ${when(resolvedAt)}.\n${joinWithin(people, ' ', 900)}`.trim();
  return { text, blocks: [section(text, `${blockId}_open`)] };
}
