// What the stream of one playbook leads to: its versions with their stages. Types and questions about them only.
import type { Actor } from '../actor.ts';
import type { PlaybookRef } from '../playbook/playbook.ts';
import type { CanaryPart, PlaybookLifeEvent, Stage } from './events.ts';

/** One version of a playbook as the ledger knows it. */
export type PlaybookVersion = {
  readonly ref: PlaybookRef;
  readonly stage: Stage;
  /** Since when it is at that stage. */
  readonly since: string;
  /** Who answers for what it says; null: it was found in the folder, and nobody has yet. */
  readonly author: Actor | null;
  readonly registeredAt: string;
  /** Its file, as the process that registered it named it. */
  readonly path: string;
  /** Who brought it to its stage; null: it was never promoted. */
  readonly promotedBy: Actor | null;
  /** Why it is at its stage; null: it was registered, and that is all. */
  readonly reason: string | null;
  /** The part that it takes as a canary; absent: it is none. */
  readonly canary?: CanaryPart;
};

/** The life of one playbook: all its versions. */
export type PlaybookLife = {
  readonly name: string;
  readonly versions: { readonly [digest: string]: PlaybookVersion };
  /** The digests that were live, the latest last and each once; the last is live now if its stage says so. */
  readonly wasLive: readonly string[];
};

/** An event of a playbook's stream with its instant and author, as the fold reads it. */
export type PlaybookLifeFact = PlaybookLifeEvent & { readonly at: string; readonly actor: Actor };

const prefix = 'pbk_';

/** The stream of a playbook, by its name. */
export const playbookStreamId = (name: string): string => `${prefix}${name}`;

/** True for the stream of a playbook, by its id alone. */
export const isPlaybookStream = (streamId: string): boolean => streamId.startsWith(prefix);

/** Before anything of a playbook was recorded. */
export const unknownPlaybook = (name: string): PlaybookLife => ({ name, versions: {}, wasLive: [] });

/** Before the first event of such a stream. */
export const emptyLife = (streamId: string): PlaybookLife => unknownPlaybook(streamId.slice(prefix.length));

/** A version by its digest. A digest comes from outside: it may be the name of something every object has. */
export const versionOf = ({ versions }: PlaybookLife, digest: string): PlaybookVersion | undefined =>
  Object.hasOwn(versions, digest) ? versions[digest] : undefined;

/** The version at a stage of which there is one at most. */
export const versionAt = ({ versions }: PlaybookLife, stage: 'shadow' | 'canary' | 'live'): PlaybookVersion | null =>
  Object.values(versions).find((version) => version.stage === stage) ?? null;

/** The version that was live before the one that is, or that was last if none is; null: there is none. */
export function liveBefore(life: PlaybookLife): PlaybookVersion | null {
  const live = versionAt(life, 'live')?.ref.digest;
  const digest = life.wasLive.filter((one) => one !== live).at(-1);
  return digest === undefined ? null : (versionOf(life, digest) ?? null);
}

/** The versions that a text can mean: a version number, or the beginning of a digest of at least six characters. */
export function versionsNamed(life: PlaybookLife, text: string): readonly PlaybookVersion[] {
  const all = Object.values(life.versions);
  const digest = text.startsWith('sha256:') ? text : `sha256:${text}`;
  const exact = all.filter(({ ref }) => ref.version === text || ref.digest === digest);
  if (exact.length > 0 || digest.length < 'sha256:'.length + 6) return exact;
  return all.filter(({ ref }) => ref.digest.startsWith(digest));
}
