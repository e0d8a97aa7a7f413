// Whether work may begin in an incident. One that was closed is nobody's any more: what went wrong in it would be told to nobody. Pure.
import type { Refusal } from '../refusal.ts';
import { refuse } from './draft.ts';
import type { IncidentState } from './state.ts';

/** Why nothing new may begin in an incident; null: it may. One that is resolved takes work, for what is to be tidied up. */
export function refusalToWork({ status, number, mergedInto }: IncidentState): Refusal | null {
  if (status !== 'closed') return null;
  if (mergedInto)
    return refuse('wrong_state', `incident #${number} is merged into #${mergedInto.number}; go on in that one`);
  return refuse('wrong_state', `incident #${number} is closed; reopen it first`);
}
