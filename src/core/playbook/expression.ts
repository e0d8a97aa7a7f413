// CEL expressions: compiled once, evaluated on plain JSON. CEL has no loops and no access to the host; its regex is RE2.
import {
  type CelInput,
  CelScalar,
  celEnv,
  celFunc,
  isCelError,
  isCelList,
  isCelMap,
  isCelType,
  isCelUint,
  parse,
  plan,
} from '@bufbuild/cel';
import { type Json, plainObject, toJson } from '../json.ts';
import { err, ok, type Result } from '../result.ts';

/** Names an expression sees. */
export type Scope = { readonly [name: string]: Json | undefined };

/** A path of names that an expression mentions, such as `steps.restart.output`. */
export type Reference = readonly string[];

/** A compiled expression. */
export type Expression = {
  readonly text: string;
  readonly references: readonly Reference[];
  readonly run: (scope: Scope) => Result<Json, string>;
};

/** Longest expression accepted, in characters. */
const maxLength = 2000;
/** Largest result accepted, as JSON text in characters. */
const maxResult = 1_000_000;
const maxNesting = 30;

/** Items that all loops of one evaluation may visit together; a foreign list must not hold up the process. */
const maxItems = 2000;

/** Stands around the range of every loop; no name that a person can write. */
const bounded = '@bounded';
let itemsLeft = 0;

const { DOUBLE, DYN, INT } = CelScalar;
const arithmetic: readonly (readonly [string, (a: number, b: number) => number])[] = [
  ['_+_', (a, b) => a + b],
  ['_-_', (a, b) => a - b],
  ['_*_', (a, b) => a * b],
  ['_/_', (a, b) => a / b],
];
const environment = celEnv({
  funcs: [
    celFunc(bounded, [DYN], DYN, (range) => {
      if (isCelList(range) || isCelMap(range)) itemsLeft -= range.size;
      if (itemsLeft < 0) throw new Error(`the loops of the expression visit more than ${maxItems} items`);
      return range;
    }),
    // JSON knows one kind of number: `load * 1.5` must not fail on the day the load is a whole number.
    ...arithmetic.flatMap(([name, apply]) => [
      celFunc(name, [INT, DOUBLE], DOUBLE, (a, b) => apply(Number(a), b)),
      celFunc(name, [DOUBLE, INT], DOUBLE, (a, b) => apply(a, Number(b))),
    ]),
  ],
});
const compiled = new Map<string, Result<Expression, string>>();

/** Compiles an expression; the error says what CEL found wrong and where. Compiling the same text again costs nothing. */
export function compileExpression(text: string): Result<Expression, string> {
  const known = compiled.get(text);
  if (known) return known;
  const result = compile(text);
  if (text.length > maxLength) return result;
  if (compiled.size > 10_000) compiled.clear();
  compiled.set(text, result);
  return result;
}

function compile(text: string): Result<Expression, string> {
  if (text.length > maxLength)
    return err(`the expression has ${text.length} characters; at most ${maxLength} are allowed`);
  if (deepest(text) > maxNesting) return err(`the expression nests more than ${maxNesting} levels deep`);
  try {
    const parsed = parse(text);
    const references = collect(parsed.expr);
    const program = plan(environment, parsed);
    const roots = new Set(references.map(([root]) => root ?? ''));
    return ok({ text, references, run: (scope) => evaluate(program, roots, scope) });
  } catch (error) {
    return err(`not a valid CEL expression: ${firstLine(error)}`);
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (const character of text) {
    if ('([{'.includes(character)) most = Math.max(most, ++depth);
    else if (')]}'.includes(character)) depth -= 1;
  }
  return most;
}

type Program = (scope: Record<string, CelInput>) => unknown;

function evaluate(program: Program, roots: ReadonlySet<string>, scope: Scope): Result<Json, string> {
  const bindings: Record<string, CelInput> = {};
  for (const root of roots) {
    const value = Object.hasOwn(scope, root) ? scope[root] : undefined;
    if (value !== undefined) bindings[root] = toCel(value);
  }
  itemsLeft = maxItems;
  try {
    const value = program(bindings);
    if (isCelError(value)) return err(firstLine(value));
    const json = fromCel(value);
    if (JSON.stringify(json).length > maxResult) return err(`the result has more than ${maxResult} characters`);
    return ok(json);
  } catch (error) {
    return err(firstLine(error));
  }
}

const converted = new WeakMap<object, CelInput>();

/** JSON as CEL sees it: whole numbers are int, so that `output.count + 1` means what it says. */
function toCel(value: Json): CelInput {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (value === null || typeof value !== 'object') return value;
  const known = converted.get(value);
  if (known !== undefined) return known;
  const result = Array.isArray(value)
    ? value.map((item: Json) => toCel(item))
    : new Map(Object.entries(value).map(([key, member]) => [key, toCel(member)]));
  converted.set(value, result);
  return result;
}

function fromCel(value: unknown): Json {
  if (isCelUint(value)) return fromCel(value.value);
  if (isCelList(value)) return [...value].map(fromCel);
  if (isCelMap(value)) return plainObject([...value].map(([key, member]) => [String(key), fromCel(member)]));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isCelType(value)) return value.name;
  return fromMessage(value) ?? toJson(value);
}

/** Timestamps as ISO text, durations as seconds (`90s`), as protobuf writes them in JSON. */
function fromMessage(value: unknown): Json | undefined {
  if (typeof value !== 'object' || value === null || !('message' in value)) return undefined;
  const { seconds, nanos } = value.message as { readonly seconds?: bigint; readonly nanos?: number };
  if (seconds === undefined || nanos === undefined) return undefined;
  const type = 'desc' in value ? (value.desc as { readonly typeName?: string }).typeName : undefined;
  if (type === 'google.protobuf.Duration') return `${Number(seconds) + nanos / 1e9}s`;
  return new Date(Number(seconds) * 1000 + Math.floor(nanos / 1e6)).toISOString();
}

type Node = ReturnType<typeof parse>['expr'];

/** Every path of names in an expression; a comprehension's own variables are left out. Puts a bound on every loop in passing. */
function collect(root: Node): Reference[] {
  const found: Reference[] = [];
  const visit = (node: Node | undefined, scoped: ReadonlySet<string>): void => {
    if (!node) return;
    const path = pathOf(node);
    if (path) {
      if (!scoped.has(path[0] ?? '')) found.push(path);
      return;
    }
    const { exprKind: kind } = node;
    switch (kind.case) {
      case 'selectExpr':
        visit(kind.value.operand, scoped);
        break;
      case 'callExpr':
        visit(kind.value.target, scoped);
        for (const argument of kind.value.args) visit(argument, scoped);
        break;
      case 'listExpr':
        for (const element of kind.value.elements) visit(element, scoped);
        break;
      case 'structExpr':
        for (const entry of kind.value.entries) {
          if (entry.keyKind.case === 'mapKey') visit(entry.keyKind.value, scoped);
          visit(entry.value, scoped);
        }
        break;
      case 'comprehensionExpr': {
        const { iterVar, iterVar2, accuVar, iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
        const inner = new Set([...scoped, iterVar, iterVar2, accuVar]);
        visit(iterRange, scoped);
        visit(accuInit, scoped);
        if (iterRange) kind.value.iterRange = boundedRange(iterRange);
        for (const part of [loopCondition, loopStep, result]) visit(part, inner);
        break;
      }
    }
  };
  visit(root, new Set());
  return found;
}

function boundedRange(range: Node): Node {
  const value = { $typeName: 'cel.expr.Expr.Call' as const, function: bounded, args: [range] };
  return { $typeName: 'cel.expr.Expr', id: range.id, exprKind: { case: 'callExpr', value } };
}

/** `a.b["c"]` as a path; null for anything that is more than names. */
function pathOf(node: Node | undefined): string[] | null {
  const kind = node?.exprKind;
  switch (kind?.case) {
    case 'identExpr':
      return [kind.value.name];
    case 'selectExpr': {
      const path = pathOf(kind.value.operand);
      return path && [...path, kind.value.field];
    }
    case 'callExpr': {
      const [target, index] = kind.value.args;
      const key = index?.exprKind;
      if (kind.value.function !== '_[_]' || key?.case !== 'constExpr') return null;
      const path = pathOf(target);
      return path && key.value.constantKind.case === 'stringValue' ? [...path, key.value.constantKind.value] : null;
    }
    default:
      return null;
  }
}
