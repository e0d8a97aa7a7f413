// Every function that an expression may call: those of CEL, the extensions, and what each costs. Evaluates nothing.
import {
  type CelFunc,
  type CelInput,
  type CelType,
  type CelValue,
  celEnv,
  celFunc,
  celMethod,
  isCelError,
  isCelList,
  isCelMap,
} from '@bufbuild/cel';
import { BYTES, DYN, LIST, STRING } from './functions/cel-types.ts';
import { dataFunctions } from './functions/data.ts';
import { append, listFunctions } from './functions/lists.ts';
import { numberFunctions } from './functions/numbers.ts';
import { optionalFunctions } from './functions/optional.ts';
import { textFunctions } from './functions/text.ts';
import { timeFunctions } from './functions/time.ts';
import { spend, stepsOfText } from './meter.ts';

/** Stands around the range of every loop, with the number of steps that one item costs. No name that a person can write. */
export const bounded = '@bounded';

/** Functions that look at everything within what they are given. */
const deep: ReadonlySet<string> = new Set(['_==_', '_!=_', '@in', 'format']);
/** Functions that count what they do by themselves, or do the same whatever they are given. */
const uncounted: ReadonlySet<string> = new Set([append, 'type', 'dyn', '_[_]', ...namesOf(optionalFunctions)]);

function namesOf(functions: readonly CelFunc[]): readonly string[] {
  return functions.map(({ name }) => name);
}

/** What it costs to look at a value: all of it, or only what it itself holds. */
function costOf(value: unknown, isDeep: boolean): number {
  if (typeof value === 'string') return stepsOfText(value.length);
  if (value instanceof Uint8Array) return stepsOfText(value.length);
  if (!isCelList(value) && !isCelMap(value)) return 0;
  if (!isDeep) return value.size;
  // Counted as it goes: what shares its parts can be larger than anything that could be walked through.
  spend(1 + value.size);
  for (const member of isCelMap(value) ? value.values() : value) spend(costOf(member, true));
  return 0;
}

const sized: readonly CelType[] = [STRING, BYTES, LIST, DYN];
const isSized = (type: CelType | undefined) => type !== undefined && sized.some(({ name }) => name === type.name);

/** The same function, with what it reads and makes counted. */
function metered(func: CelFunc): CelFunc {
  const { name, target, arguments: types, result } = func;
  if (uncounted.has(name) || ![target, ...types].some(isSized)) return func;
  const call = (self: CelValue | undefined, values: readonly CelValue[]): CelInput => {
    spend([self, ...values].reduce<number>((sum, value) => sum + costOf(value, deep.has(name)), 1));
    const answer = func.call(0, self, [...values]);
    if (answer === undefined) throw new Error(`${name}: these arguments do not fit`);
    if (isCelError(answer)) throw answer;
    spend(costOf(answer, false));
    return answer as CelInput;
  };
  return target === undefined
    ? celFunc(name, types, result, (...values: CelValue[]) => call(undefined, values))
    : celMethod(name, target, types, result, function (...values: CelValue[]) {
        return call(this, values);
      });
}

const loops = celFunc(bounded, [DYN, DYN], DYN, (range, perItem) => {
  if (isCelList(range) || isCelMap(range)) spend(range.size * Number(perItem));
  return range as CelInput;
});

const base: readonly CelFunc[] = [...celEnv().funcs];
const own: readonly CelFunc[] = [
  ...textFunctions(base),
  ...dataFunctions,
  ...listFunctions,
  ...numberFunctions,
  ...optionalFunctions,
  ...timeFunctions(base),
];
const replaced = new Set(own.map(({ id }) => id));

/** The environment in which expressions are evaluated. */
export const environment = celEnv({
  funcs: [...base.filter(({ id }) => !replaced.has(id)), ...own].map(metered).concat(loops),
});

const byName = new Map<string, CelFunc[]>();
for (const func of environment.funcs) byName.set(func.name, [...(byName.get(func.name) ?? []), func]);

/** The functions by name: all that differ in what they take. */
export const overloads: ReadonlyMap<string, readonly CelFunc[]> = byName;
