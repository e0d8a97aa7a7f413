// Whether the backend of the job queue answers, looked at again and again: a backend that is absent, slow or no backend at all is away.
// Starts and stops nothing.
import { within } from './within.ts';

/** An answer that takes longer than this, in milliseconds, is as good as none: PostgreSQL wakes the work sooner. */
const slowMs = 1000;
/** The time between two looks, in milliseconds: while all is well, and after the first, second, third… failure. */
const everyMs = 2000;
const firstPauseMs = 250;
const longestPauseMs = 2000;

/** A watched backend. */
export type BackendWatch = {
  readonly isUp: () => boolean;
  /** Resolves after the first look. */
  readonly looked: Promise<void>;
  /** Something went wrong with it: looks again at once. */
  readonly doubt: () => void;
  readonly stop: () => void;
};

/** Watches it until it is stopped. `ask` rejects when the backend does not answer; `changed` is told of every look. */
export function watchBackend(given: {
  readonly ask: () => Promise<void>;
  readonly looked: (error: Error | null) => void;
}): BackendWatch {
  let up = false;
  let stopped = false;
  let looking = false;
  let pauseMs = firstPauseMs;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    if (looking || stopped) return;
    looking = true;
    clearTimeout(timer);
    const error = await within(slowMs, 'it', given.ask()).then(
      () => null,
      (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
    );
    looking = false;
    if (stopped) return;
    up = error === null;
    given.looked(error);
    timer = setTimeout(() => void look(), up ? everyMs : pauseMs);
    timer.unref();
    pauseMs = up ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs);
  }

  const looked = look();
  return {
    looked,
    isUp: () => up,
    doubt: () => void look(),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
