// The types that the signatures of functions name, and what values of them are read as. Holds no function of CEL.
import { CelScalar, listType, mapType, objectType } from '@bufbuild/cel';

export const { BOOL, BYTES, DOUBLE, DYN, INT, STRING } = CelScalar;
/** A list of anything. */
export const LIST = listType(DYN);
/** A map of anything. */
export const MAP = mapType(DYN, DYN);
/** An instant. */
export const TIMESTAMP = objectType('google.protobuf.Timestamp');

/** Seconds and nanoseconds of a timestamp or a duration; null for any other value. */
export function secondsOf(value: unknown): { readonly seconds: bigint; readonly nanos: number } | null {
  if (typeof value !== 'object' || value === null || !('message' in value)) return null;
  const { seconds, nanos } = value.message as { readonly seconds?: bigint; readonly nanos?: number };
  return seconds === undefined || nanos === undefined ? null : { seconds, nanos };
}
