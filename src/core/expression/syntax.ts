// From the text of an expression to its tree: optional access and a few macros on top of what the parser knows, a bound on every
// loop. Evaluates nothing.
import { parse } from '@bufbuild/cel';
import { append } from './functions/lists.ts';
import { optionalAccess, optionalFlat, optionalItems, optionalResult } from './functions/optional.ts';
import { bounded, overloads } from './library.ts';
import { call, childrenOf, constant, listOf, method, type Node, name, part, sizeOf, withChildren } from './tree.ts';

/** What `.?name` and `[?key]` are for the parser, which does not know them: calls of these. */
const select = '__optional_select';
const index = '__optional_index';

/** The tree of an expression. @throws Error with the parser's words if it is none */
export function parseExpression(text: string): Node {
  const { expr } = parse(withoutOptionals(text));
  if (!expr) throw new Error('the expression is empty');
  return rewritten(expr);
}

/** Texts of CEL, raw and triple-quoted ones too, and comments: nothing in them is syntax. */
const opaque = /[rRbB]{0,2}(""".*?"""|'''.*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\/[^\n]*/sy;

function withoutOptionals(text: string): string {
  if (!/\.\s*\?|\[\s*\?/.test(text)) return text;
  let result = '';
  /** What closes each open bracket. */
  const closing: string[] = [];
  for (let at = 0; at < text.length; ) {
    opaque.lastIndex = at;
    const skipped = opaque.exec(text)?.[0];
    if (skipped !== undefined) {
      result += skipped;
      at += skipped.length;
      continue;
    }
    const rest = text.slice(at);
    const field = /^\.\s*\?\s*([A-Za-z_]\w*)/.exec(rest);
    const key = /^\[\s*\?/.exec(rest);
    if (field) {
      result += `.${select}("${field[1]}")`;
      at += field[0].length;
    } else if (key && /[\w)\]}"']\s*$/.test(result)) {
      result += `.${index}(`;
      closing.push(')');
      at += key[0].length;
    } else {
      const letter = text[at] ?? '';
      if ('([{'.includes(letter)) closing.push(letter === '(' ? ')' : letter === '[' ? ']' : '}');
      result += ')]}'.includes(letter) ? (closing.pop() ?? letter) : letter;
      at += 1;
    }
  }
  return result;
}

const result = '@result';

/** What stands before the dot of functions such as `math.greatest`. */
const namespaces = new Set(
  [...overloads.keys()].flatMap((known) => (/^\w+\.\w/.test(known) ? [known.split('.')[0] ?? ''] : [])),
);

/** `list.map(variable, body)` */
const mapped = (list: Node, variable: string, body: Node): Node =>
  part(list, {
    case: 'comprehensionExpr',
    value: {
      $typeName: 'cel.expr.Expr.Comprehension',
      iterVar: variable,
      iterVar2: '',
      iterRange: list,
      accuVar: result,
      accuInit: listOf(list, []),
      loopCondition: constant(list, true),
      loopStep: call(list, append, [name(list, result), body]),
      result: name(list, result),
    },
  });

/** The name of a macro's variable. */
function variableOf(given: Node, macro: string): string {
  if (given.exprKind.case === 'identExpr') return given.exprKind.value.name;
  throw new Error(`${macro}: its first argument must be the name of a variable`);
}

/** `cel.bind(v, x, y)`, `o.optMap(v, x)` and `o.optFlatMap(v, x)`, made of loops over one item; null for anything else. */
function macro(target: Node, called: string, args: readonly Node[]): Node | null {
  const [first, second, third] = args;
  if (!first || !second) return null;
  const isCel = target.exprKind.case === 'identExpr' && target.exprKind.value.name === 'cel';
  if (isCel && called === 'bind' && third) {
    const once = mapped(listOf(target, [second]), variableOf(first, 'cel.bind'), third);
    return call(target, '_[_]', [once, constant(target, 0n)]);
  }
  if (called !== 'optMap' && called !== 'optFlatMap') return null;
  const items = mapped(call(target, optionalItems, [target]), variableOf(first, called), second);
  return call(target, called === 'optMap' ? optionalResult : optionalFlat, [items]);
}

const optionalMakers: ReadonlySet<string> = new Set([
  optionalAccess,
  optionalResult,
  optionalFlat,
  'or',
  'first',
  'last',
]);

/** Whether a part yields an optional: what follows it is then looked for only where there is something. */
function yieldsOptional({ exprKind: { case: kind, value } }: Node): boolean {
  return kind === 'callExpr' && (optionalMakers.has(value.function) || value.function.startsWith('optional.'));
}

/** The tree with optional access, macros and bounds put in; made anew, from the leaves up. */
function rewritten(tree: Node): Node {
  const node = withChildren(tree, childrenOf(tree).map(rewritten));
  const { case: kind, value } = node.exprKind;
  switch (kind) {
    case 'selectExpr': {
      if (!value.operand || !yieldsOptional(value.operand)) return node;
      const found = call(node, optionalAccess, [value.operand, constant(node, value.field)]);
      return value.testOnly ? method(found, 'hasValue') : found;
    }
    case 'callExpr': {
      const { target, args } = value;
      const [first, second] = args;
      if (target && first && (value.function === select || value.function === index))
        return call(node, optionalAccess, [target, first]);
      if (value.function === '_[_]' && first && second && yieldsOptional(first))
        return call(node, optionalAccess, [first, second]);
      return (target && (macro(target, value.function, args) ?? qualified(node, target, value.function, args))) ?? node;
    }
    case 'comprehensionExpr':
      return loop(node);
    default:
      return node;
  }
}

/** `math.greatest(...)` is a function of that name, not a method of something called math. */
function qualified(node: Node, target: Node, called: string, args: Node[]): Node | null {
  const { case: kind, value } = target.exprKind;
  return kind === 'identExpr' && namespaces.has(value.name) ? call(node, `${value.name}.${called}`, args) : null;
}

/** A loop whose range is counted before it runs, and whose list grows in place instead of being copied for each item. */
function loop(node: Node): Node {
  const [range, init, condition, step, last] = childrenOf(node);
  if (!range || !init || !condition || !step || !last) return node;
  const perItem = constant(node, BigInt(sizeOf(condition) + sizeOf(step)));
  return withChildren(node, [call(range, bounded, [range, perItem]), init, condition, growing(step), last]);
}

/** `@result + [x]`, as the parser writes `map` and `filter`, without the copy. */
function growing(step: Node): Node {
  const { case: kind, value } = step.exprKind;
  if (kind !== 'callExpr') return step;
  const [first, second, third] = value.args;
  if (value.function === '_?_:_' && first && second && third)
    return withChildren(step, [first, growing(second), growing(third)]);
  const isResult = first?.exprKind.case === 'identExpr' && first.exprKind.value.name === result;
  const item = second?.exprKind.case === 'listExpr' ? second.exprKind.value.elements : [];
  const [only] = item;
  if (value.function !== '_+_' || !isResult || !only || item.length > 1) return step;
  return call(step, append, [first, only]);
}
