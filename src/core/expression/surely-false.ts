// What can be told of an expression without evaluating it: where it compares names with constants and that is plainly not so, it is false.
// Says nothing of any other expression; never says true.
import type { Json, JsonObject } from '../json.ts';
import type { Node } from './tree.ts';

/** True where it is certainly false for these names. */
type SurelyFalse = (scope: { readonly [name: string]: Json | undefined }) => boolean;

/**
 * A part of an expression without which it is false. `text`: the same for the same part of another expression; `roots`: the names it looks at.
 */
export type Precondition = { readonly text: string; readonly roots: readonly string[]; readonly isFalse: SurelyFalse };

/**
 * What an expression needs, as far as that can be told; none: nothing is told of it. One part of `&&` that is false makes all of it false,
 * whatever the others are, an error included; `||` is false where both parts are.
 * Source: CEL's definition of both (google/cel-spec, langdef.md, Logical Operators).
 */
export function preconditionsOf(node: Node): readonly Precondition[] {
  const path = pathOf(node);
  if (path) return [preconditionOf(path, 'is', (scope) => valueAt(scope, path) === false)];
  const { case: kind, value } = node.exprKind;
  if (kind !== 'callExpr') return [];
  const { function: name, target, args } = value;
  switch (name) {
    case '_&&_':
      return args.flatMap(preconditionsOf);
    case '_||_': {
      const parts = args.map(preconditionsOf);
      return parts.every((part) => part.length > 0) ? [eitherOf(parts)] : [];
    }
    case 'startsWith':
      return startsWith(target, args[0]);
    default:
      return comparison(name, args);
  }
}

const preconditionOf = (path: readonly string[], what: string, isFalse: SurelyFalse): Precondition => ({
  text: `${JSON.stringify(path)} ${what}`,
  roots: path.slice(0, 1),
  isFalse,
});

/** It is false where something that each part needs is. */
const eitherOf = (parts: readonly (readonly Precondition[])[]): Precondition => ({
  text: `(${parts.map((part) => part.map(({ text }) => text).join(' and ')).join(' or ')})`,
  roots: [...new Set(parts.flat().flatMap(({ roots }) => roots))],
  isFalse: (scope) => parts.every((part) => part.some(({ isFalse }) => isFalse(scope))),
});

function startsWith(target: Node | undefined, arg: Node | undefined): readonly Precondition[] {
  const [path, start] = [target && pathOf(target), arg && constantOf(arg)];
  if (!path || typeof start !== 'string') return [];
  const isFalse: SurelyFalse = (scope) => {
    const value = valueAt(scope, path);
    return typeof value === 'string' && !value.startsWith(start);
  };
  return [preconditionOf(path, `startsWith ${JSON.stringify(start)}`, isFalse)];
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

function comparison(name: string, [left, right]: readonly Node[]): readonly Precondition[] {
  const compare = Object.hasOwn(holds, name) ? holds[name] : undefined;
  if (!compare || !left || !right) return [];
  const [own, other] = [readerOf(left), readerOf(right)];
  const [first, last] = [constantOf(left), constantOf(right)];
  if (own && last !== null) return comparedTo(own, last, { name, fits: compare });
  // With the constant on the left the sides are changed.
  if (other && first !== null)
    return comparedTo(other, first, { name: `${name} left`, fits: (value, constant) => compare(constant, value) });
  return [];
}

function comparedTo(
  { path, what, read }: Reader,
  constant: Constant,
  { name, fits }: { readonly name: string; readonly fits: (value: Constant, constant: Constant) => boolean },
): readonly Precondition[] {
  // Texts are ordered by code points in CEL, and by halves of them here.
  if (typeof constant === 'string' && !/^_[=!]=_/.test(name)) return [];
  const isFalse: SurelyFalse = (scope) => {
    const value = read(scope);
    return typeof value === typeof constant && !fits(value as Constant, constant);
  };
  return [preconditionOf(path, `${what} ${name} ${JSON.stringify(constant)}`, isFalse)];
}

type Reader = {
  readonly path: readonly string[];
  readonly what: 'value' | 'size';
  readonly read: (scope: { readonly [name: string]: Json | undefined }) => Json | undefined;
};

/** What reads a member, or how many there are in one; null: it is neither. */
function readerOf(node: Node): Reader | null {
  const path = pathOf(node);
  if (path) return { path, what: 'value', read: (scope) => valueAt(scope, path) };
  const { case: kind, value } = node.exprKind;
  if (kind !== 'callExpr' || value.function !== 'size') return null;
  const of = value.target ?? value.args[0];
  const sized = of && pathOf(of);
  if (!sized) return null;
  const read: Reader['read'] = (scope) => {
    const found = valueAt(scope, sized);
    return Array.isArray(found) ? found.length : isObject(found) ? Object.keys(found).length : undefined;
  };
  return { path: sized, what: 'size', read };
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
