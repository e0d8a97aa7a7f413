// What a silence or window mutes, in one line. Pure.
import type { ApiSilence } from '../../contract/mute.ts';

type Condition = ApiSilence['sets'][number];

/** All its conditions, each in full: one suffices. */
export const setsText = (sets: readonly Condition[]): string => sets.map(conditionText).join(' or ');

function conditionText(condition: Condition): string {
  const parts = Object.entries(condition).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const values = [value].flat().join(', ');
    return [name === 'match' || name === 'when' ? values : `${name} ${values}`];
  });
  return parts.length === 0 ? 'every alert' : parts.join(' and ');
}
