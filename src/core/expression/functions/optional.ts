// Optional values: what may be there or not, and how one goes on from it. An optional is a list of its own kind, of one item or none.
import {
  type CelFunc,
  type CelInput,
  type CelList,
  type CelValue,
  celFunc,
  celList,
  celMethod,
  isCelList,
  isCelMap,
} from '@bufbuild/cel';
import { BOOL, DYN, LIST } from './cel-types.ts';

const optionals = new WeakSet<CelList>();

/** Name of `a.?b` and `a[?b]`. No person can write it, nor those below. */
export const optionalAccess = '@optional';
/** Name of the way from an optional into a loop over what it holds. */
export const optionalItems = '@optional_items';
/** Name of the way from such a loop back to an optional. */
export const optionalResult = '@optional_result';
/** The same for a loop that makes optionals. */
export const optionalFlat = '@optional_flat';

function made(items: CelInput[]): CelList {
  const optional = celList(items);
  optionals.add(optional);
  return optional;
}

/** Whether a value is an optional. */
export const isOptional = (value: unknown): value is CelList => isCelList(value) && optionals.has(value);
/** An optional with a value. */
export const optionalOf = (value: CelInput | undefined): CelList => made(value === undefined ? [] : [value]);
/** An optional without one. */
export const optionalNone = (): CelList => made([]);

function expectOptional(value: unknown): CelList {
  if (isOptional(value)) return value;
  throw new Error('this is no optional; write `a.?b` or `a[?"b"]` before it');
}

/** What an optional holds. */
const held = (value: unknown): CelValue | undefined => expectOptional(value).get(0);

function access(from: CelValue, key: CelValue): CelList {
  if (isOptional(from)) {
    const inner = from.get(0);
    return inner === undefined ? optionalNone() : access(inner, key);
  }
  if (from === null) return optionalNone();
  if (isCelMap(from)) {
    const isKey = typeof key === 'string' || typeof key === 'bigint' || typeof key === 'boolean';
    return isKey && from.has(key) ? optionalOf(from.get(key)) : optionalNone();
  }
  if (isCelList(from) && typeof key === 'bigint') return optionalOf(from.get(Number(key)));
  throw new Error(`${typeof from === 'object' ? 'this value' : `a ${typeof from}`} has no members to look for`);
}

const isZero = (value: CelValue): boolean =>
  value === null ||
  value === false ||
  value === '' ||
  value === 0 ||
  value === 0n ||
  ((isCelList(value) || isCelMap(value)) && value.size === 0);

/** The functions. */
export const optionalFunctions: readonly CelFunc[] = [
  celFunc(optionalAccess, [DYN, DYN], LIST, access),
  celFunc(optionalItems, [DYN], LIST, (optional) => celList([...expectOptional(optional)])),
  celFunc(optionalResult, [LIST], LIST, (list) => optionalOf(list.get(0))),
  celFunc(optionalFlat, [LIST], LIST, (list) => (list.size > 0 ? expectOptional(list.get(0)) : optionalNone())),
  celFunc('optional.of', [DYN], LIST, (value) => optionalOf(value)),
  celFunc('optional.none', [], LIST, optionalNone),
  celFunc('optional.ofNonZeroValue', [DYN], LIST, (value) => (isZero(value) ? optionalNone() : optionalOf(value))),
  celMethod('hasValue', DYN, [], BOOL, function () {
    return held(this) !== undefined;
  }),
  celMethod('value', DYN, [], DYN, function () {
    const value = held(this);
    if (value === undefined) throw new Error('the optional has no value; use orValue(...)');
    return value;
  }),
  celMethod('or', DYN, [DYN], LIST, function (other) {
    return held(this) === undefined ? expectOptional(other) : expectOptional(this);
  }),
  celMethod('orValue', DYN, [DYN], DYN, function (other) {
    return held(this) ?? other;
  }),
];
