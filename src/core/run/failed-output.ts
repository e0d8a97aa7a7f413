// What a failed try left behind: bounded before it is stored, and in words for people. Knows no action. Pure.
import type { StepError } from '../events.ts';
import type { Json, JsonObject } from '../json.ts';

/** Characters of one text that are stored, and of the whole. */
const maxText = 3000;
const maxWhole = 12_000;
/** Characters of one text that are said in a line. */
const maxSaid = 600;

/** Beginning and end of a text that is too long: commands say why they fail at the end. */
function ends(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = Math.floor(max / 4);
  const [first, last] = [text.slice(0, head), text.slice(head - max)].map((part) => part.toWellFormed());
  return `${first}\n… [${text.length - max} characters cut]\n${last}`;
}

const walk = (value: Json): Json => {
  if (typeof value === 'string') return ends(value, maxText);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(walk);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member)]));
};

/** An output as it is stored with a failure: long texts lose their middle, visibly; what is still too much becomes one shortened text. */
export function boundedOutput(output: Json): Json {
  const kept = walk(output);
  const text = JSON.stringify(kept);
  return text.length <= maxWhole ? kept : ends(text, maxWhole);
}

/** The texts of an output that the message does not hold already, by name: `stdout: …; stderr: …`. */
function saidBy({ message, output }: Pick<StepError, 'message' | 'output'>): string {
  const texts = typeof output === 'string' ? { output } : isObject(output) ? output : {};
  const said = Object.entries(texts).flatMap(([name, value]) => {
    const text = typeof value === 'string' ? value.trim().replace(/\s+/g, ' ') : '';
    return text === '' || message.includes(text) ? [] : [`${name}: ${ends(text, maxSaid).replaceAll('\n', ' ')}`];
  });
  return said.join('; ');
}

/** Why a try failed, with what was said on the way, in one line. */
export function explained(error: Pick<StepError, 'message' | 'output'>): string {
  const said = saidBy(error);
  return said === '' ? error.message : `${error.message} [${said}]`;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
