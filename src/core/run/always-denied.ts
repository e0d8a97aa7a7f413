// Which starts and steps of a playbook policies deny whatever happens: by rules that look at nothing but what its file says. Of any other rule
// nothing is said. Pure.
import type { Json, JsonObject } from '../json.ts';
import { compileExpression } from '../playbook/expression.ts';
import { allSteps, classOf, type Playbook, playbookRef, type Step } from '../playbook/playbook.ts';
import { inputTypes } from '../policy/inputs.ts';
import { maxRuleSteps } from '../policy/judge.ts';
import type { Rulebook } from '../policy/rulebook.ts';
import { planOf } from './govern.ts';

/** What is denied always. `step` null: the start. */
export type AlwaysDenied = { readonly playbook: string; readonly step: string | null; readonly reason: string };

/** The first rule that denies each of them, in words. Steps are looked at before they act, not as they are undone. */
export function alwaysDenied(playbook: Playbook, { policies }: Pick<Rulebook, 'policies'>): readonly AlwaysDenied[] {
  const base = knownOf(playbook);
  const denied = (at: 'start' | 'step', known: JsonObject): string | null => {
    for (const { name, rules } of policies)
      for (const { id, at: when, effect, when: text } of rules) {
        const reason = when.includes(at) ? whyAlways(text, { at, known, deny: effect.deny }) : null;
        if (reason !== null) return `policy ${name} (${id}) always denies it: ${reason}`;
      }
    return null;
  };
  const found = [
    { step: null, reason: denied('start', base) },
    ...allSteps(playbook).map((step) => ({ step: step.id, reason: denied('step', { ...base, step: stepOf(step) }) })),
  ];
  return found.flatMap(({ step, reason }) => (reason === null ? [] : [{ playbook: playbook.name, step, reason }]));
}

/** Why a rule denies always; null: it does not, or that is not known. What cannot be evaluated denies, whatever its effect. */
function whyAlways(
  text: string,
  { at, known, deny }: { readonly at: 'start' | 'step'; readonly known: JsonObject; readonly deny: string | undefined },
): string | null {
  const compiled = compileExpression(text);
  if (!compiled.ok) return null;
  const { references, run } = compiled.value;
  if (references.some((path) => Object.hasOwn(inputTypes[at], path[0] ?? '') && !isKnown(path, known))) return null;
  const result = run(known, maxRuleSteps);
  if (!result.ok) return `it cannot be judged (${result.error})`;
  return result.value === true && deny !== undefined ? deny : null;
}

/** Members whose names are the choice of whoever writes the file: one that is absent is known to be absent. */
const isOpen = (path: readonly string[]) => path[0] === 'playbook' && path[1] === 'labels';

function isKnown(path: readonly string[], known: JsonObject): boolean {
  let value: Json | undefined = known;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
    const members: JsonObject = value as JsonObject;
    if (!Object.hasOwn(members, name)) return isOpen(path);
    value = members[name];
  }
  // The whole of these has members that are not known beforehand.
  return !(path.length === 1 && (path[0] === 'playbook' || path[0] === 'step'));
}

/** What of the inputs is the same in every run: not how far the version has come, not what a step is given. */
function knownOf(playbook: Playbook): JsonObject {
  const { environment, labels = {}, owner } = playbook;
  return {
    playbook: { ...playbookRef(playbook), class: classOf(playbook), labels, owner },
    plan: planOf(playbook),
    ...(environment !== undefined && { environment }),
  };
}

/** Items of a `forEach` have names of their own. */
const stepOf = ({ id, uses, risk, reversible, approval, forEach }: Step): JsonObject => ({
  ...(forEach === null && { id }),
  action: uses,
  risk,
  undo: false,
  reversible,
  approval: approval !== null,
});
