// The connection to Slack, kept in the background for as long as the process lives: Slack may be absent, slow, wrong or refuse us at the
// start and at any time after, and nothing else waits for it. One place decides when it is tried again.
import type { ReportPart } from '../ports/parts.ts';
import type { SleepingClock } from './outbound/rate-limiter.ts';
import { type SlackTrouble, troubleOf } from './slack-error.ts';

/** Pauses between two tries, in milliseconds, and between two looks while all is well. */
const firstPauseMs = 500;
const longestPauseMs = 30_000;
const everyMs = 60_000;
/** A start waits so long for Slack, in milliseconds, so that most are ready with it. */
const momentMs = 1000;
/** Slack that takes longer than this to let us in, in milliseconds, is said to be away; it may still answer. */
const slowMs = 15_000;

/** What there is to connect. */
export type ConnectionParts = {
  /** Makes the app ready for requests. Rejects if Slack does not accept the token; may be called again then. */
  readonly init: () => Promise<void>;
  /** Rejects if Slack does not answer us as it should. */
  readonly probe: () => Promise<unknown>;
  /** The socket of Socket Mode, if Slack comes over one. `lost` is called when it ends by itself. */
  readonly socket: { readonly open: () => Promise<unknown>; readonly onLost: (lost: () => void) => void } | null;
  readonly report: ReportPart;
  readonly clock: SleepingClock;
  readonly random: () => number;
};

/** The connection. */
export type Connection = {
  /** Begins to connect. Resolves after the first try, or after a moment: it may take as long as it likes. */
  readonly start: () => Promise<void>;
  /** True once the app can take requests; it stays so. */
  readonly isReady: () => boolean;
  /** True while Slack answers us. */
  readonly isUp: () => boolean;
  /** A call went wrong: whether Slack is there is looked at again. */
  readonly doubt: () => void;
  readonly stop: () => void;
};

/** Why Slack is away, and what to do where that is not to wait. */
const reasonOf = ({ kind, message }: SlackTrouble): string =>
  kind === 'dead' ? `${message}; install the app again and give Firebreak its new tokens` : message;

/** Makes it; nothing is connected yet. */
export function createConnection(parts: ConnectionParts): Connection {
  let ready = false;
  let up = false;
  let stopped = false;
  let opened = false;
  let wake: () => void = () => undefined;
  /** The try under way: one that is slow is not joined by another. */
  let trying: Promise<void> | null = null;
  const lookAgain = () => wake();
  parts.socket?.onLost(() => {
    opened = false;
    lookAgain();
  });

  async function attempt(): Promise<void> {
    if (!ready) await parts.init();
    else await parts.probe();
    ready = true;
    if (!parts.socket || opened) return;
    await parts.socket.open();
    opened = true;
  }

  /** Why Slack is away; null: it is there. */
  async function look(): Promise<string | null> {
    trying ??= attempt().finally(() => {
      trying = null;
    });
    const tried = trying.then(
      () => null,
      (error: unknown) => reasonOf(troubleOf(error)),
    );
    const slow = parts.clock.sleep(slowMs).then(() => `Slack has not answered within ${slowMs / 1000} s`);
    return Promise.race([tried, slow]);
  }

  async function keep(tried: () => void): Promise<void> {
    for (let pauseMs = firstPauseMs; !stopped; ) {
      const doubted = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const trouble = await look();
      if (stopped) return;
      up = trouble === null;
      parts.report('slack', up ? 'up' : 'away', trouble ?? undefined);
      tried();
      const restMs = up ? everyMs : pauseMs * (0.5 + parts.random() / 2);
      pauseMs = up ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs);
      // While it is away, it is no news that calls go wrong.
      await Promise.race(up ? [parts.clock.sleep(restMs), doubted] : [parts.clock.sleep(restMs)]);
      // Many calls that go wrong at once are one doubt.
      if (up && !stopped) await parts.clock.sleep(firstPauseMs);
    }
  }

  return {
    async start() {
      let isTried = false;
      const first = new Promise<void>((tried) => void keep(tried)).then(() => {
        isTried = true;
      });
      await Promise.race([first, parts.clock.sleep(momentMs)]);
      if (!isTried) parts.report('slack', 'away', 'it has not answered yet');
    },
    isReady: () => ready,
    isUp: () => up,
    doubt: lookAgain,
    stop() {
      stopped = true;
      lookAgain();
    },
  };
}
