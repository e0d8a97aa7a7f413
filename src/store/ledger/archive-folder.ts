// A folder for archives: each file is whole or not there, also after a crash. Reads back what it wrote; judges nothing.
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchivePlace } from '../../ports/archive.ts';

/**
 * The folder, made with the first file for its user alone.
 * @throws Error of the file system where something cannot be written or read back
 */
export const createArchiveFolder = (folder: string): ArchivePlace => ({
  async keep(filename, content) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, filename);
    const draft = await open(`${path}.part`, 'w', 0o600);
    try {
      await draft.writeFile(content);
      await draft.sync();
    } finally {
      await draft.close();
    }
    await rename(`${path}.part`, path);
    const directory = await open(folder, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
    return readFile(path, 'utf8');
  },
});
