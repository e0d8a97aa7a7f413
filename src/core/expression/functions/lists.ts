// Lists: the CEL lists extension, and `+` of two lists. Every list is made anew, so that none becomes a chain of lists.
import { type CelFunc, type CelInput, type CelList, celFunc, celList, celMethod, isCelList } from '@bufbuild/cel';
import { canonicalJson } from '../../json.ts';
import { spend } from '../meter.ts';
import { fromCel } from '../values.ts';
import { DYN, INT, LIST } from './cel-types.ts';
import { optionalNone, optionalOf } from './optional.ts';

/** The lists that a loop is making; it alone knows them, and so it may lengthen them. */
const growing = new WeakMap<CelList, CelInput[]>();

/** Name of what puts an item to the end of the list that a loop is making. No person can write it. */
export const append = '@append';

function appended(list: CelList, item: CelInput): CelList {
  const known = growing.get(list);
  spend(1);
  if (known) {
    known.push(item);
    return list;
  }
  const items = [...list, item];
  const made = celList(items);
  growing.set(made, items);
  return made;
}

/** The items of a list, counted. */
function itemsOf(list: CelList): CelInput[] {
  spend(list.size);
  return [...list];
}

function flatten(list: CelList, depth: bigint): CelInput[] {
  if (depth < 0n) throw new Error('flatten: the depth must not be negative');
  return itemsOf(list).flatMap((item) => (depth > 0n && isCelList(item) ? flatten(item, depth - 1n) : [item]));
}

function sorted(list: CelList): CelInput[] {
  const items = itemsOf(list);
  const kinds = new Set(items.map((item) => (typeof item === 'bigint' ? 'number' : typeof item)));
  const [kind = 'number'] = kinds;
  if (kinds.size > 1 || !['number', 'string', 'boolean'].includes(kind))
    throw new Error('sort: the items must all be numbers, all texts or all booleans');
  spend(items.length * Math.ceil(Math.log2(items.length + 1)));
  const compare = (a: unknown, b: unknown) =>
    (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
  return items.sort(compare);
}

/** Items that are equal count as one; numbers are equal across their types. */
function distinct(list: CelList): CelInput[] {
  const seen = new Set<string>();
  return itemsOf(list).filter((item) => {
    const text = canonicalJson(fromCel(item));
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function slice(list: CelList, from: bigint, to: bigint): CelInput[] {
  if (from < 0n || to < from || to > BigInt(list.size))
    throw new Error(`slice: ${from} to ${to} is not within the list, which has ${list.size} items`);
  return itemsOf(list).slice(Number(from), Number(to));
}

function range(length: bigint): CelInput[] {
  if (length < 0n) throw new Error('lists.range: the length must not be negative');
  spend(Number(length));
  return Array.from({ length: Number(length) }, (_, i) => BigInt(i));
}

/** The functions. */
export const listFunctions: readonly CelFunc[] = [
  celFunc(append, [LIST, DYN], LIST, (list, item) => appended(list, item)),
  celFunc('_+_', [LIST, LIST], LIST, (a, b) => [...itemsOf(a), ...itemsOf(b)]),
  celFunc('lists.range', [INT], LIST, range),
  celMethod('distinct', LIST, [], LIST, function () {
    return distinct(this);
  }),
  celMethod('flatten', LIST, [], LIST, function () {
    return flatten(this, 1n);
  }),
  celMethod('flatten', LIST, [INT], LIST, function (depth) {
    return flatten(this, depth);
  }),
  celMethod('reverse', LIST, [], LIST, function () {
    return itemsOf(this).reverse();
  }),
  celMethod('slice', LIST, [INT, INT], LIST, function (from, to) {
    return slice(this, from, to);
  }),
  celMethod('sort', LIST, [], LIST, function () {
    return sorted(this);
  }),
  celMethod('first', LIST, [], LIST, function () {
    return this.size > 0 ? optionalOf(this.get(0)) : optionalNone();
  }),
  celMethod('last', LIST, [], LIST, function () {
    return this.size > 0 ? optionalOf(this.get(this.size - 1)) : optionalNone();
  }),
];
