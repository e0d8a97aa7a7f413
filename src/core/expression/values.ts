// JSON as CEL sees it, and back. What comes back is counted, because values that share their parts can be larger than what made them.
import { type CelInput, isCelList, isCelMap, isCelType, isCelUint } from '@bufbuild/cel';
import { type Json, plainObject, toJson } from '../json.ts';
import { secondsOf } from './functions/cel-types.ts';
import { isOptional } from './functions/optional.ts';
import { spend, stepsOfText } from './meter.ts';

const converted = new WeakMap<object, CelInput>();

/** JSON as CEL sees it: whole numbers are int, so that `output.count + 1` means what it says. */
export function toCel(value: Json): CelInput {
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

/** A value of CEL as JSON. @throws Error if it is larger than an evaluation may cost */
export function fromCel(value: unknown): Json {
  spend(typeof value === 'string' ? 1 + stepsOfText(value.length) : 1);
  if (isOptional(value)) throw new Error('an optional is no value yet; end it with orValue(...)');
  if (isCelUint(value)) return fromCel(value.value);
  if (isCelList(value)) return [...value].map(fromCel);
  if (isCelMap(value)) return plainObject([...value].map(([key, member]) => [String(key), fromCel(member)]));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isCelType(value)) return value.name;
  return fromMessage(value) ?? toJson(value);
}

/** Timestamps as ISO text, durations as seconds (`90s`), as protobuf writes them in JSON. */
function fromMessage(value: unknown): Json | undefined {
  const time = secondsOf(value);
  if (!time) return undefined;
  const { desc } = value as { readonly desc?: { readonly typeName?: string } };
  if (desc?.typeName === 'google.protobuf.Duration') return `${Number(time.seconds) + time.nanos / 1e9}s`;
  return new Date(Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6)).toISOString();
}
