// The message that calls people: what happened, what follows, who is called, and what can be done about it now. Pure.

import type { Playbook } from '../../core/playbook/playbook.ts';
import { assertNever } from '../../core/result.ts';
import { type Callout, requestOf } from '../../core/run/callouts.ts';
import { isDrill } from '../../core/run/drill.ts';
import { compensable } from '../../core/run/flow.ts';
import { type Approval, isTerminal, nodeOf, type RunState } from '../../core/run/state.ts';
import type { StuckState } from '../../core/run/stuck.ts';
import { elapsedMs } from '../../core/time.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import { buttonRow, code, context, joinWithin, lasting, type MessageContent, oneLine, section, when } from '../text.ts';
import { approvalMenu } from './approval-menu.ts';
import { calloutButtons, type PinnedRun, pageButton, runbookButton } from './callout-buttons.ts';
import { ended, errorWords, placeWords, shownTarget, stepName, stepWords } from './step-words.ts';
import { allWaitLines, haltLine, haltsOf, waitLine } from './wait-lines.ts';

/** What a call is made of. */
export type Call = PinnedRun & {
  readonly callout: Callout;
  /** How many more items of the step it is so with. */
  readonly others: number;
  /** Mentions of those who are called. */
  readonly people: readonly string[];
  readonly switches: readonly KillSwitch[];
  /** Address of the incident's page. */
  readonly page: string;
};

/** The message while it holds. */
export function calloutMessage(call: Call): MessageContent {
  const { callout, run, others, page } = call;
  const people = joinWithin(call.people, ' ', 900);
  const more = others === 0 ? '' : ` So it is with ${others} more of its items.`;
  const said = `${isDrill(run) ? '[DRILL] ' : ''}${wordsOf(call)}${more}`;
  const text = callout.kind === 'unanswered' ? `${people}: ${said}` : `${said}\n${people}`.trim();
  const id = blockId(run, callout);
  const isStalled = callout.kind === 'stalled';
  const runbook = isStalled ? runbookButton(call.playbook) : [];
  const buttons = [...calloutButtons(call, callout, others), ...runbook, pageButton('Open', page)];
  // A request that waits too long is reminded of, or handed on, from here.
  const menu = isStalled && callout.approval !== null ? approvalMenu(callout.approval) : undefined;
  return {
    text,
    blocks: [
      section(text, `${id}_open`),
      buttonRow(`${id}_${buttons.map((one) => one.id).join('_')}`, buttons, menu),
      small(run),
    ],
  };
}

const blockId = ({ runId }: RunState, { kind, id }: Pick<Callout, 'kind' | 'id'>) =>
  `${kind}_${runId}_${id}`.slice(0, 120);

const runName = ({ playbook }: RunState) => oneLine(playbook.name, 100);
const small = (run: RunState) =>
  context(`${runName(run)} ${oneLine(run.playbook.version, 30)}  ·  #${run.incident.number}  ·  ${code(run.runId)}`);

const sentences = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

function wordsOf(call: Call): string {
  const { run, playbook, callout, switches } = call;
  const { kind, step, approval, since } = callout;
  const name = runName(run);
  const what = step === null ? name : stepWords(run, playbook, step);
  const place = step === null ? '' : placeWords(run, playbook, step);
  const error = step === null ? ended(oneLine(run.reason ?? 'it is not known why', 500)) : errorWords(run, step);
  switch (kind) {
    case 'failed':
      return sentences(`✕ *${what} failed*: ${error}`, place, unclearToo(call), undone(run));
    case 'undo_failed':
      return sentences(`✕ *${step === null ? `Undoing ${name}` : what} failed*: ${error}`, leftToUndo(call));
    case 'unclear':
      return step === null ? '' : question(call, step);
    case 'expired':
      return sentences(`✕ *Nobody answered ${what}*${within(run, step)}, so it did not run.`, place, undone(run));
    case 'unanswered':
      return approval === null ? '' : reminder(what, approval, since);
    case 'stuck':
      return sentences(`◐ *${what} failed, and ${name} waits for a decision*: ${error}`, place);
    case 'overdue': {
      const allowed = playbook?.sla
        ? `the ${lasting(playbook.sla.completeWithinMs)} that its playbook allows`
        : 'it should';
      return `◐ *${name} takes longer than ${allowed}*; it began ${when(run.startedAt)}.\n${heldUpBy(run, switches, playbook)}`;
    }
    case 'stalled':
      return callout.lasting === undefined ? '' : stalledWords(call, callout.lasting);
    default:
      return assertNever(kind);
  }
}

/** Which state lasts too long, what it waits for, and how long it should have taken; the runbook where no button leads to it. */
function stalledWords({ run, playbook, callout }: Call, { because, limitMs, usual, kind, since }: StuckState): string {
  const name = runName(run);
  const what = callout.step === null ? name : stepWords(run, playbook, callout.step);
  const where = runbookButton(playbook).length > 0 ? '' : (playbook?.runbook ?? '');
  const runbook = where === '' ? '' : `\nRunbook: ${oneLine(where, 300)}`;
  const begun = kind === 'worker' ? `it began ${when(since)}` : `since ${when(since)}`;
  const line = kind === 'worker' ? '' : `\n${waitLine(run, playbook, callout.step, kind)}`;
  return `◐ *${what} is stuck*: ${begun}, and ${tooLong({ because, limitMs, usual })}.${line}${runbook}`;
}

function tooLong({ because, limitMs, usual }: Pick<StuckState, 'because' | 'limitMs' | 'usual'>): string {
  switch (because) {
    case 'usual':
      return usual === null ? `it usually is over by now` : `it usually takes ${lasting(usual.medianMs)}`;
    case 'sla':
      return `its playbook allows ${lasting(limitMs)}`;
    case 'timer':
      return 'its time is over';
    case 'unknown':
      return `nothing should last longer than ${lasting(limitMs)}`;
    default:
      return assertNever(because);
  }
}

/** Everything that holds a run up, in lines; workers too. */
export function heldUpBy(run: RunState, switches: readonly KillSwitch[], playbook: Playbook | null): string {
  const halts = haltsOf(run.playbook.name, switches).map(haltLine);
  return joinWithin([...halts, ...allWaitLines(run, playbook)], '\n', 1500);
}

/** What became of the steps before a failure that undoes them. */
function undone({ status, ending }: RunState): string {
  if (status === 'compensating') return 'What was done before is being undone.';
  if (status === 'compensation_failed') return 'What was done before could not all be undone.';
  const isOver = status === 'compensated' || (status === 'finishing' && ending?.outcome === 'compensated');
  return isOver ? 'What was done before is undone.' : '';
}

function unclearToo({ run, playbook }: Call): string {
  const keys = Object.keys(run.nodes).filter((key) => nodeOf(run, key).status === 'unknown');
  if (keys.length === 0) return '';
  const names = keys.map((key) => stepWords(run, playbook, key));
  return `Whether ${joinWithin(names, ', ', 300)} took effect is unclear.`;
}

function leftToUndo({ run, playbook }: Call): string {
  if (playbook === null) return '';
  const left = compensable(run, playbook).map((key) => oneLine(stepName(run, playbook, key), 200));
  return left.length === 0 ? '' : `Still to be undone: ${joinWithin(left, ', ', 500)}.`;
}

const upperFirst = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function question({ run, playbook }: Call, step: string): string {
  const node = nodeOf(run, step);
  // The question says already what the end of a reason says.
  const why = node.status === 'unknown' ? node.reason.replace(/; whether \S+ took effect is unknown$/, '') : '';
  const reason = why === '' ? '' : ended(upperFirst(oneLine(why, 400)));
  const target = shownTarget(run, step);
  const check = target === null ? 'Look at what it acts on, then say.' : `Look at ${code(target, 200)}, then say.`;
  return sentences(`◐ *Did ${stepWords(run, playbook, step)} take effect?*`, reason, check);
}

/** ` within 15 m`: how long people had. */
function within(run: RunState, step: string | null): string {
  const asked = Object.values(run.approvals).findLast((one) => one.step === step);
  return asked ? ` within ${lasting(elapsedMs(asked.requestedAt, asked.expiresAt))}` : '';
}

function reminder(what: string, { requestedAt, expiresAt, plan }: Approval, at: string): string {
  const target = plan.target === null ? '' : ` (${oneLine(plan.target, 150)})`;
  const waited = `for ${lasting(elapsedMs(requestedAt, at))}; ${lasting(elapsedMs(at, expiresAt))} left`;
  const does = plan.summary === undefined ? '' : `\n${code(plan.summary, 600)}`;
  return `nobody has answered *${what}*${target} ${waited}, until ${when(expiresAt)}.${does}`;
}

/** The message once it holds no more: it calls nobody, and nothing can be pressed. */
export function calloutOverMessage(run: RunState, over: Pick<Callout, 'kind' | 'id'>): MessageContent {
  const text = overWords(run, over);
  return { text, blocks: [section(text, `${blockId(run, over)}_over`), small(run)] };
}

function overWords(run: RunState, { kind, id }: Pick<Callout, 'kind' | 'id'>): string {
  const name = runName(run);
  const asked = kind === 'unanswered' ? run.approvals[requestOf({ id })] : undefined;
  if (asked !== undefined && asked.status !== 'open') return `No longer asked: ${name}, ${asked.status}.`;
  const took = run.finishedAt === null ? '' : ` after ${lasting(elapsedMs(run.startedAt, run.finishedAt))}`;
  switch (run.status) {
    case 'succeeded':
      return `✓ No longer needs anybody: *${name}* is done${took}.`;
    case 'compensated':
      return `↺ No longer needs anybody: *${name}* is undone${took}.`;
    case 'cancelled':
      return `○ No longer needs anybody: *${name}* was cancelled${took}.`;
    default:
      return isTerminal(run.status)
        ? `No longer asked: *${name}*, ${run.status.replace('_', ' ')}.`
        : `No longer needs anybody: *${name}* goes on.`;
  }
}
