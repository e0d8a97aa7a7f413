// Bytes of a text file to text: UTF-8, with or without a byte order mark. Says what else it is instead of guessing.
import { err, ok, type Result } from './result.ts';

const marks: readonly (readonly [string, readonly number[]])[] = [
  ['UTF-32', [0xff, 0xfe, 0, 0]],
  ['UTF-32', [0, 0, 0xfe, 0xff]],
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
];

/** The text; the error says how the file is encoded instead, as far as that can be seen. */
export function decodeText(bytes: Uint8Array): Result<string, string> {
  const other = marks.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0] ?? withoutMark(bytes);
  if (other !== null)
    return err(`the file is ${other}, not UTF-8 (PowerShell's \`>\` writes UTF-16); save it as UTF-8`);
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return err('the file is not UTF-8; save it as UTF-8');
  }
}

/** UTF-16 without a mark: every second byte of its beginning is zero. */
function withoutMark(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  return bytes.length >= 2 && (first === 0) !== (second === 0) ? 'UTF-16' : null;
}
