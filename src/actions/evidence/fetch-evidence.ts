// Fetches the evidence that incidents keep by themselves: queries through the action, links as they are, files beside the configuration,
// files of the chat through whoever holds its token. Bounded; stores nothing.
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { maxItemBytes } from '../../core/evidence/content.ts';
import type { EvidenceSource } from '../../core/evidence/item.ts';
import type { Json } from '../../core/json.ts';
import { assertNever } from '../../core/result.ts';
import { untracedCalls } from '../../core/trace/calls.ts';
import type { FetchChatFile, FetchEvidence, FetchedEvidence } from '../../ports/evidence.ts';
import type { Log } from '../../ports/runtime.ts';
import type { Action } from '../../spi/action.ts';
import { member } from '../words.ts';

/** What fetching needs. */
export type EvidenceSources = {
  /** Asks a Prometheus server; undefined: this process cannot. */
  readonly query: Action | undefined;
  /** Folders of which files may be kept; a relative path is taken from the first. */
  readonly folders: readonly string[];
  /** Files and folders of Firebreak's own: keys, passwords, the database. */
  readonly privatePaths: readonly string[];
  /** null: there is no chat. */
  readonly chatFile: () => FetchChatFile | null;
  readonly log: Log;
};

const failed = (reason: string, mayPass: boolean): FetchedEvidence => ({ outcome: 'failed', reason, mayPass });

/** Makes it. */
export function createFetchEvidence(sources: EvidenceSources): FetchEvidence {
  return async (asked) => {
    try {
      return await fetched(sources, asked);
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error), true);
    }
  };
}

async function fetched(sources: EvidenceSources, asked: Parameters<FetchEvidence>[0]): Promise<FetchedEvidence> {
  const { name, from, signal } = asked;
  switch (from.type) {
    case 'query':
      return queried(sources, asked, from);
    case 'link': {
      const part = {
        name: `${name}.url`,
        content: Buffer.from(`${from.url}\n`),
        declared: 'text',
        lostBytes: 0,
      } as const;
      return { outcome: 'fetched', parts: [part] };
    }
    case 'file':
      return fileAt(sources, name, from.path);
    case 'chat': {
      const fetchFile = sources.chatFile();
      return fetchFile ? fetchFile(from.fileId, { maxBytes: maxItemBytes, signal }) : failed('there is no chat', true);
    }
    case 'unclear':
      return failed(from.reason, false);
    default:
      return assertNever(from);
  }
}

/** Errors of the action that another try cannot mend. */
const lasting: ReadonlySet<string> = new Set(['invalid', 'denied', 'auth']);

async function queried(
  { query, log }: EvidenceSources,
  { name, incident, signal }: Parameters<FetchEvidence>[0],
  { url, query: promql, rangeMs }: Extract<EvidenceSource, { type: 'query' }>,
): Promise<FetchedEvidence> {
  if (!query) return failed('this process has no action that asks Prometheus', false);
  const input: Json = { url, query: promql, range: `${rangeMs}ms`, title: name };
  const result = await query.run(input, {
    signal,
    idempotencyKey: `evidence-${incident.id}`,
    attempt: 1,
    runId: 'evidence',
    step: name,
    incident: { ...incident, channelId: null },
    fence: () => undefined,
    calls: untracedCalls({ runId: `evidence-${incident.id}`, step: name, attempt: 1 }),
    log,
    chat: null,
    secrets: () => undefined,
  });
  if (result.outcome === 'failed') return failed(result.error.message, !lasting.has(result.error.class));
  const csv = member(result.output, 'csv');
  const chart = JSON.stringify(member(result.output, 'chart') ?? null);
  return {
    outcome: 'fetched',
    parts: [
      { name: `${name}.json`, content: Buffer.from(chart), declared: 'chart', lostBytes: 0 },
      { name: `${name}.csv`, content: Buffer.from(typeof csv === 'string' ? csv : ''), declared: 'csv', lostBytes: 0 },
    ],
  };
}

const isInside = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
};

/** A file of one of the folders, wherever links lead; as much of it as may be kept, however large it is. */
async function fileAt(
  { folders, privatePaths }: EvidenceSources,
  name: string,
  path: string,
): Promise<FetchedEvidence> {
  const real = async (place: string) => realpath(place).catch(() => null);
  const found = await real(resolve(folders[0] ?? '.', path));
  if (found === null) return failed(`there is no file ${path}`, true);
  const roots = (await Promise.all(folders.map(real))).filter((folder) => folder !== null);
  if (!roots.some((root) => isInside(root, found)))
    return failed(`${path} is not beside the configuration or the playbooks`, false);
  const own = (await Promise.all(privatePaths.map(real))).filter((place) => place !== null);
  if (own.some((place) => isInside(place, found))) return failed(`${path} is a file of Firebreak's own`, false);
  const file = await open(found, 'r');
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return failed(`${path} is no file`, false);
    const content = Buffer.alloc(Math.min(stat.size, maxItemBytes));
    const { bytesRead } = await file.read(content, 0, content.length, 0);
    const part = { name, content: content.subarray(0, bytesRead), declared: null, lostBytes: stat.size - bytesRead };
    return { outcome: 'fetched', parts: [part] };
  } finally {
    await file.close();
  }
}
