// What a step is called where people read it: as its playbook names it, else by its id. Pure.

import type { Playbook } from '../../core/playbook/playbook.ts';
import { findStep } from '../../core/run/flow.ts';
import { gateKey, isUndo, itemOf, stepOf } from '../../core/run/state.ts';
import { code, oneLine } from '../text.ts';

/** The playbook that a run is pinned to; null: it cannot be had, and steps go by their ids. */
export type PinnedPlaybook = Playbook | null;

/** Names a node's step; `~start` is the question whether to start at all. Foreign text made inert. */
export function stepName(key: string, playbook: PinnedPlaybook): string {
  const id = stepOf(key);
  if (id === gateKey) return 'Start of the run';
  const name = playbook === null ? id : (findStep(playbook, key)?.name ?? id);
  return name === id ? code(id, 80) : oneLine(name, 100);
}

/** The same for plain text such as a button's label, where backticks would show. */
export function plainStepName(key: string, playbook: PinnedPlaybook): string {
  const id = stepOf(key);
  const item = itemOf(key);
  const name = id === gateKey ? 'start of the run' : ((playbook && findStep(playbook, key)?.name) ?? id);
  return item === null ? name : `${name} ${item + 1}`;
}

/** True for a failure that the playbook passes over. */
export const isPlannedFailure = (key: string, playbook: PinnedPlaybook): boolean =>
  playbook !== null && !isUndo(key) && findStep(playbook, key)?.onFailure === 'continue';
