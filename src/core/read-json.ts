// Raw bytes to JSON, refusing what would cost more than an alert is worth. Keys such as `__proto__` stay plain data.
import { type Json, toJson } from './json.ts';
import { parseLossless } from './lossless-json.ts';
import { err, ok, type Result } from './result.ts';

const maxDepth = 64;
/** More than the largest group that fits into a delivery of 8 MiB. */
const maxMembers = 300_000;

/** What a body says, and what was odd about it, in words. */
export type ReadJson = { readonly json: Json; readonly remarks: readonly string[] };

/** Depth, number of members and of keys, counted on the bytes, before anything is built from them. */
function measure(raw: Buffer): { depth: number; members: number; keys: number } {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  let keys = 0;
  let inText = false;
  for (let i = 0; i < raw.length; i++) {
    const byte = raw[i];
    if (inText) {
      if (byte === 0x5c) i += 1;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    else if (byte === 0x2c) members += 1;
    else if (byte === 0x3a) keys += 1;
  }
  return { depth: deepest, members, keys };
}

/** Keys of all objects in a value that JSON.parse made. */
function countKeys(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  const members = Object.values(value);
  return members.reduce((sum, member) => sum + countKeys(member), Array.isArray(value) ? 0 : members.length);
}

/**
 * Reads a body as JSON; the error says what is wrong with it. Numbers keep their meaning (see lossless-json.ts); of a key that stands twice in one
 * object the last value counts, and a remark says so.
 */
export function readJson(raw: Buffer): Result<ReadJson, string> {
  const { depth, members, keys } = measure(raw);
  if (depth > maxDepth) return err(`the body nests ${depth} levels deep; at most ${maxDepth} are read`);
  if (members > maxMembers) return err(`the body has more than ${maxMembers} members`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    return err('the body is not UTF-8');
  }
  if (text.trim() === '') return err('the body is empty; send a JSON object');
  try {
    const value = parseLossless(text);
    const twice = keys - countKeys(value);
    const remarks =
      twice > 0
        ? [`${twice} ${twice === 1 ? 'key stands' : 'keys stand'} twice in one object; the last value counts`]
        : [];
    return ok({ json: toJson(value), remarks });
  } catch (error) {
    return err(`the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
