// Options and arguments that several commands share, with how their words are read.
import { InvalidArgumentError, Option } from 'commander';
import type { JsonObject } from '../../core/json.ts';
import { parseDuration } from '../../core/time.ts';

/** `--json` */
export const jsonOption = () => new Option('--json', 'print one JSON document');

/** `--server URL` */
export const serverOption = () =>
  new Option('--server <url>', 'the Firebreak at this address, with the token in FIREBREAK_TOKEN').argParser((text) => {
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
    throw new InvalidArgumentError('It must be a URL such as https://firebreak.example.com.');
  });

/** `--watch` */
export const watchOption = () => new Option('--watch', 'show it again whenever it has changed, until you stop it');

/** `--reason TEXT` */
export const reasonOption = () =>
  new Option('--reason <text>', 'why; it is kept in the timeline').argParser((text) => {
    if (text.trim() === '' || text.length > 500) throw new InvalidArgumentError('It must have 1 to 500 characters.');
    return text;
  });

/** `--input name=value`, again and again. Values stay text; the playbook's own types read them. */
export const inputOption = () =>
  new Option('--input <name=value>', 'an input of the playbook; repeat it for more')
    .default({}, 'none')
    .argParser((text, before: JsonObject) => {
      const at = text.indexOf('=');
      if (at < 1) throw new InvalidArgumentError('Write it as name=value.');
      return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
    });

/** A whole number within bounds. */
export const wholeNumber = (min: number, max: number) => (text: string) => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  return value;
};

/** A duration such as `10m`, in milliseconds. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('It must be a duration such as 30s, 10m or 2h.');
  return ms;
}

/** An instant, or a duration that counts back from now; as ISO text. */
export function instant(text: string): string {
  const back = parseDuration(text);
  const ms = back === null ? Date.parse(text) : Date.now() - back;
  if (!Number.isFinite(ms))
    throw new InvalidArgumentError('It must be a time such as 2026-03-01T00:00Z, or 24h for the last day.');
  return new Date(ms).toISOString();
}

/** Options that page through a list. */
export const pageOptions = () => [
  new Option('--limit <number>', 'how many at most').default(50).argParser(wholeNumber(1, 200)),
  new Option('--cursor <cursor>', 'go on where an earlier list ended'),
  new Option('--since <time>', 'not before this time, or 24h for the last day').argParser(instant),
];

/** Examples below the help of a command. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((text) => `  $ firebreak ${text}`).join('\n')}`;
