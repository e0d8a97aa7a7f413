// Reads a text file and says in a person's words why it cannot. Keeps nothing.
import { readFileSync } from 'node:fs';
import { decodeText } from '../core/decode-text.ts';
import { err, type Result } from '../core/result.ts';

/** The text of a file; the error says which file and what is wrong with it. */
export function readText(path: string): Result<string, string> {
  try {
    const text = decodeText(readFileSync(path));
    return text.ok ? text : err(`cannot read ${path}: ${text.error}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EACCES: 'it may not be read', EISDIR: 'it is a folder' }[code ?? ''];
    return err(`cannot read ${path}: ${why ?? code ?? 'it is no file'}`);
  }
}
