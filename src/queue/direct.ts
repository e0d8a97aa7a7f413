// Jobs done in this process without the queue: what was committed here is begun here at once, and while the queue is away everything is.
// Best effort like the queue itself: the reconciler finds what is left out.
import type { Log } from '../ports/runtime.ts';

/** Jobs of one queue that wait for a place, and jobs that wait for their time; more are left to the reconciler. */
const mostWaiting = 10_000;

/** A job to be done here. */
export type DirectJob = {
  readonly queue: string;
  /** Jobs of one key are equal: while one is done, those that come are done as one after it. */
  readonly key: string;
  /** It takes in at once what comes while it is done: an equal job then need not wait for a place, nor for its end. */
  readonly joins: boolean;
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
  readonly underWay: Map<string, { again: boolean; readonly ended: Promise<void> }>;
  readonly waiting: Map<string, DirectJob>;
};

/**
 * Does jobs directly.
 * @param mostAtOnce how many jobs of a queue are under way at once, so that those of one keep none of another waiting
 */
export function createDirect(log: Log, mostAtOnce: (queue: string) => number): Direct {
  const lines = new Map<string, Line>();
  const later = new Map<string, NodeJS.Timeout>();
  const joined = new Set<Promise<void>>();
  let stopped = false;

  const done = ({ key, work }: DirectJob): Promise<void> =>
    work().catch((error: unknown) =>
      log.error({ err: error, job: key }, 'a job failed; the reconciler will try again'),
    );

  function join(job: DirectJob): void {
    const own = done(job).finally(() => joined.delete(own));
    joined.add(own);
  }

  function lineOf(queue: string): Line {
    const line = lines.get(queue) ?? { underWay: new Map(), waiting: new Map() };
    lines.set(queue, line);
    return line;
  }

  async function perform(line: Line, job: DirectJob): Promise<void> {
    const { key } = job;
    do {
      const entry = line.underWay.get(key);
      if (entry) entry.again = false;
      await done(job);
    } while (!stopped && line.underWay.get(key)?.again === true);
    line.underWay.delete(key);
    const [next] = line.waiting.values();
    if (stopped || !next) return;
    line.waiting.delete(next.key);
    start(line, next);
  }

  function start(line: Line, job: DirectJob): void {
    // Begun a turn later, so that it stands in the map when it looks there.
    const ended = Promise.resolve().then(() => perform(line, job));
    line.underWay.set(job.key, { again: false, ended });
  }

  function begin(job: DirectJob): void {
    if (stopped) return;
    const line = lineOf(job.queue);
    const same = line.underWay.get(job.key);
    if (same && job.joins) join(job);
    else if (same) same.again = true;
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
      await Promise.all([...underWay, ...joined]);
    },
  };
}
