// Inputs of a playbook out of what somebody typed. Pure; the server checks them.
import type { ApiPlaybook } from '../../contract/playbook.ts';

type Typed = { readonly [name: string]: string };

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
