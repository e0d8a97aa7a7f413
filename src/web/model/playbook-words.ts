// A playbook in words: what starts it, what is true of each step, what is missing. Pure.
import type { ApiActionCall, ApiPlaybook, ApiPlaybookStep } from '../../contract/playbook.ts';
import type { ApiRegisterEntry } from '../../contract/register.ts';
import { whoIsAsked } from './approval.ts';
import { durationText } from './time.ts';

type Trigger = ApiPlaybook['triggers'][number];

/** What starts it: `Any alert of alertmanager`; the condition stands beside it. */
export function triggerWords({ source, when }: Trigger): string {
  const whose = source === '*' ? 'any source' : source;
  return when === null ? `Every alert of ${whose}` : `An alert of ${whose} for which this holds`;
}

const onFailure: { readonly [F in ApiPlaybookStep['onFailure']]: string } = {
  stop: '',
  continue: 'the run goes on if it fails',
  compensate: 'what was done is undone if it fails',
  escalate: 'people decide if it fails',
};

/** What is true of a step besides its action, in a few words each. */
export function stepNotes(
  step: ApiPlaybookStep,
  names: ReadonlyMap<string, string>,
  isFinal: boolean,
): readonly string[] {
  const { needs, compensate, reversible, verify, forEach, onFailure: failing, retry, target } = step;
  const after = needs.map((id) => names.get(id) ?? id).join(', ');
  return [
    isFinal ? 'always, at the end' : after === '' ? '' : `after ${after}`,
    step.if === null ? '' : `only if ${step.if}`,
    target === null ? '' : `on ${target}`,
    compensate !== null ? 'can be undone' : reversible ? 'needs no undo' : '',
    verify === null ? '' : `verified for up to ${durationText(verify.withinMs)}`,
    forEach === null ? '' : `for each of ${forEach.items}`,
    retry.maxAttempts > 1 ? `up to ${retry.maxAttempts} tries` : '',
    onFailure[failing],
  ].filter((note) => note !== '');
}

/** Who is asked before it runs: `asks @sre, 2 of them, for up to 15 m`; null: nobody. */
export function approvalWords({ approval }: Pick<ApiActionCall, 'approval'>): string | null {
  if (approval === null) return null;
  const { expiresInMs, escalate } = approval;
  const then = escalate.length === 0 ? '' : `, then ${escalate.join(', ')} as well`;
  return `asks ${whoIsAsked(approval)}${then}, for up to ${durationText(expiresInMs)}`;
}

/** What was promised, and how it was kept: `4 of 5 in 10 m`. */
export function keptWords({ kept: { runs, inTime }, sla }: Pick<ApiRegisterEntry, 'kept' | 'sla'>): string {
  if (runs === 0) return '–';
  return sla === null ? `${inTime} of ${runs}` : `${inTime} of ${runs} in ${durationText(sla.completeWithinMs)}`;
}

/** Whether what was promised is kept; null: nothing was promised, or nothing ran. */
export function isKept({ kept: { runs, inTime }, sla }: Pick<ApiRegisterEntry, 'kept' | 'sla'>): boolean | null {
  return sla === null || runs === 0 ? null : (100 * inTime) / runs >= sla.objective;
}
