// A database that has lost a checkpoint which was made here, for engines in memory.
import { checkpointRef, type SealedCheckpoint } from '../../../src/core/timeline/checkpoint.ts';
import type { Witnessed } from '../../../src/engine/record/rollback-watch.ts';

/** `number` was made here; `kept` is the newest that the database has. */
export function lackingCheckpoint(number: number, kept: number | null): Witnessed {
  const newest: SealedCheckpoint | null =
    kept === null
      ? null
      : {
          body: {
            schema: 'firebreak/checkpoint/v1',
            number: kept,
            at: '2026-03-01T00:00:00.000Z',
            previous: null,
            heads: [],
          },
          signature: '',
          keyId: '',
        };
  let remembered: ReturnType<Witnessed['witness']['recall']> = { number, digest: `sha256:${number}` };
  return {
    checkpoints: {
      byNumber: async (asked) => (newest && asked === kept ? newest : null),
      newest: async () => newest,
    },
    witness: {
      recall: () => remembered,
      remember(ref) {
        remembered = ref;
      },
      forget() {
        remembered = null;
      },
    },
  };
}

/** Number and digest of the newest that such a database has. */
export const newestOf = async ({ checkpoints }: Witnessed) => {
  const newest = await checkpoints.newest();
  return newest && checkpointRef(newest);
};
