// Writes histories. `node test/replay/record.mjs` writes one of each story that has none yet to the folders next; `record.mjs 0.2.0`, at
// a release, one of every story to the folders of that version, and its vocabulary. What a released version wrote is never written again.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { GroupHistory, groupStories, recordGroup } from './group-history.ts';
import { History, record } from './history.ts';
import { jsonText } from './json-text.ts';
import { PlaybookHistory, playbookStories, recordPlaybook } from './playbook-history.ts';
import { stories } from './stories/index.ts';
import { recordSystem, SystemHistory, systemStories } from './system-history.ts';
import { currentVocabulary, Vocabulary } from './vocabulary.ts';

const folderOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const vocabularies = folderOf('vocabulary');
/** The folder of the version under development. */
export const next = 'next';

const parsed = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** A history in its place. */
type Kept<H> = { readonly version: string; readonly file: string; readonly history: H };

/** Histories of one kind: where they are, what they are, and the stories they are made from. */
type Kind<H> = {
  readonly folder: string;
  readonly read: (json: unknown) => H;
  readonly stories: readonly { readonly name: string; readonly record: (version: string) => Promise<H> }[];
};
const ofIncidents: Kind<History> = {
  folder: 'histories',
  read: History.parse,
  stories: stories.map((story) => ({ name: story.name, record: (version) => record(story, version) })),
};
const ofGroups: Kind<GroupHistory> = {
  folder: 'group-histories',
  read: GroupHistory.parse,
  stories: groupStories.map((story) => ({ name: story.name, record: (version) => recordGroup(story, version) })),
};
const ofSystem: Kind<SystemHistory> = {
  folder: 'system-histories',
  read: SystemHistory.parse,
  stories: systemStories.map((story) => ({ name: story.name, record: (version) => recordSystem(story, version) })),
};

const ofPlaybooks: Kind<PlaybookHistory> = {
  folder: 'playbook-histories',
  read: PlaybookHistory.parse,
  stories: playbookStories.map((story) => ({ name: story.name, record: (version) => recordPlaybook(story, version) })),
};

function readKind<H>({ folder, read }: Kind<H>): readonly Kept<H>[] {
  const path = folderOf(folder);
  if (!existsSync(path)) return [];
  return readdirSync(path).flatMap((version) =>
    readdirSync(join(path, version)).map((file) => ({
      version,
      file,
      history: read(parsed(join(path, version, file))),
    })),
  );
}

/** Every history of an incident, with the folder and the file it is in. */
export const readHistories = () => readKind(ofIncidents);
/** Every history of an alert group. */
export const readGroupHistories = () => readKind(ofGroups);
/** Every history of the system stream. */
export const readSystemHistories = () => readKind(ofSystem);

/** Every history of a playbook's versions. */
export const readPlaybookHistories = () => readKind(ofPlaybooks);

/** The vocabulary of every released version. */
export function readVocabularies(): readonly { readonly version: string; readonly vocabulary: Vocabulary }[] {
  return readdirSync(vocabularies).map((file) => ({
    version: file.replace('.json', ''),
    vocabulary: Vocabulary.parse(parsed(join(vocabularies, file))),
  }));
}

/** Records stories; answers the names of the files written. */
export async function writeHistories(version: string): Promise<readonly string[]> {
  if (version === next)
    return [
      ...(await writeNext(ofIncidents)),
      ...(await writeNext(ofGroups)),
      ...(await writeNext(ofSystem)),
      ...(await writeNext(ofPlaybooks)),
    ];
  const written = [
    ...(await writeRelease(ofIncidents, version)),
    ...(await writeRelease(ofGroups, version)),
    ...(await writeRelease(ofSystem, version)),
    ...(await writeRelease(ofPlaybooks, version)),
  ];
  mkdirSync(vocabularies, { recursive: true });
  writeFileSync(join(vocabularies, `${version}.json`), jsonText(currentVocabulary(), 2));
  return [...written, `vocabulary/${version}.json`];
}

/** Writes the stories of a kind that no released version has told. */
async function writeNext<H>(kind: Kind<H>): Promise<readonly string[]> {
  const told = new Set(readKind(kind).flatMap(({ version, file }) => (version === next ? [] : file)));
  return write(
    kind,
    next,
    kind.stories.filter(({ name }) => !told.has(`${name}.json`)),
    packageJson.version,
  );
}

async function writeRelease<H>(kind: Kind<H>, version: string): Promise<readonly string[]> {
  if (existsSync(join(folderOf(kind.folder), version)))
    throw new Error(`${version} has written its histories already; they are never written again`);
  const written = await write(kind, version, kind.stories, version);
  rmSync(join(folderOf(kind.folder), next), { recursive: true, force: true });
  return written;
}

/** Records first and writes then: a story that cannot be told leaves nothing half done. */
async function write<H>(
  { folder }: Pick<Kind<H>, 'folder'>,
  into: string,
  told: Kind<H>['stories'],
  version: string,
): Promise<readonly string[]> {
  const recorded: (readonly [string, H])[] = [];
  for (const { name, record } of told) recorded.push([`${into}/${name}.json`, await record(version)]);
  if (recorded.length > 0) mkdirSync(join(folderOf(folder), into), { recursive: true });
  for (const [path, history] of recorded) writeFileSync(join(folderOf(folder), path), jsonText(history, 5));
  return recorded.map(([path]) => `${folder}/${path}`);
}
