// The newest checkpoint, remembered in a file beside the database: a database that went back in time contradicts it.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointRef } from '../../core/timeline/checkpoint.ts';
import type { CheckpointWitness } from '../../ports/record.ts';

/** Where it is remembered. While the database contradicts it, nothing is acted on. */
export const witnessFileOf = (dataDir: string) => join(dataDir, 'last-checkpoint.json');

/** The witness of a data directory. */
export function createWitness(dataDir: string): CheckpointWitness {
  const file = witnessFileOf(dataDir);
  return {
    recall() {
      const text = readIfThere(file);
      if (text === null) return null;
      const parsed = CheckpointRef.safeParse(jsonOf(text));
      if (!parsed.success)
        throw new Error(`${file} was edited or damaged: it must hold {"number":…,"digest":"sha256:…"}`);
      return parsed.data;
    },

    forget() {
      rmSync(file, { force: true });
    },

    remember(checkpoint) {
      const draft = `${file}.${randomBytes(8).toString('hex')}`;
      mkdirSync(dataDir, { recursive: true, mode: 0o711 });
      try {
        const handle = openSync(draft, 'wx', 0o600);
        try {
          writeSync(handle, `${JSON.stringify(checkpoint)}\n`);
          fsyncSync(handle);
        } finally {
          closeSync(handle);
        }
        renameSync(draft, file);
      } finally {
        rmSync(draft, { force: true });
      }
    },
  };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
