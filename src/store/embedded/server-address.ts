// Where the living server of a data directory listens: a file that the server writes, and that a dead one's successor overwrites.
// Speaks to no server.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startOf } from './data-directory.ts';

const Announcement = z.object({
  url: z.url({ protocol: /^https?$/ }),
  pid: z.int().positive(),
  /** When the process started: its number alone may have been given to another program since. */
  start: z.string(),
  startedAt: z.string(),
});

const fileIn = (dataDir: string) => join(dataDir, 'server.json');

/**
 * Says where this process listens, for commands of the same machine; the answer takes it back.
 * Only the user that runs the server may read it.
 * @throws Error of the file system if the directory cannot be written
 */
export function announceServer(dataDir: string, url: string, startedAt: string): () => void {
  const start = startOf(process.pid) ?? '';
  const text = `${JSON.stringify({ url: ownAddress(url), pid: process.pid, start, startedAt })}\n`;
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const draft = `${fileIn(dataDir)}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, fileIn(dataDir));
  return () => {
    if (read(dataDir) === text) rmSync(fileIn(dataDir), { force: true });
  };
}

/** Where a server of this data directory listens; null: none lives on this machine, or it is not ours to know. */
export function addressOfServer(dataDir: string): string | null {
  try {
    const { url, pid, start } = Announcement.parse(JSON.parse(read(dataDir) ?? ''));
    return startOf(pid) === start ? url : null;
  } catch {
    return null;
  }
}

/** A server that listens everywhere is reached by itself. */
function ownAddress(text: string): string {
  const url = new URL(text);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return url.origin;
}

function read(dataDir: string): string | null {
  try {
    return readFileSync(fileIn(dataDir), 'utf8');
  } catch {
    return null;
  }
}
