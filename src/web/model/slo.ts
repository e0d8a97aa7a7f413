// What is promised of the automation and what is stuck, in words and figures of the pages. Pure.
import type { ApiSloLine, ApiStuck } from '../../contract/slo.ts';
import { type ShownState, states } from './states.ts';
import { durationText } from './time.ts';

/** How a promise stands. */
export function sloState({ status }: Pick<ApiSloLine, 'status'>): ShownState {
  switch (status) {
    case 'met':
      return states.sloMet;
    case 'burning':
      return states.sloBurning;
    case 'burned':
      return states.sloBurned;
    case 'unclear':
      return states.sloUnclear;
  }
}

/** Whose promise it is. */
export const subjectText = ({ subject }: Pick<ApiSloLine, 'subject'>): string =>
  subject === '*' ? 'All of Firebreak' : subject;

/** Cut, never rounded up: a promise that was not kept must not look as if it were. */
const percent = (share: number) => Math.floor(share * 10_000 + 1e-6) / 100;

/** What was attained, and between what the true share lies; null: nothing was observed. */
export function attainedText({ value, low, high, n }: Pick<ApiSloLine, 'value' | 'low' | 'high' | 'n'>) {
  if (value === null || low === null || high === null) return null;
  return { value: `${percent(value)} %`, between: `${percent(low)}–${percent(high)} %`, n: Math.round(n * 100) / 100 };
}

/** What is left of the error budget, as a bar from 0 to 1 and in words; null: nothing was observed. */
export function budgetText({ budgetLeft }: Pick<ApiSloLine, 'budgetLeft'>) {
  if (budgetLeft === null) return null;
  const left = Math.min(1, Math.max(0, budgetLeft));
  if (budgetLeft < 0)
    return {
      left,
      words: `used up ${1 - budgetLeft >= 10 ? '10 times and more' : `${(1 - budgetLeft).toFixed(1)} times`}`,
    };
  return { left, words: `${Math.floor(budgetLeft * 100)} % left` };
}

/** Why a state counts as stuck. */
export function stuckBecause({
  because,
  limitMs,
  usual,
  ageMs,
}: Pick<ApiStuck, 'because' | 'limitMs' | 'usual' | 'ageMs'>) {
  const age = durationText(ageMs);
  switch (because) {
    case 'usual':
      return usual === null ? `for ${age}` : `for ${age}, usually ${durationText(usual.medianMs)}`;
    case 'sla':
      return `for ${age}, its SLA allows ${durationText(limitMs)}`;
    case 'timer':
      return `for ${age}, its time is over`;
    case 'unknown':
      return `for ${age}`;
  }
}
