// What a run waits for, in lines. Pure.

import { frozenBy } from '../../core/policy/freeze.ts';
import { assertNever } from '../../core/result.ts';
import { isFrozen } from '../../core/run/governed.ts';
import { type Waiting, waitingFor } from '../../core/run/owed.ts';
import { findApproval, gateKey, nodeOf, type RunState, stepOf } from '../../core/run/state.ts';
import { eligible, stillMissing } from '../../core/run/who-decides.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import { named, person } from '../identity.ts';
import { code, joinWithin, oneLine, timed, when } from '../text.ts';
import { type PinnedPlaybook, stepName } from './step-names.ts';

/** Everything a run waits for, workers too. */
export const allWaitLines = (run: RunState, playbook: PinnedPlaybook = null): readonly string[] =>
  waitingFor(run).map((waiting) => lineOf(run, waiting, playbook));

const linesWithout = (
  without: readonly Waiting['kind'][],
  run: RunState,
  playbook: PinnedPlaybook,
): readonly string[] =>
  waitingFor(run)
    .filter(({ kind }) => !without.includes(kind))
    .map((waiting) => lineOf(run, waiting, playbook));

/** One of the things that a run waits for; empty: it waits for that no more. */
export const waitLine = (
  run: RunState,
  playbook: PinnedPlaybook,
  step: string | null,
  kind: Waiting['kind'],
): string => {
  const found = waitingFor(run).find((one) => one.step === step && one.kind === kind);
  return found === undefined ? '' : lineOf(run, found, playbook);
};

/** What a run waits for, but for workers, which come by themselves. */
export const waitLines = (run: RunState, playbook: PinnedPlaybook = null): readonly string[] =>
  linesWithout(['worker'], run, playbook);

/** The same without what the lines of its steps say already. */
export const unsaidWaits = (run: RunState, playbook: PinnedPlaybook): readonly string[] =>
  linesWithout(['worker', 'retry', 'run'], run, playbook);

/** One thing a run waits for: whom or what, what for, since when. */
function lineOf(run: RunState, { kind, step, what, since, until }: Waiting, playbook: PinnedPlaybook): string {
  const name = step === null ? '' : `*${stepName(step, playbook)}*`;
  const span = `  ·  since ${when(since)}${until ? `, until ${when(until)}` : ''}`;
  switch (kind) {
    case 'approval':
      return `${approvalWords(run, step ?? '', name)}${span}`;
    case 'retry': {
      const node = nodeOf(run, step ?? '');
      if (isFrozen(node))
        return `${name} is frozen until ${when(node.retryAt)}: ${oneLine(frozenBy(node.error.message), 200)}`;
      return `Trying ${name} again ${until ? when(until) : 'soon'}: ${errorOf(run, step)}`;
    }
    case 'timer':
      return `${name} waits until ${until ? when(until) : 'its time'}`;
    case 'signal':
      return `Waiting for the signal ${code(signalOf(run, step), 80)} for ${name}${span}`;
    case 'decision':
      return `${decisionWords(run, step ?? '', name)}${span}`;
    case 'paused':
      return 'Paused: running steps finish; nothing new starts until somebody resumes it.';
    case 'queue':
      return `Queued behind another run that works on ${code(run.concurrencyKey ?? '', 100)}${span}`;
    case 'run':
      return `${name} is carried out by another run${span}`;
    case 'worker':
    case 'halted':
    case 'overdue':
      return `Waiting for ${oneLine(what, 200)}${span}`;
    default:
      return assertNever(kind);
  }
}

/** `Waiting for @sre to approve *restart*`; where some have agreed already: who, and how many more it takes. */
function approvalWords(run: RunState, step: string, name: string): string {
  const node = nodeOf(run, step);
  const approval = node.status === 'awaiting_approval' ? findApproval(run, node.approvalId) : undefined;
  const who = approval ? oneLine(eligible(approval).join(' or '), 100) : 'somebody';
  const to = stepOf(step) === gateKey ? 'start the run at all' : `approve ${name}`;
  const agreed = (approval?.approvals ?? []).map(({ actor }) => `${person(actor)} ✓`);
  const { rule } = approval ?? {};
  if (approval && (rule?.thresholds !== undefined || rule?.gates !== undefined)) {
    const left = stillMissing(approval).map((text) => oneLine(text, 300));
    return joinWithin([...agreed, `waiting for ${left.join(', and ')} to ${to}`], '  ·  ', 900, 10);
  }
  const missing = (rule?.quorum ?? 1) - agreed.length;
  if (agreed.length === 0) return `Waiting for ${missing > 1 ? `${missing} of ` : ''}${who} to ${to}`;
  return `${joinWithin(agreed, ', ', 500, 10)}  ·  ${missing === 1 ? 'one' : missing} more from ${who} to ${to}`;
}

function decisionWords(run: RunState, step: string, name: string): string {
  const node = nodeOf(run, step);
  if (node.status === 'unknown') return `*Did* ${name} *take effect?* ${oneLine(node.reason, 200)}. Check, then say so`;
  return `${name} *failed*: ${errorOf(run, step)}. Somebody must decide how to go on`;
}

function errorOf(run: RunState, step: string | null): string {
  const node = step === null ? null : nodeOf(run, step);
  return node !== null && 'error' in node ? timed(oneLine(node.error.message, 200)) : 'it failed';
}

function signalOf(run: RunState, step: string | null): string {
  const node = step === null ? null : nodeOf(run, step);
  return node?.status === 'waiting' ? (node.signal ?? '') : '';
}

/** The kill switches that keep a playbook's runs from going on. */
export const haltsOf = (playbook: string, switches: readonly KillSwitch[]): readonly KillSwitch[] =>
  switches.filter(({ scope }) => scope === '*' || scope === playbook);

/** What is halted, as the beginning of a sentence. */
export const haltedWhat = (scope: string): string =>
  scope === '*' ? '*All automation is halted*' : `*${oneLine(scope, 80)} is halted*`;

/** A kill switch in a line: what, by whom, why, since when. */
export const haltLine = ({ scope, by, at, reason }: KillSwitch): string =>
  `${haltedWhat(scope)} by ${named(by)}: “${oneLine(reason, 300)}”  ·  since ${when(at)}`;
