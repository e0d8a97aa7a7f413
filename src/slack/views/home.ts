// The Home tab of one person: what waits for them, what burns, which roles they hold, what automation does; and what they may start from
// there. Pure.
import type { HomeView, KnownBlock } from '@slack/types';
import { waitingFor } from '../../core/run/owed.ts';
import { type Approval, isTerminal, type RunState } from '../../core/run/state.ts';
import { elapsedMs } from '../../core/time.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { type Button, buttonRow, context, header, joinWithin, lasting, oneLine, section, when } from '../text.ts';
import { decisionButtons } from './approval-message.ts';
import { isCounted, quorumOf, riskOf, summaryOf, taskOf } from './approval-words.ts';
import { besideLine, isShort } from './plan-parts.ts';
import { runTitle, statusText } from './run-message.ts';
import { haltLine, waitLines } from './wait-lines.ts';

/** What a person is to see. */
export type HomeContent = {
  /** What came of what the person did last; null: nothing. */
  readonly said: string | null;
  /** Requests that the person may decide and has not, the most urgent first. */
  readonly waiting: readonly { readonly run: RunState; readonly approval: Approval }[];
  /** null: the person may not look at incidents and runs. */
  readonly seen: {
    readonly open: readonly IncidentRow[];
    readonly recent: readonly IncidentRow[];
    readonly runs: readonly RunState[];
    readonly switches: readonly KillSwitch[];
  } | null;
  /** The Slack user. */
  readonly user: string;
  /** What the person may start. */
  readonly may: { readonly declare: boolean; readonly run: boolean; readonly halt: boolean };
  readonly at: string;
};

/** Shown of each kind at the utmost: a view has 100 blocks. */
const most = 10;
const mostRecent = 5;

/** The view. */
export function homeView({ said, waiting, seen, user, may, at }: HomeContent): HomeView {
  return {
    type: 'home',
    blocks: [
      ...(said === null ? [] : [section(said)]),
      ...fastActions(may),
      ...requests(waiting),
      ...(seen === null
        ? [section('You may not look at incidents and runs.')]
        : [
            ...burning(seen.open, user),
            ...automation(seen.runs, seen.switches),
            ...(seen.recent.length > 0 ? lines('Over', seen.recent.slice(0, mostRecent).map(overLine), 0) : []),
          ]),
      context(`As of ${when(at)}; opened again, it is up to date.`),
    ],
  };
}

function fastActions({ declare, run, halt }: HomeContent['may']): KnownBlock[] {
  const buttons: Button[] = [
    ...(declare ? [{ id: 'home_declare', label: 'Declare an incident', value: 'declare' }] : []),
    ...(run ? [{ id: 'home_run', label: 'Run a playbook', value: 'run' }] : []),
    ...(halt ? [{ id: 'home_halt', label: 'Halt automation', value: 'halt' }] : []),
  ];
  return buttons.length === 0 ? [] : [buttonRow('home_actions', buttons)];
}

function requests(waiting: HomeContent['waiting']): KnownBlock[] {
  const title = header(waiting.length === 0 ? 'Nothing waits for you' : `Waiting for you (${waiting.length})`);
  const left = waiting.length - most;
  return [
    title,
    ...waiting.slice(0, most).flatMap(({ run, approval }) => requestBlocks(run, approval)),
    ...(left > 0 ? [context(`… and ${left} more`)] : []),
  ];
}

function requestBlocks(run: RunState, approval: Approval): KnownBlock[] {
  const { plan, expiresAt } = approval;
  const quorum = isCounted(approval) ? [quorumOf(approval)] : [];
  const about = `incident #${run.incident.number}: ${oneLine(run.incident.title, 100)}`;
  const id = `home_${approval.id}_${approval.approvals.length}_${approval.notes?.length ?? 0}`;
  return [
    section(
      [
        `*${taskOf(plan)}?*  ${summaryOf(plan)}`.trim(),
        `${riskOf(plan)}  ·  until ${when(expiresAt)}  ·  ${about}`,
        ...quorum,
      ].join('\n'),
      id,
    ),
    // Of a call that fills a message there is no room for ten.
    ...(isShort(plan) ? besideLine(plan).slice(0, 1) : []),
    decisionButtons(approval, id),
  ];
}

/** Foreign lines under a title; `left`: how many are not there. */
function lines(title: string, all: readonly string[], left: number): KnownBlock[] {
  const more = left > 0 ? `\n… and ${left} more` : '';
  return [header(title), section(`${joinWithin(all, '\n', 2800)}${more}`)];
}

function burning(open: readonly IncidentRow[], user: string): KnownBlock[] {
  if (open.length === 0) return [header('Nothing burns')];
  const sorted = open.toSorted((a, b) => a.severity - b.severity || a.openedAt.localeCompare(b.openedAt));
  return lines(
    `Burning (${open.length})`,
    sorted.slice(0, most).map((incident) => incidentLine(incident, user)),
    open.length - most,
  );
}

function incidentLine({ number, title, severity, openedAt, channel, roles }: IncidentRow, user: string): string {
  const own = Object.entries(roles).flatMap(([role, holder]) => (holder === user ? [oneLine(role, 40)] : []));
  const held = own.length > 0 ? `  ·  *you are ${joinWithin(own, ', ', 200)}*` : '';
  const where = channel === null ? '' : `  ·  <#${channel.id}>`;
  return `● *SEV${severity}*  #${number} ${oneLine(title, 100)}  ·  since ${when(openedAt)}${where}${held}`;
}

function overLine({ number, title, openedAt, resolvedAt }: IncidentRow): string {
  const after = resolvedAt === null ? '' : `  ·  after ${lasting(elapsedMs(openedAt, resolvedAt))}`;
  return `✓ #${number} ${oneLine(title, 100)}${after}`;
}

/** True for a run that goes on only if people act. */
const isStuck = (run: RunState) =>
  run.overdueAt !== null ||
  run.status === 'compensation_failed' ||
  waitingFor(run).some(({ kind }) => kind === 'decision' || kind === 'approval' || kind === 'paused');

function automation(runs: readonly RunState[], switches: readonly KillSwitch[]): KnownBlock[] {
  const shown = runs.filter((run) => !isTerminal(run.status) || run.status === 'compensation_failed');
  if (shown.length === 0 && switches.length === 0) return [];
  const sorted = shown.toSorted((a, b) => Number(isStuck(b)) - Number(isStuck(a)));
  const all = [...switches.slice(0, most).map(haltLine), ...sorted.slice(0, most).map(runLine)];
  return lines(`Automation (${shown.length})`, all, Math.max(0, shown.length - most));
}

function runLine(run: RunState): string {
  const [first] = waitLines(run);
  const waits = first === undefined ? '' : `  ·  ${first}`;
  return `${isStuck(run) ? '◐' : '◔'} ${runTitle(run)} for #${run.incident.number}: *${statusText(run)}*${waits}`;
}
