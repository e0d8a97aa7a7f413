// Reads a text file and says in a person's words why it cannot. Keeps nothing.
import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../core/result.ts';

/** The text of a file; the error says which file and what is wrong with it. */
export function readText(path: string): Result<string, string> {
  try {
    const bytes = readFileSync(path);
    // Windows' own tools write UTF-16, and a mark before UTF-8.
    const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
    return ok(new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EACCES: 'it may not be read', EISDIR: 'it is a folder' }[code ?? ''];
    return err(`cannot read ${path}: ${why ?? code ?? 'it is no file'}`);
  }
}
