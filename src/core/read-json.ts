// Raw bytes to JSON, refusing what would cost more than an alert is worth. Keys such as `__proto__` stay plain data.
import { type Json, toJson } from './json.ts';
import { err, ok, type Result } from './result.ts';

const maxDepth = 64;
/** More than the largest group that fits into a delivery of 8 MiB. */
const maxMembers = 300_000;

/** Depth and number of members, counted on the bytes, before anything is built from them. */
function measure(raw: Buffer): { depth: number; members: number } {
  let depth = 0;
  let deepest = 0;
  let members = 0;
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
  }
  return { depth: deepest, members };
}

/** Reads a body as JSON; the error says what is wrong with it. */
export function readJson(raw: Buffer): Result<Json, string> {
  const { depth, members } = measure(raw);
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
    return ok(toJson(JSON.parse(text)));
  } catch (error) {
    return err(`the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
