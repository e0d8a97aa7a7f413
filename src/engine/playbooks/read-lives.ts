// Reads of the lives of playbooks for people: their versions, what was live when, what differs. Changes nothing.
import { diffPlaybooks } from '../../core/change-control/diff.ts';
import { evolveLife } from '../../core/change-control/evolve.ts';
import { type PlaybookLife, playbookStreamId, unknownPlaybook, versionAt } from '../../core/change-control/state.ts';
import type { StoredEvent } from '../../core/events.ts';
import { err, ok } from '../../core/result.ts';
import { isPlaybookLifeEvent, readEvent } from '../../core/timeline/read-event.ts';
import type { ChangeControlMode, ChangeControlReads, VersionTrials } from '../../ports/change-control.ts';
import type { EventStore, PlaybookLives, PlaybookVersions } from '../../ports/ledger.ts';
import { readCanaryTrial } from './canary-trial.ts';
import { theVersion } from './change-control.ts';

/** What reading needs. */
export type ReadLivesParts = {
  readonly mode: ChangeControlMode;
  readonly lives: Pick<PlaybookLives, 'load' | 'heads'>;
  readonly events: Pick<EventStore, 'readStream'>;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly trials: Pick<VersionTrials, 'outcomes'>;
};

/** Makes the reads. */
export function createReadLives(parts: ReadLivesParts): ChangeControlReads {
  const { mode, lives, events: store, versions, trials } = parts;
  const events = async (playbook: string): Promise<readonly StoredEvent[]> => {
    const found: StoredEvent[] = [];
    for await (const event of store.readStream(playbookStreamId(playbook))) found.push(event);
    return found;
  };
  const life = async (playbook: string) => (await lives.load(playbook)).life;
  return {
    mode,
    names: async () => [...(await lives.heads()).keys()],
    life,
    events,
    async liveAt(playbook, at) {
      let known = unknownPlaybook(playbook);
      for (const event of await events(playbook)) {
        if (Date.parse(event.at) > Date.parse(at)) break;
        const read = readEvent(event);
        if (read.outcome !== 'known' || !isPlaybookLifeEvent(read.event)) continue;
        known = evolveLife(known, { ...read.event, at: event.at, actor: event.actor });
      }
      return versionAt(known, 'live')?.ref ?? null;
    },
    canary: async (playbook, nowMs) => readCanaryTrial(trials, { life: await life(playbook), nowMs }),
    async diff(playbook, asked) {
      const known = await life(playbook);
      const from = asked.from === undefined ? liveOf(known) : theVersion(known, asked.from);
      const to = asked.to === undefined ? newestOf(known) : theVersion(known, asked.to);
      if (!from.ok) return from;
      if (!to.ok) return to;
      const [before, after] = await Promise.all([from.value, to.value].map(({ ref }) => versions.byDigest(ref.digest)));
      if (!before || !after) return err({ code: 'not_found', message: 'the definition of one of them is not kept' });
      return ok({ from: from.value.ref, to: to.value.ref, changes: diffPlaybooks(before, after) });
    },
  };
}

const liveOf = (life: PlaybookLife) => {
  const live = versionAt(life, 'live');
  return live
    ? ok(live)
    : err({ code: 'wrong_state' as const, message: `no version of ${life.name} is live; name the one to start from` });
};

/** The one that was registered last. */
const newestOf = (life: PlaybookLife) => {
  const [newest] = Object.values(life.versions).sort((a, b) => (a.registeredAt < b.registeredAt ? 1 : -1));
  return newest ? ok(newest) : err({ code: 'not_found' as const, message: `no version of ${life.name} is known` });
};
