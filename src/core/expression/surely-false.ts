// What can be told of an expression without evaluating it: where it compares names with constants and that is plainly not so, it is false.
// Says nothing of any other expression; never says true.
import type { Json, JsonObject } from '../json.ts';
import type { Node } from './tree.ts';

/** True where an expression is certainly false for these names. */
type SurelyFalse = (scope: { readonly [name: string]: Json | undefined }) => boolean;

/**
 * One part of `&&` that is false makes all of it false, whatever the others are, an error included; `||` is false where both parts are.
 * Source: CEL's definition of both (google/cel-spec, langdef.md, Logical Operators).
 */
export function surelyFalse(tree: Node): SurelyFalse {
  return partOf(tree) ?? (() => false);
}

/** null: nothing can be told of it. */
function partOf(node: Node): SurelyFalse | null {
  const path = pathOf(node);
  if (path) return (scope) => valueAt(scope, path) === false;
  const { case: kind, value } = node.exprKind;
  if (kind !== 'callExpr') return null;
  const { function: name, target, args } = value;
  switch (name) {
    case '_&&_': {
      const parts = args.flatMap((arg) => partOf(arg) ?? []);
      return parts.length === 0 ? null : (scope) => parts.some((isFalse) => isFalse(scope));
    }
    case '_||_': {
      const parts = args.flatMap((arg) => partOf(arg) ?? []);
      return parts.length < args.length ? null : (scope) => parts.every((isFalse) => isFalse(scope));
    }
    case 'startsWith':
      return startsWith(target, args[0]);
    default:
      return comparison(name, args);
  }
}

function startsWith(target: Node | undefined, arg: Node | undefined): SurelyFalse | null {
  const [path, start] = [target && pathOf(target), arg && constantOf(arg)];
  if (!path || typeof start !== 'string') return null;
  return (scope) => {
    const value = valueAt(scope, path);
    return typeof value === 'string' && !value.startsWith(start);
  };
}

type Constant = string | number | boolean;

/** Whether a comparison holds; null: it is none. What is of another type than the constant is not told of: CEL may have it an error. */
const holds: { readonly [name: string]: (left: Constant, right: Constant) => boolean } = {
  '_==_': (left, right) => left === right,
  '_!=_': (left, right) => left !== right,
  '_<_': (left, right) => left < right,
  '_<=_': (left, right) => left <= right,
  '_>_': (left, right) => left > right,
  '_>=_': (left, right) => left >= right,
};

function comparison(name: string, [left, right]: readonly Node[]): SurelyFalse | null {
  const compare = Object.hasOwn(holds, name) ? holds[name] : undefined;
  if (!compare || !left || !right) return null;
  // Texts are ordered by code points in CEL, and by halves of them here.
  const isTold = (value: Constant) => typeof value !== 'string' || name === '_==_' || name === '_!=_';
  const [own, other] = [readerOf(left), readerOf(right)];
  const [first, last] = [constantOf(left), constantOf(right)];
  if (own && last !== null && isTold(last))
    return (scope) => {
      const value = own(scope);
      return typeof value === typeof last && !compare(value as Constant, last);
    };
  if (other && first !== null && isTold(first))
    return (scope) => {
      const value = other(scope);
      return typeof value === typeof first && !compare(first, value as Constant);
    };
  return null;
}

type Read = (scope: { readonly [name: string]: Json | undefined }) => Json | undefined;

/** What reads a member, or how many there are in one; null: it is neither. */
function readerOf(node: Node): Read | null {
  const path = pathOf(node);
  if (path) return (scope) => valueAt(scope, path);
  const { case: kind, value } = node.exprKind;
  if (kind !== 'callExpr' || value.function !== 'size') return null;
  const of = value.target ?? value.args[0];
  const sized = of && pathOf(of);
  if (!sized) return null;
  return (scope) => {
    const found = valueAt(scope, sized);
    return Array.isArray(found) ? found.length : isObject(found) ? Object.keys(found).length : undefined;
  };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueAt(scope: { readonly [name: string]: Json | undefined }, path: readonly string[]): Json | undefined {
  let value: Json | undefined = scope as JsonObject;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** A text, a truth, or a whole number that is exact here too; null: it is none of them. */
function constantOf({ exprKind: { case: kind, value } }: Node): Constant | null {
  if (kind !== 'constExpr') return null;
  const { constantKind: constant } = value;
  switch (constant.case) {
    case 'stringValue':
    case 'boolValue':
      return constant.value;
    case 'int64Value': {
      const whole = Number(constant.value);
      return Number.isSafeInteger(whole) ? whole : null;
    }
    default:
      return null;
  }
}

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
  const key = index ? constantOf(index) : null;
  return path === null || typeof key !== 'string' ? null : [...path, key];
}
