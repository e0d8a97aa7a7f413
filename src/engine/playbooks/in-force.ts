// Which versions of playbooks are in force in this process where the ledger decides, as it last read them. Reads what others have changed;
// decides nothing.
import type { Actor } from '../../core/actor.ts';
import type { CanaryPart, Stage } from '../../core/change-control/events.ts';
import { type PlaybookLife, type PlaybookVersion, versionAt } from '../../core/change-control/state.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { ChangeControlPorts } from '../../ports/change-control.ts';
import type { PlaybookLives, StreamHead } from '../../ports/ledger.ts';
import type { Log } from '../../ports/runtime.ts';
import { believed } from '../record/believed.ts';

/** Versions that are tried beside the live one of a playbook. */
export type Trials = {
  readonly shadow: Playbook | null;
  readonly canary: { readonly playbook: Playbook; readonly part: CanaryPart; readonly since: string } | null;
};

/** The versions in force. */
export type InForce = {
  /** Reads what has changed since, and puts it in force. Nothing where the folder decides. */
  readonly refresh: () => Promise<void>;
  /** Who answers for a version; undefined: nobody, or it is not known here. */
  readonly authorOf: (digest: string) => Actor | undefined;
  readonly trialsOf: (playbook: string) => Trials;
  /** How far a version has come; what is in the folder is live where that decides, and what the ledger does not know is a draft. */
  readonly stageOf: (digest: string) => Stage;
  /** What is known of every playbook. */
  readonly lives: () => readonly PlaybookLife[];
};

type Known = { readonly head: StreamHead; readonly life: PlaybookLife; readonly live: Playbook | null } & Trials;

const noTrials: Trials = { shadow: null, canary: null };

/** Follows the ledger. */
export function createInForce(
  control: Pick<ChangeControlPorts, 'mode' | 'replace' | 'versions'>,
  lives: Pick<PlaybookLives, 'heads' | 'load'>,
  log: Pick<Log, 'error'>,
): InForce {
  let known: ReadonlyMap<string, Known> = new Map();
  let versions: ReadonlyMap<string, PlaybookVersion> = new Map();
  let reading: Promise<void> | null = null;
  const told = new Set<string>();

  const definition = async (digest: string | undefined): Promise<Playbook | null> =>
    digest === undefined ? null : await control.versions.byDigest(digest);

  async function read(name: string): Promise<Known | null> {
    const { life, head } = await lives.load(name);
    if (!head) return null;
    const canary = versionAt(life, 'canary');
    const playbook = await definition(canary?.ref.digest);
    return {
      head,
      life,
      live: await definition(versionAt(life, 'live')?.ref.digest),
      shadow: await definition(versionAt(life, 'shadow')?.ref.digest),
      canary: canary?.canary && playbook ? { playbook, part: canary.canary, since: canary.since } : null,
    };
  }

  async function readAll(): Promise<void> {
    const heads = await lives.heads();
    const next = new Map<string, Known>();
    let hasChanged = heads.size !== known.size;
    for (const [name, { version, hash }] of heads) {
      const before = known.get(name);
      if (before && before.head.version === version && before.head.hash === hash) {
        next.set(name, before);
        continue;
      }
      hasChanged = true;
      const now = await believed(read(name));
      if (now) next.set(name, now);
      else if (!told.has(name)) {
        // It is in force no longer: nothing is started by what somebody may have put there.
        told.add(name);
        log.error({ playbook: name }, 'the record of this playbook cannot be believed: no version of it is in force');
      }
    }
    if (!hasChanged) return;
    known = next;
    versions = new Map(
      [...next.values()].flatMap(({ life }) =>
        Object.values(life.versions).map((version) => [version.ref.digest, version] as const),
      ),
    );
    control.replace([...next.values()].flatMap(({ live }) => live ?? []));
  }

  return {
    async refresh() {
      if (control.mode === 'folder') return;
      // Whoever asks while it is being read may ask because of what was changed after it began.
      const before = reading;
      const mine = (before ?? Promise.resolve()).then(readAll);
      const settled = mine.catch(() => undefined);
      reading = settled;
      await mine;
      if (reading === settled) reading = null;
    },
    authorOf: (digest) => versions.get(digest)?.author ?? undefined,
    stageOf: (digest) => (control.mode === 'folder' ? 'live' : (versions.get(digest)?.stage ?? 'draft')),
    trialsOf: (name) => known.get(name) ?? noTrials,
    lives: () => [...known.values()].map(({ life }) => life),
  };
}
