// Inputs of a playbook out of what somebody typed, and what is wrong with them in a sentence. Pure; the server checks them.
import type { ApiPlaybook } from '../../contract/playbook.ts';

type Typed = { readonly [name: string]: string };
type Input = ApiPlaybook['inputs'][string];

/** Values by name; what was left empty is left out, so that its default counts. */
export function inputsOf(inputs: ApiPlaybook['inputs'], typed: Typed): Record<string, string | number | boolean> {
  const given = Object.entries(inputs).flatMap(([name, { type }]): [string, string | number | boolean][] => {
    const text = typed[name]?.trim() ?? '';
    if (text === '') return [];
    if (type === 'number' && Number.isFinite(Number(text))) return [[name, Number(text)]];
    if (type === 'boolean' && (text === 'true' || text === 'false')) return [[name, text === 'true']];
    return [[name, text]];
  });
  return Object.fromEntries(given);
}

/** Whether somebody must give it. */
export const isNeeded = ({ required, default: value }: Input): boolean => required && value === null;

/** What is wrong with one of them; null: nothing. A pattern that this browser cannot read is left to the server. */
export function inputFault(input: Input, text: string): string | null {
  const value = text.trim();
  if (value === '') return isNeeded(input) ? 'It is needed.' : null;
  if (input.type === 'number' && !Number.isFinite(Number(value))) return 'It must be a number.';
  if (input.type === 'boolean' && value !== 'true' && value !== 'false') return 'It must be true or false.';
  if (input.enum !== null && !input.enum.some((one) => String(one) === value))
    return `It must be one of ${input.enum.map(String).join(', ')}.`;
  return fits(input.pattern, value) ? null : `It must fit ${input.pattern}.`;
}

function fits(pattern: string | null, value: string): boolean {
  if (pattern === null) return true;
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

/** The names of those that are missing or wrong. */
export const faultyInputs = (inputs: ApiPlaybook['inputs'], typed: Typed): readonly string[] =>
  Object.entries(inputs).flatMap(([name, input]) => (inputFault(input, typed[name] ?? '') === null ? [] : [name]));
