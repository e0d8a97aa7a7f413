// Writes histories. `node test/replay/record.mjs` writes one of each story that has none yet to histories/next; `record.mjs 0.2.0`, at
// a release, one of every story to the folder of that version, and its vocabulary. What a released version wrote is never written again.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { History, record } from './history.ts';
import { jsonText } from './json-text.ts';
import { stories } from './stories/index.ts';
import { currentVocabulary, Vocabulary } from './vocabulary.ts';

const folderOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const histories = folderOf('histories');
const vocabularies = folderOf('vocabulary');
/** The folder of the version under development. */
export const next = 'next';

const parsed = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const historyText = (history: History) => jsonText(history, 5);

/** Every history, with the folder and the file it is in. */
export function readHistories(): readonly {
  readonly version: string;
  readonly file: string;
  readonly history: History;
}[] {
  return readdirSync(histories).flatMap((version) =>
    readdirSync(join(histories, version)).map((file) => ({
      version,
      file,
      history: History.parse(parsed(join(histories, version, file))),
    })),
  );
}

/** The vocabulary of every released version. */
export function readVocabularies(): readonly { readonly version: string; readonly vocabulary: Vocabulary }[] {
  return readdirSync(vocabularies).map((file) => ({
    version: file.replace('.json', ''),
    vocabulary: Vocabulary.parse(parsed(join(vocabularies, file))),
  }));
}

/** Records stories; answers the names of the files written. */
export async function writeHistories(version: string): Promise<readonly string[]> {
  return version === next ? writeNext() : writeRelease(version);
}

async function writeNext(): Promise<readonly string[]> {
  const told = new Set(readHistories().flatMap(({ version, file }) => (version === next ? [] : file)));
  const fresh = stories.filter(({ name }) => !told.has(`${name}.json`));
  if (fresh.length > 0) mkdirSync(join(histories, next), { recursive: true });
  for (const story of fresh)
    writeFileSync(join(histories, next, `${story.name}.json`), historyText(await record(story, packageJson.version)));
  return fresh.map(({ name }) => `histories/${next}/${name}.json`);
}

async function writeRelease(version: string): Promise<readonly string[]> {
  const folder = join(histories, version);
  if (existsSync(folder)) throw new Error(`${version} has written its histories already; they are never written again`);
  const recorded: (readonly [string, History])[] = [];
  for (const story of stories) recorded.push([story.name, await record(story, version)]);
  mkdirSync(folder, { recursive: true });
  for (const [name, history] of recorded) writeFileSync(join(folder, `${name}.json`), historyText(history));
  mkdirSync(vocabularies, { recursive: true });
  writeFileSync(join(vocabularies, `${version}.json`), jsonText(currentVocabulary(), 2));
  rmSync(join(histories, next), { recursive: true, force: true });
  return [...recorded.map(([name]) => `histories/${version}/${name}.json`), `vocabulary/${version}.json`];
}
