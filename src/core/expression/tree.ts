// The parts of an expression's tree, and how new ones are made. Knows the parser's words and no function.
import type { parse } from '@bufbuild/cel';

/** A part of an expression, as the parser gives it. */
export type Node = NonNullable<ReturnType<typeof parse>['expr']>;

/** A part of one kind; `like`: the part whose place it takes. */
export const part = (like: Node, exprKind: Node['exprKind']): Node => ({
  $typeName: 'cel.expr.Expr',
  id: like.id,
  exprKind,
});

/** A call of a function. */
export const call = (like: Node, name: string, args: Node[]): Node =>
  part(like, { case: 'callExpr', value: { $typeName: 'cel.expr.Expr.Call', function: name, args } });

/** A call of a method without arguments. */
export const method = (target: Node, name: string): Node =>
  part(target, { case: 'callExpr', value: { $typeName: 'cel.expr.Expr.Call', function: name, target, args: [] } });

/** A list. */
export const listOf = (like: Node, elements: Node[]): Node =>
  part(like, {
    case: 'listExpr',
    value: { $typeName: 'cel.expr.Expr.CreateList', elements, optionalIndices: [] },
  });

/** A name. */
export const name = (like: Node, text: string): Node =>
  part(like, { case: 'identExpr', value: { $typeName: 'cel.expr.Expr.Ident', name: text } });

/** A text, a whole number, or true or false. */
export function constant(like: Node, value: string | bigint | boolean): Node {
  const constantKind =
    typeof value === 'string'
      ? { case: 'stringValue' as const, value }
      : typeof value === 'bigint'
        ? { case: 'int64Value' as const, value }
        : { case: 'boolValue' as const, value };
  return part(like, { case: 'constExpr', value: { $typeName: 'cel.expr.Constant', constantKind } });
}

/** The parts that a part is made of. */
export function childrenOf({ exprKind: { case: kind, value } }: Node): readonly Node[] {
  const there = (parts: readonly (Node | undefined)[]) => parts.filter((child) => child !== undefined);
  switch (kind) {
    case 'selectExpr':
      return there([value.operand]);
    case 'callExpr':
      return there([value.target, ...value.args]);
    case 'listExpr':
      return value.elements;
    case 'structExpr':
      return there(
        value.entries.flatMap((entry) =>
          entry.keyKind.case === 'mapKey' ? [entry.keyKind.value, entry.value] : [entry.value],
        ),
      );
    case 'comprehensionExpr':
      return there([value.iterRange, value.accuInit, value.loopCondition, value.loopStep, value.result]);
    default:
      return [];
  }
}

/** The same part with other parts in it, each at the place that `childrenOf` gave it. */
export function withChildren(node: Node, children: readonly Node[]): Node {
  const { case: kind, value } = node.exprKind;
  const rest = [...children];
  const next = (before: Node | undefined) => (before === undefined ? undefined : (rest.shift() ?? before));
  const given = (before: Node | undefined, key: string) => {
    const child = next(before);
    return child === undefined ? {} : { [key]: child };
  };
  switch (kind) {
    case 'selectExpr':
      return part(node, { case: kind, value: { ...value, ...given(value.operand, 'operand') } });
    case 'callExpr':
      return part(node, {
        case: kind,
        value: { ...value, ...given(value.target, 'target'), args: value.args.map((arg) => next(arg) ?? arg) },
      });
    case 'listExpr':
      return listOf(node, rest);
    case 'structExpr': {
      const entries = value.entries.map((entry) => {
        const keyKind =
          entry.keyKind.case === 'mapKey'
            ? { case: 'mapKey' as const, value: next(entry.keyKind.value) ?? entry.keyKind.value }
            : entry.keyKind;
        return { ...entry, keyKind, ...given(entry.value, 'value') };
      });
      return part(node, { case: kind, value: { ...value, entries } });
    }
    case 'comprehensionExpr': {
      const range = given(value.iterRange, 'iterRange');
      const init = given(value.accuInit, 'accuInit');
      const condition = given(value.loopCondition, 'loopCondition');
      const step = given(value.loopStep, 'loopStep');
      const last = given(value.result, 'result');
      return part(node, { case: kind, value: { ...value, ...range, ...init, ...condition, ...step, ...last } });
    }
    default:
      return node;
  }
}

/** How many parts a part is made of, itself included. */
export const sizeOf = (node: Node): number => childrenOf(node).reduce((sum, child) => sum + sizeOf(child), 1);
