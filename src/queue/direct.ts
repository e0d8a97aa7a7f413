// Jobs done in this process without the queue: what was committed here is begun here at once, and while the queue is away everything is.
// Best effort like the queue itself: the reconciler finds what is left out.
import type { Log } from '../ports/runtime.ts';

/** Jobs of one queue that wait for a place, and jobs that wait for their time; more are left to the reconciler. */
const mostWaiting = 10_000;

/** A job to be done here. */
type DirectJob = {
  readonly queue: string;
  /** Jobs of one key are equal: while one is done, of those that come the last is done after it. */
  readonly key: string;
  readonly work: () => Promise<void>;
};

/** Does jobs directly. */
export type Direct = {
  /** Takes a job. */
  readonly take: (job: DirectJob, delayMs: number) => void;
  /** Takes no more. Resolves when nothing is under way. */
  readonly stop: () => Promise<void>;
};

/** The jobs of one queue: those under way by their keys, and those that wait for one of them to end. */
type Line = {
  readonly underWay: Map<string, { again: DirectJob | null; readonly ended: Promise<void> }>;
  readonly waiting: Map<string, DirectJob>;
};

/**
 * Does jobs directly.
 * @param mostAtOnce how many jobs of a queue are under way at once, so that those of one keep none of another waiting
 */
export function createDirect(log: Log, mostAtOnce: (queue: string) => number): Direct {
  const lines = new Map<string, Line>();
  const later = new Map<string, NodeJS.Timeout>();
  let stopped = false;

  const done = ({ key, work }: DirectJob): Promise<void> =>
    work().catch((error: unknown) =>
      log.error({ err: error, job: key }, 'a job failed; the reconciler will try again'),
    );

  function lineOf(queue: string): Line {
    const line = lines.get(queue) ?? { underWay: new Map(), waiting: new Map() };
    lines.set(queue, line);
    return line;
  }

  async function perform(line: Line, job: DirectJob): Promise<void> {
    const { key } = job;
    for (let current: DirectJob | null = job; current !== null; ) {
      const entry = line.underWay.get(key);
      if (entry) entry.again = null;
      await done(current);
      current = stopped ? null : (entry?.again ?? null);
    }
    line.underWay.delete(key);
    const [next] = line.waiting.values();
    if (stopped || !next) return;
    line.waiting.delete(next.key);
    start(line, next);
  }

  function start(line: Line, job: DirectJob): void {
    // Begun a turn later, so that it stands in the map when it looks there.
    const ended = Promise.resolve().then(() => perform(line, job));
    line.underWay.set(job.key, { again: null, ended });
  }

  function begin(job: DirectJob): void {
    if (stopped) return;
    const line = lineOf(job.queue);
    const same = line.underWay.get(job.key);
    if (same) same.again = job;
    else if (line.underWay.size < mostAtOnce(job.queue)) start(line, job);
    else if (line.waiting.size < mostWaiting) line.waiting.set(job.key, job);
  }

  return {
    take(job, delayMs) {
      if (stopped) return;
      if (delayMs <= 0) return begin(job);
      const { key } = job;
      if (later.size >= mostWaiting && !later.has(key)) return;
      clearTimeout(later.get(key));
      const timer = setTimeout(() => {
        later.delete(key);
        begin(job);
      }, delayMs);
      later.set(key, timer.unref());
    },
    async stop() {
      stopped = true;
      for (const timer of later.values()) clearTimeout(timer);
      const underWay = [...lines.values()].flatMap((line) => [...line.underWay.values()].map(({ ended }) => ended));
      await Promise.all(underWay);
    },
  };
}
