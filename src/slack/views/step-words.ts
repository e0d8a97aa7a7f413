// What people call a step of a run, where it stands among the others, and why it failed. Pure.
import type { Playbook } from '../../core/playbook/playbook.ts';
import { explained } from '../../core/run/failed-output.ts';
import { findStep } from '../../core/run/flow.ts';
import { gateKey, isUndo, itemOf, nodeOf, type RunState, stepOf } from '../../core/run/state.ts';
import { cut, oneLine, timed } from '../text.ts';

/** The name of a node as its playbook's author gave it; foreign text as it is. An item is named by itself. */
export function stepName(run: RunState, playbook: Playbook | null, key: string): string {
  if (stepOf(key) === gateKey) return `the start of ${run.playbook.name}`;
  const name = (playbook && findStep(playbook, key)?.name) ?? stepOf(key);
  const index = itemOf(key);
  const item = index === null ? undefined : run.expansions[stepOf(key)]?.[index];
  const which = typeof item === 'string' || typeof item === 'number' ? item : `item ${(index ?? 0) + 1}`;
  return cut(index === null ? name : `${name} (${which})`, 200);
}

/** The same as people read it. */
export const stepWords = (run: RunState, playbook: Playbook | null, key: string): string =>
  oneLine(isUndo(key) ? `Undoing ${stepName(run, playbook, key)}` : stepName(run, playbook, key), 200);

/** Why a node failed; with the full stop. */
export function errorWords(run: RunState, key: string): string {
  const node = nodeOf(run, key);
  return ended(node.status === 'failed' ? timed(oneLine(explained(node.error), 500)) : 'it is not known why');
}

/** A sentence with its full stop. */
export const ended = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** `Step 3 of 5; nothing after it ran.` Empty where that is not known. */
export function placeWords(run: RunState, playbook: Playbook | null, key: string): string {
  const index = playbook?.steps.findIndex(({ id }) => id === stepOf(key)) ?? -1;
  if (playbook === null || index < 0) return '';
  const started = playbook.steps.slice(index + 1).filter(({ id }) => {
    const { status } = nodeOf(run, id);
    return (status !== 'pending' && status !== 'skipped') || run.expansions[id] !== undefined;
  });
  const isLast = index === playbook.steps.length - 1;
  const after = isLast ? '' : started.length === 0 ? '; nothing after it ran' : `; ${started.length} after it ran`;
  return `Step ${index + 1} of ${playbook.steps.length}${after}.`;
}

/** What a step acts on, as a plan of it that people were shown says; null: they were shown none. */
export function shownTarget(run: RunState, key: string): string | null {
  const shown = Object.values(run.approvals).findLast(({ step }) => step === key);
  return shown?.plan.target ?? null;
}
