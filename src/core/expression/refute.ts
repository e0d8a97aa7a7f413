// What a condition asks for in any case: the texts that its `&&` compares names with. Where one of them is another text the condition is
// false, whatever the rest of it is, and need not be evaluated: every alert is held against every playbook. Exact, or it says nothing.
import type { Json, JsonObject } from '../json.ts';
import type { Node } from './tree.ts';

/** A path of names, and the text that must stand there. */
export type Needed = { readonly path: readonly [string, ...string[]]; readonly text: string };

/** What must be so for an expression to be true. */
export function neededOf(node: Node): readonly Needed[] {
  const { case: kind, value } = node.exprKind;
  if (kind !== 'callExpr' || value.target) return [];
  const [left, right] = value.args;
  if (!left || !right) return [];
  if (value.function === '_&&_') return [...neededOf(left), ...neededOf(right)];
  if (value.function !== '_==_') return [];
  return equality(left, right) ?? equality(right, left) ?? [];
}

/** True where the expression can be nothing but false. False says nothing. */
export const isRefuted = (needed: readonly Needed[], scope: { readonly [name: string]: Json | undefined }): boolean =>
  needed.some(({ path, text }) => {
    const found = valueAt(path, scope);
    return typeof found === 'string' && found !== text;
  });

function equality(side: Node, other: Node): readonly Needed[] | null {
  const path = pathOf(side);
  const { case: kind, value } = other.exprKind;
  if (!path || kind !== 'constExpr' || value.constantKind.case !== 'stringValue') return null;
  return [{ path, text: value.constantKind.value }];
}

/** `a.b["c"]`; null for anything else, such as `has(a.b)` or `a.?b`. */
function pathOf({ exprKind: { case: kind, value } }: Node): readonly [string, ...string[]] | null {
  if (kind === 'identExpr') return [value.name];
  if (kind === 'selectExpr') {
    const path = value.operand && !value.testOnly ? pathOf(value.operand) : null;
    return path && [...path, value.field];
  }
  if (kind !== 'callExpr' || value.target || value.function !== '_[_]') return null;
  const [target, index] = value.args;
  if (!target || index?.exprKind.case !== 'constExpr') return null;
  const { constantKind } = index.exprKind.value;
  const path = constantKind.case === 'stringValue' ? pathOf(target) : null;
  return path && constantKind.case === 'stringValue' ? [...path, constantKind.value] : null;
}

function valueAt(
  [root, ...names]: Needed['path'],
  scope: { readonly [name: string]: Json | undefined },
): Json | undefined {
  let found: Json | undefined = Object.hasOwn(scope, root) ? scope[root] : undefined;
  for (const name of names) {
    if (found === null || typeof found !== 'object' || Array.isArray(found) || !Object.hasOwn(found, name))
      return undefined;
    found = (found as JsonObject)[name];
  }
  return found;
}
