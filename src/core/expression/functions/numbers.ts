// Numbers: the CEL math extension, and arithmetic across whole and other numbers.
import { type CelFunc, type CelInput, type CelList, celFunc } from '@bufbuild/cel';
import { spend } from '../meter.ts';
import { BOOL, DOUBLE, DYN, INT, LIST } from './cel-types.ts';

const arithmetic: readonly (readonly [string, (a: number, b: number) => number])[] = [
  ['_+_', (a, b) => a + b],
  ['_-_', (a, b) => a - b],
  ['_*_', (a, b) => a * b],
  ['_/_', (a, b) => a / b],
];

/** The one of several numbers that every other one is not better than. */
function best(name: string, items: readonly CelInput[], isBetter: (a: number, b: number) => boolean): CelInput {
  spend(items.length);
  const numbers = items.map((item) => {
    if (typeof item === 'bigint' || typeof item === 'number') return item;
    throw new Error(`${name}: these are not all numbers`);
  });
  const [first, ...rest] = numbers;
  if (first === undefined) throw new Error(`${name}: there is no number`);
  return rest.reduce((found, item) => (isBetter(Number(item), Number(found)) ? item : found), first);
}

/** One function for lists, and for one to four numbers. */
function extreme(name: string, isBetter: (a: number, b: number) => boolean): readonly CelFunc[] {
  const of = (...items: CelInput[]) => best(name, items, isBetter);
  return [
    celFunc(name, [LIST], DYN, (list: CelList) => best(name, [...list], isBetter)),
    celFunc(name, [DYN], DYN, of),
    celFunc(name, [DYN, DYN], DYN, of),
    celFunc(name, [DYN, DYN, DYN], DYN, of),
    celFunc(name, [DYN, DYN, DYN, DYN], DYN, of),
  ];
}

const roundings: readonly (readonly [string, (a: number) => number])[] = [
  ['math.ceil', Math.ceil],
  ['math.floor', Math.floor],
  // Halves go away from zero, as the extension says.
  ['math.round', (x) => Math.sign(x) * Math.round(Math.abs(x))],
  ['math.trunc', Math.trunc],
  ['math.abs', Math.abs],
  ['math.sign', Math.sign],
];

/** The functions. */
export const numberFunctions: readonly CelFunc[] = [
  // JSON knows one kind of number: `load * 1.5` must not fail on the day the load is a whole number.
  ...arithmetic.flatMap(([name, apply]) => [
    celFunc(name, [INT, DOUBLE], DOUBLE, (a, b) => apply(Number(a), b)),
    celFunc(name, [DOUBLE, INT], DOUBLE, (a, b) => apply(a, Number(b))),
  ]),
  ...roundings.flatMap(([name, apply]) => [
    celFunc(name, [DOUBLE], DOUBLE, apply),
    celFunc(name, [INT], INT, (x) => BigInt(apply(Number(x)))),
  ]),
  ...extreme('math.greatest', (a, b) => a > b),
  ...extreme('math.least', (a, b) => a < b),
  celFunc('math.isNaN', [DOUBLE], BOOL, Number.isNaN),
  celFunc('math.isFinite', [DOUBLE], BOOL, Number.isFinite),
  celFunc('math.isInf', [DOUBLE], BOOL, (x) => Math.abs(x) === Number.POSITIVE_INFINITY),
];
