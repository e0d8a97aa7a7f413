// What `firebreak doctor` says of silences: those that look forgotten, of the file and of people. Ends none.
import { forgottenBecause, type HeldCount } from '../../core/alert/forgotten.ts';
import { type Silence, silenceState } from '../../core/alert/silence.ts';
import { nameOf } from '../../engine/alerts/mute-watch.ts';
import type { Check } from './check.ts';

/** The names under which what these silences hold is counted. */
export const namesOf = (silences: readonly Silence[], at: string): readonly string[] =>
  silences.filter((silence) => silenceState(silence, at) !== 'expired').map(nameOf);

/** Looks at silences that are not over; `held`: what each of them has held, by its name. */
export function checkSilences(
  silences: readonly Silence[],
  held: ReadonlyMap<string, HeldCount>,
  at: string,
): readonly Check[] {
  const about = 'silences';
  const current = silences.filter((silence) => silenceState(silence, at) !== 'expired');
  if (current.length === 0) return [];
  const forgotten = current.flatMap((silence): readonly Check[] => {
    const name = nameOf(silence);
    const why = forgottenBecause(silence, held.get(name) ?? null, at);
    if (why === null) return [];
    const advice =
      silence.from === 'file'
        ? 'take it out of firebreak.yaml if nobody needs it any more'
        : `\`firebreak silence expire ${silence.id}\` if nobody needs it any more`;
    return [{ about, status: 'warn', found: `${name} of ${silence.owner} looks forgotten: ${why}`, advice }];
  });
  if (forgotten.length > 0) return forgotten;
  return [{ about, status: 'ok', found: `${current.length}, none looks forgotten`, advice: null }];
}
