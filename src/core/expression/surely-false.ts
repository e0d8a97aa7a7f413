// What can be told of an expression without evaluating it: where it asks for several things at once and one of them is plainly not so, it is
// false. Says nothing of any other expression; never says true.
import type { Json, JsonObject } from '../json.ts';
import type { Node } from './tree.ts';

/** A member that an expression demands to be a text. */
type Demand = { readonly path: readonly string[]; readonly text: string };

/** True where an expression is certainly false for these names. */
type SurelyFalse = (scope: { readonly [name: string]: Json | undefined }) => boolean;

/**
 * Looks for `a.b == "text"` among the parts that `&&` joins. One of them that is false makes all of it false, whatever the others are, an
 * error included. Source: CEL's definition of `&&` (google/cel-spec, langdef.md, Logical Operators).
 */
export function surelyFalse(tree: Node): SurelyFalse {
  const demands = joined(tree).flatMap((part) => demandOf(part) ?? []);
  return (scope) => demands.some(({ path, text }) => isOther(scope, path, text));
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isOther(scope: { readonly [name: string]: Json | undefined }, path: readonly string[], text: string): boolean {
  let value: Json | undefined = scope as JsonObject;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return false;
    value = value[name];
  }
  return typeof value === 'string' && value !== text;
}

function joined(node: Node): readonly Node[] {
  const { case: kind, value } = node.exprKind;
  return kind === 'callExpr' && value.function === '_&&_' ? value.args.flatMap(joined) : [node];
}

function demandOf({ exprKind: { case: kind, value } }: Node): Demand | null {
  if (kind !== 'callExpr' || value.function !== '_==_') return null;
  const [left, right] = value.args;
  if (!left || !right) return null;
  const [path, text] = [pathOf(left) ?? pathOf(right), textOf(right) ?? textOf(left)];
  return path === null || text === null ? null : { path, text };
}

const textOf = ({ exprKind: { case: kind, value } }: Node): string | null =>
  kind === 'constExpr' && value.constantKind.case === 'stringValue' ? value.constantKind.value : null;

/** `a.b` or `a["b"]` as a path. */
function pathOf({ exprKind: { case: kind, value } }: Node): readonly string[] | null {
  if (kind === 'identExpr') return [value.name];
  if (kind === 'selectExpr') {
    const path = value.testOnly || !value.operand ? null : pathOf(value.operand);
    return path && [...path, value.field];
  }
  if (kind !== 'callExpr' || value.function !== '_[_]') return null;
  const [target, index] = value.args;
  const path = target ? pathOf(target) : null;
  const key = index ? textOf(index) : null;
  return path === null || key === null ? null : [...path, key];
}
