// Frames of incidents for the page. The fold of an incident is kept and goes on from where it was, so that a page that is live costs only
// what is new; going back folds anew from the beginning, or goes on from the last place where that lies before. Reads only.
import { type Frame, type FrameFold, type FramePlaybooks, startFrame } from '../../core/timeline/frame.ts';
import type { PlaybookVersions } from '../../ports/ledger.ts';
import type { Frames, LedgerReads } from '../../ports/ledger-reads.ts';
import { createKeyedMutex } from '../keyed-mutex.ts';
import { believed } from './believed.ts';

/** What frames are made from. */
export type FrameDeps = {
  readonly ledger: Pick<LedgerReads, 'knownBy' | 'timesRedacted' | 'eventsBetween'>;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
};

/** A fold with the number of times that something had been taken out of its stream before it read the first event. */
type Kept = { readonly fold: FrameFold; readonly timesRedacted: number };

/** Folds that are kept, the one that was used last is kept longest. */
const maxKept = 24;

const versionOf = (fold: FrameFold) => fold.head()?.version ?? 0;

/** Frames with a memory of `maxKept` folds. */
export function createFrames({ ledger, versions }: FrameDeps): Frames {
  const kept = new Map<string, Kept>();
  const exclusive = createKeyedMutex();

  /** A fold that has gone no further than that, or for what is known now as far as it likes; none that read what was taken out since. */
  function foldFor(key: string, upTo: number, timesRedacted: number): FrameFold {
    const known = kept.get(key);
    kept.delete(key);
    const isTrue = known !== undefined && known.timesRedacted === timesRedacted;
    const entry = isTrue && versionOf(known.fold) <= upTo ? known : { fold: startFrame(), timesRedacted };
    kept.set(key, entry);
    for (const oldest of kept.keys()) {
      if (kept.size <= maxKept) break;
      kept.delete(oldest);
    }
    return entry.fold;
  }

  async function playbooksOf(fold: FrameFold): Promise<FramePlaybooks> {
    const found = await Promise.all(
      fold.playbooks().map(async (digest) => [digest, await believed(versions.byDigest(digest))] as const),
    );
    return new Map(found.flatMap(([digest, playbook]) => (playbook === null ? [] : [[digest, playbook] as const])));
  }

  const drawn = (kind: 'now' | 'at', streamId: string, upTo: number): Promise<Frame | null> =>
    exclusive(`${kind} ${streamId}`, async () => {
      const key = `${kind} ${streamId}`;
      const times = await ledger.timesRedacted(streamId);
      const fold = foldFor(key, kind === 'now' ? Number.POSITIVE_INFINITY : upTo, times);
      try {
        for await (const part of ledger.eventsBetween(streamId, { after: versionOf(fold), upTo }))
          for (const event of part) fold.add(event);
      } catch (error) {
        // A fold that stopped half way is not gone on with.
        kept.delete(key);
        throw error;
      }
      return fold.draw(await playbooksOf(fold));
    });

  return {
    now: (streamId, version) => drawn('now', streamId, version),
    at: async (streamId, at) => drawn('at', streamId, await ledger.knownBy(streamId, at)),
  };
}
