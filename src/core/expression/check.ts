// What an expression can be seen to do wrong before it is evaluated: functions and members that there are not, values that do not fit.
// Where nothing is known of a value, nothing is said of it. Pure.
import { nearest } from '../playbook/suggest.ts';
import { append } from './functions/lists.ts';
import { optionalAccess, optionalFlat, optionalItems, optionalResult } from './functions/optional.ts';
import { bounded, overloads } from './library.ts';
import { childrenOf, type Node } from './tree.ts';
import { anything, canBe, either, kindInWords, kindOfType, ofKind, record, type ValueType } from './types.ts';

/** What is known of the names that an expression sees. */
export type Types = { readonly [name: string]: ValueType };

/** What the expression yields, as far as that is known, and what is wrong with it. */
export type Checked = { readonly type: ValueType; readonly faults: readonly string[] };

type Report = (fault: string) => void;

/** Checks an expression. */
export function checkExpression(tree: Node, types: Types): Checked {
  const faults = new Set<string>();
  const type = infer(tree, types, (fault) => faults.add(fault));
  return { type, faults: [...faults] };
}

const booleans: ReadonlySet<string> = new Set(['_&&_', '_||_', '!_']);

function infer(node: Node, types: Types, report: Report): ValueType {
  const { case: kind, value } = node.exprKind;
  switch (kind) {
    case 'constExpr':
      return ofConstant(value.constantKind.case);
    case 'identExpr':
      return Object.hasOwn(types, value.name) ? (types[value.name] ?? anything) : anything;
    case 'selectExpr': {
      const found = member(inferred(value.operand, types, report), value.field, report);
      return value.testOnly ? ofKind('bool') : found;
    }
    case 'callExpr':
      return ofCall(node, types, report);
    case 'listExpr':
      return { kind: 'list', item: either(value.elements.map((element) => infer(element, types, report))) };
    case 'structExpr': {
      const values = value.entries.map((entry) => inferred(entry.value, types, report));
      const names = value.entries.map(({ keyKind }) => (keyKind.case === 'mapKey' ? textOf(keyKind.value) : null));
      if (names.some((name) => name === null)) return ofKind('map');
      return record(Object.fromEntries(names.map((name, i) => [name ?? '', values[i] ?? anything])));
    }
    case 'comprehensionExpr':
      return ofLoop(node, types, report);
    default:
      return anything;
  }
}

const inferred = (node: Node | undefined, types: Types, report: Report): ValueType =>
  node ? infer(node, types, report) : anything;

const constants: { readonly [name: string]: ValueType } = {
  stringValue: ofKind('string'),
  int64Value: ofKind('int'),
  uint64Value: ofKind('uint'),
  doubleValue: ofKind('double'),
  boolValue: ofKind('bool'),
  bytesValue: ofKind('bytes'),
  nullValue: ofKind('null'),
};
const ofConstant = (name: string | undefined): ValueType => constants[name ?? ''] ?? anything;

/** The text that a part is. */
function textOf(node: Node | undefined): string | null {
  const { case: kind, value } = node?.exprKind ?? { case: undefined };
  return kind === 'constExpr' && value.constantKind.case === 'stringValue' ? value.constantKind.value : null;
}

function member(holder: ValueType, name: string, report: Report): ValueType {
  const { kind, members, item, optional } = holder;
  const rest = optional ? { optional: true } : {};
  if (kind === 'any' || kind === 'null') return { ...anything, ...rest };
  if (kind !== 'map') {
    report(`\`.${name}\` is asked of ${kindInWords[kind]}, which has no members`);
    return anything;
  }
  if (!members) return { ...(item ?? anything), ...rest };
  const found = Object.hasOwn(members, name) ? members[name] : undefined;
  if (found) return { ...found, ...rest };
  if (holder.open) return anything;
  const known = Object.keys(members);
  report(`there is no \`${name}\` here${nearest(name, known)}; there is ${known.join(', ') || 'nothing'}`);
  return anything;
}

function ofCall(node: Node, types: Types, report: Report): ValueType {
  if (node.exprKind.case !== 'callExpr') return anything;
  const { function: name, target } = node.exprKind.value;
  const given = childrenOf(node).map((child) => infer(child, types, report));
  const [first = anything, second = anything, third = anything] = given;
  const args = node.exprKind.value.args;
  if (name === bounded) return first;
  if (name === '@not_strictly_false') return ofKind('bool');
  if (name === append) return { kind: 'list', item: second };
  if (name === optionalItems) return { kind: 'list', item: { ...first, optional: false } };
  if (name === optionalResult) return { ...(first.item ?? anything), optional: true };
  if (name === optionalFlat) return first.item ?? anything;
  if (name === '_?_:_') {
    expectBool(first, report);
    return either([second, third]);
  }
  if (booleans.has(name)) {
    for (const type of given) expectBool(type, report);
    return ofKind('bool');
  }
  if (name === '_[_]' || name === optionalAccess) {
    const key = textOf(args[1]);
    const found = key === null ? element(first, second, report) : member(first, key, report);
    return name === optionalAccess ? { ...found, optional: true } : found;
  }
  if (target && first.optional === true && optionalMethods.has(name)) return ofOptional(name, given);
  return ofFunction(name, target !== undefined, given, report);
}

/** An item of a list, or the value of a key that is not known. */
function element({ kind, item }: ValueType, key: ValueType, report: Report): ValueType {
  if (kind === 'list' && !canBe(key.kind, 'number'))
    report(`a list is asked for an item by ${kindInWords[key.kind]}; give a number`);
  else if (!canBe(kind, 'list') && kind !== 'map')
    report(`\`[...]\` is asked of ${kindInWords[kind]}, which has no items`);
  return item ?? anything;
}

const optionalMethods: ReadonlySet<string> = new Set(['hasValue', 'value', 'or', 'orValue']);

function ofOptional(name: string, [first = anything, second = anything]: readonly ValueType[]): ValueType {
  if (name === 'hasValue') return ofKind('bool');
  const { kind, members, item } = first;
  const held: ValueType = { kind, ...(members && { members }), ...(item && { item }) };
  if (name === 'orValue') return either([held, second]);
  return name === 'or' ? { ...held, optional: true } : held;
}

function expectBool({ kind }: ValueType, report: Report): void {
  if (!canBe(kind, 'bool')) report(`${kindInWords[kind]} stands where true or false is wanted`);
}

/** `_==_` is written `==`, `@in` is written `in`. */
const written = (name: string): string => name.replace(/^_(.+)_$/, '$1').replace(/^@/, '');

function ofFunction(name: string, isMethod: boolean, given: readonly ValueType[], report: Report): ValueType {
  const known = overloads.get(name);
  if (!known) {
    const names = [...overloads.keys()].filter((candidate) => /^[a-z]/i.test(candidate));
    report(`there is no function \`${written(name)}\`${nearest(name, names)}`);
    return anything;
  }
  if (name === '_==_' || name === '_!=_') return ofKind('bool');
  const fitting = known.filter(({ target, arguments: types }) => {
    const wanted = target ? [target, ...types] : [...types];
    const isSame = (target !== undefined) === isMethod && wanted.length === given.length;
    return (
      isSame &&
      wanted.every((type, i) => canBe(given[i]?.optional ? 'list' : (given[i]?.kind ?? 'any'), kindOfType(type)))
    );
  });
  if (fitting.length === 0) {
    const kinds = given.map(({ kind, optional }) => (optional ? 'an optional' : kindInWords[kind]));
    const [self, ...rest] = kinds;
    const taken = isMethod ? `${self}, with (${rest.join(', ')})` : `(${kinds.join(', ')})`;
    const isOptional = given.some(({ optional }) => optional);
    report(
      `\`${written(name)}\` does not fit ${taken}${isOptional ? '; end the optional with orValue(...) first' : ''}`,
    );
    return anything;
  }
  const result = either(fitting.map((func) => ofKind(kindOfType(func.result))));
  return name.startsWith('optional.') || name === 'first' || name === 'last'
    ? { ...(given[0]?.item ?? (name === 'optional.of' ? (given[0] ?? anything) : anything)), optional: true }
    : result;
}

/** What the variable of a loop is, and what the loop makes. */
function ofLoop(node: Node, types: Types, report: Report): ValueType {
  if (node.exprKind.case !== 'comprehensionExpr') return anything;
  const { iterVar, accuVar, iterRange, accuInit, loopCondition, loopStep, result } = node.exprKind.value;
  const range = inferred(iterRange, types, report);
  if (!canBe(range.kind, 'list') && range.kind !== 'map')
    report(`a loop goes over ${kindInWords[range.kind]}; it needs a list or a map`);
  const isList = range.kind === 'list';
  const start = inferred(accuInit, types, report);
  const item = isList ? (range.item ?? anything) : range.kind === 'map' ? ofKind('string') : anything;
  const inner = { ...types, [iterVar]: item, [accuVar]: start };
  inferred(loopCondition, inner, report);
  const step = inferred(loopStep, inner, report);
  const last = inferred(result, { ...inner, [accuVar]: start.kind === 'list' ? step : start }, report);
  return start.kind === 'list' && last.kind === 'any' ? ofKind('list') : last;
}
