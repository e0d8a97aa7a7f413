// What `silence` and `window` are told alike: matchers, and when it ends.
import { InvalidArgumentError, Option } from 'commander';
import { typedMatchers } from '../../core/alert/typed-matchers.ts';
import { parseDuration } from '../../core/time.ts';
import { line, UsageError } from '../session/output.ts';

/** The end of something: a time, or how long. */
export type Ends = { readonly for?: number; readonly until?: string };

/** `--for DURATION` */
export const forOption = () =>
  new Option('--for <duration>', 'how long, such as 2h').argParser((text) => {
    const ms = parseDuration(text);
    if (ms === null || ms === 0) throw new InvalidArgumentError('It must be a duration such as 30m, 2h or 7d.');
    return ms;
  });

/** `--until TIME` */
export const untilOption = () => new Option('--until <time>', 'when it ends').argParser(laterOf).conflicts('for');

/** A time, as ISO text. */
export function laterOf(text: string): string {
  const ms = Date.parse(text);
  if (!Number.isFinite(ms)) throw new InvalidArgumentError('It must be a time such as 2027-01-31T12:00Z.');
  return new Date(ms).toISOString();
}

/** The end that was asked for, from a beginning, now if none is named. */
export function endOf({ for: forMs, until }: Ends, startsAt?: string): string {
  if (until !== undefined) return until;
  if (forMs === undefined) throw new UsageError('say how long: --for 2h, or --until 2027-01-31T12:00Z');
  return new Date((startsAt === undefined ? Date.now() : Date.parse(startsAt)) + forMs).toISOString();
}

/** The one condition that matchers make together. */
export const setsOf = (given: readonly string[]) => [{ match: given.flatMap(matchersIn) }];

function matchersIn(text: string): readonly string[] {
  const matchers = typedMatchers(text);
  if (!matchers.ok) throw new UsageError(`${line(text, 80)}: ${matchers.error}`);
  return matchers.value;
}
