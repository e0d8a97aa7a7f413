// The file of a backup: gzip over lines, first what it is, then rows, last how many there are and their digest. Knows no database.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';

/** The first line. */
const BackupHead = z.strictObject({
  firebreak: z.literal('backup'),
  format: z.literal(1),
  /** The version of the program that wrote it. */
  program: z.string(),
  madeAt: z.string(),
  /** Ids of the migrations that its schema has had, in their order. */
  schema: z.array(z.string()).nonempty(),
  /** Id of the key that vouches for the record; null: nothing is sealed yet. */
  key: z.string().nullable(),
  /** Where sequences stand: name and next value. */
  sequences: z.record(z.string(), z.string()),
});

/** What a backup says of itself. */
export type BackupHead = z.infer<typeof BackupHead>;

/** One row: its table, and its JSON as PostgreSQL wrote it, which no number type of ours would keep. */
export type BackupRow = { readonly table: string; readonly json: string };

const BackupEnd = z.strictObject({ rows: z.int().nonnegative(), sha256: z.string() });

/** What stands at the end: how many rows there are, and the digest of all lines before. */
export type BackupEnd = z.infer<typeof BackupEnd>;

/** The file cannot be used. The message says why. */
export class BackupFileError extends Error {
  override readonly name = 'BackupFileError';
}

/**
 * Writes a file that is whole or not there, for its user alone.
 * @throws Error of the file system
 */
export async function writeBackup(
  file: string,
  head: BackupHead,
  rows: AsyncIterable<readonly BackupRow[]>,
): Promise<BackupEnd> {
  const draft = `${file}.part`;
  const hash = createHash('sha256');
  const counted = { rows: 0, sha256: '' };
  try {
    // On the disk before it gets its name.
    const out = createWriteStream(draft, { mode: 0o600, flush: true });
    await pipeline(Readable.from(lines({ head, rows, hash, counted })), createGzip(), out);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
  return counted;
}

/** A backup under way. */
type Writing = {
  readonly head: BackupHead;
  readonly rows: AsyncIterable<readonly BackupRow[]>;
  readonly hash: Hash;
  readonly counted: { rows: number; sha256: string };
};

async function* lines({ head, rows, hash, counted }: Writing): AsyncGenerator<string> {
  const said = (text: string) => {
    hash.update(text);
    return text;
  };
  yield said(`${JSON.stringify(head)}\n`);
  for await (const some of rows) {
    counted.rows += some.length;
    // What JSON has between its tokens may be a line end; what a text has is written `\n`.
    yield said(some.map(({ table, json }) => `${table}\t${json.replaceAll('\n', ' ')}\n`).join(''));
  }
  counted.sha256 = hash.digest('hex');
  yield `${endMark}\t${JSON.stringify(counted)}\n`;
}

/** No table of ours is named so. */
const endMark = '=';

/**
 * Reads a file from its begin: what it is, then its rows, bit by bit. Nothing of it is certain before `verifyBackup` has read it all.
 * @throws BackupFileError if it is none, or of a later form
 */
export async function readBackup(
  file: string,
): Promise<{ readonly head: BackupHead; readonly rows: AsyncGenerator<BackupRow> }> {
  const all = linesOf(file);
  const first = await all.next();
  const head = BackupHead.safeParse(first.done ? null : jsonOf(first.value));
  if (!head.success) throw new BackupFileError(`${file} is no backup of Firebreak that this version can read`);
  return { head: head.data, rows: rowsOf(all) };
}

async function* rowsOf(all: AsyncGenerator<string>): AsyncGenerator<BackupRow> {
  for await (const text of all) {
    const { before: table, after: json } = halves(text);
    if (table !== endMark) yield { table, json };
  }
}

/**
 * Reads all of it and holds it against its end.
 * @throws BackupFileError if it is not whole, or not as it was written
 */
export async function verifyBackup(file: string): Promise<{ readonly head: BackupHead; readonly end: BackupEnd }> {
  const { head } = await readBackup(file);
  const hash = createHash('sha256');
  let rows = -1;
  let end: BackupEnd | null = null;
  for await (const text of linesOf(file)) {
    const { before, after } = halves(text);
    if (end !== null) throw new BackupFileError(`${file} goes on after its end`);
    if (before === endMark) {
      const said = BackupEnd.safeParse(jsonOf(after));
      if (!said.success) break;
      end = said.data;
    } else {
      rows += 1;
      hash.update(`${text}\n`);
    }
  }
  if (end === null) throw new BackupFileError(`${file} is not whole: its end is missing`);
  if (end.rows !== rows || end.sha256 !== hash.digest('hex'))
    throw new BackupFileError(`${file} is not as it was written: its digest is another one`);
  return { head, end };
}

function halves(text: string): { readonly before: string; readonly after: string } {
  const at = text.indexOf('\t');
  return at < 0 ? { before: '', after: text } : { before: text.slice(0, at), after: text.slice(at + 1) };
}

/** Ends of lines are `\n` alone: texts may hold everything else that some take for one. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const unpacked = createGunzip();
  const packed = createReadStream(file).on('error', (error) => unpacked.destroy(error));
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of packed.pipe(unpacked)) {
      const all = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = all.pop() ?? '';
      yield* all;
    }
  } catch (error) {
    throw new BackupFileError(`${file} cannot be read: ${(error as Error).message}`);
  } finally {
    packed.destroy();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
