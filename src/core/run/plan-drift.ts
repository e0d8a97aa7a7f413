// What of a plan is another than was asked about, in words. Pure.
import type { Plan } from '../events.ts';
import type { Json } from '../json.ts';

/** Differences that are told, at the utmost, and characters of each value. */
const most = 10;
const maxValue = 80;

const brief = (value: Json | undefined): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > maxValue ? `${text.slice(0, maxValue)}…` : text;
};

/** The leaves of a tree by their paths. */
function leavesOf(tree: Json, path: string): readonly (readonly [string, Json])[] {
  if (tree === null || typeof tree !== 'object' || Object.keys(tree).length === 0) return [[path, tree]];
  return Object.entries(tree).flatMap(([key, value]) => leavesOf(value as Json, `${path}.${key}`));
}

/** What approvers look at, leaf by leaf. */
const leaves = ({ uses, with: input, target, risk, timeoutMs, reversible, undo, playbook, round }: Plan) =>
  new Map<string, Json>([
    ...leavesOf(input, 'with'),
    ...(undo === null ? [] : leavesOf({ uses: undo.uses, with: undo.with } as Json, 'undo')),
    ...Object.entries({ uses, target, risk, timeoutMs, reversible, round, version: playbook.version }),
  ]);

/** `with.replicas was 2, is 3`, each difference once; the last line counts those that are left out. */
export function planDrift(before: Plan, after: Plan): readonly string[] {
  const [old, now] = [leaves(before), leaves(after)];
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter(
    (key) => brief(old.get(key)) !== brief(now.get(key)),
  );
  const told = changed.slice(0, most).map((key) => `${key} was ${brief(old.get(key))}, is ${brief(now.get(key))}`);
  return changed.length > most ? [...told, `and ${changed.length - most} more`] : told;
}
