// CEL expressions: compiled once, evaluated on plain JSON. CEL has no loops without end and no access to the host; its regex is RE2.
import { type CelInput, isCelError, plan } from '@bufbuild/cel';
import { optionalAccess } from '../expression/functions/optional.ts';
import { environment } from '../expression/library.ts';
import { isOverspent, startMeter, tooMuch } from '../expression/meter.ts';
import { type Precondition, preconditionsOf } from '../expression/surely-false.ts';
import { parseExpression } from '../expression/syntax.ts';
import { childrenOf, type Node } from '../expression/tree.ts';
import { fromCel, toCel } from '../expression/values.ts';
import type { Json } from '../json.ts';
import { err, ok, type Result } from '../result.ts';

/** Names an expression sees. */
export type Scope = { readonly [name: string]: Json | undefined };

/** A path of names that an expression mentions, such as `steps.restart.output`. */
export type Reference = readonly string[];

/** A compiled expression. */
export type Expression = {
  readonly text: string;
  readonly references: readonly Reference[];
  /** What it is made of, for those who look at it without evaluating it. */
  readonly tree: Node;
  /** Parts without which it is false: whoever asks many expressions about the same can look at each part once. */
  readonly preconditions: readonly Precondition[];
  /** `maxSteps`: less than one evaluation may cost otherwise. */
  readonly run: (scope: Scope, maxSteps?: number) => Result<Json, string>;
};

/** Longest expression accepted, in characters. */
const maxLength = 2000;
/** Largest result accepted, as JSON text in characters. */
const maxResult = 1_000_000;
const maxNesting = 30;

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
    const tree = parseExpression(text);
    const references = collect(tree);
    const program = plan(environment, tree);
    const roots = new Set(references.map(([root]) => root ?? ''));
    // Most triggers and routes ask for a label that most alerts have otherwise.
    const preconditions = preconditionsOf(tree);
    const run = (scope: Scope, maxSteps?: number) =>
      preconditions.some(({ isFalse }) => isFalse(scope)) ? ok(false) : evaluate(program, { roots, scope, maxSteps });
    return ok({ text, references, tree, preconditions, run });
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

type Asked = {
  readonly roots: ReadonlySet<string>;
  readonly scope: Scope;
  readonly maxSteps: number | undefined;
};

function evaluate(program: Program, { roots, scope, maxSteps }: Asked): Result<Json, string> {
  const bindings: Record<string, CelInput> = {};
  for (const root of roots) {
    const value = Object.hasOwn(scope, root) ? scope[root] : undefined;
    if (value !== undefined) bindings[root] = toCel(value);
  }
  startMeter(maxSteps);
  try {
    const value = program(bindings);
    // `||` and `exists` hold on in spite of an error of one side; not of this one.
    if (isOverspent()) return err(tooMuch());
    if (isCelError(value)) return err(inWords(firstLine(value)));
    const json = fromCel(value);
    if (JSON.stringify(json).length > maxResult) return err(`the result has more than ${maxResult} characters`);
    return ok(json);
  } catch (error) {
    return err(firstLine(error));
  }
}

/** The library's words, with what to do about it. */
function inWords(message: string): string {
  const missing = /^field not found: (.*)$/s.exec(message)?.[1];
  if (missing === undefined) return message;
  return `no such key: ${missing} (field not found: it may be absent; ask with has(...), or write .?${missing}.orValue(...))`;
}

/** Every path of names in an expression; a comprehension's own variables are left out. */
function collect(root: Node): Reference[] {
  const found: Reference[] = [];
  const visit = (node: Node, scoped: ReadonlySet<string>): void => {
    const path = pathOf(node);
    if (path) {
      if (!scoped.has(path[0] ?? '')) found.push(path);
      return;
    }
    const { case: kind, value } = node.exprKind;
    if (kind === 'comprehensionExpr') {
      const inner = new Set([...scoped, value.iterVar, value.iterVar2, value.accuVar]);
      const outside: readonly (Node | undefined)[] = [value.iterRange, value.accuInit];
      for (const child of childrenOf(node)) visit(child, outside.includes(child) ? scoped : inner);
    } else for (const child of childrenOf(node)) visit(child, scoped);
  };
  visit(root, new Set());
  return found;
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
      const isAccess = kind.value.function === '_[_]' || kind.value.function === optionalAccess;
      if (!isAccess || key?.case !== 'constExpr') return null;
      const path = pathOf(target);
      return path && key.value.constantKind.case === 'stringValue' ? [...path, key.value.constantKind.value] : null;
    }
    default:
      return null;
  }
}
