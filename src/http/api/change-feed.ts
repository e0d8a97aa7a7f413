// Follows the ledger for all listeners: one reader however many there are, in this process or another's changes alike.
// Tells at least once and in order within an incident; keeps nothing that the ledger has not.
import type { LedgerChange, LedgerChanges } from '../../ports/api.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';

/** A change and the place to resume from after it. */
export type FedChange = { readonly change: LedgerChange; readonly place: string };

/** Where a listener stands: everything up to an instant, and one incident up to one of its events. */
type Place = { readonly sinceMs: number; readonly incidentId: string | null; readonly seq: number };

/** One listener. `reset`: too much has happened since its place; it has to load everything anew. */
export type Listener = { readonly changed: (change: FedChange) => void; readonly reset: (place: string) => void };

/** The feed. */
export type ChangeFeed = {
  /**
   * Adds a listener; it is told everything committed from the moment this resolves, and before that what came after
   * `place`. Resolves to the place where it starts and to how it leaves.
   */
  readonly listen: (listener: Listener, place: string | null) => Promise<{ place: string; leave: () => void }>;
  /** Something has been committed in this process: poll now. */
  readonly nudge: () => void;
};

/** Changes of other processes are seen within this time. */
const pollEveryMs = 1000;
/** Between two polls, so that a storm of commits is read in batches. */
const pauseMs = 50;
/** Commits are not in the order of their instants, and clocks differ; what is older than this when it commits is missed. */
const overlapMs = 10_000;
/** What a listener that resumes is told at most, and how long ago it may have left. */
const maxReplay = 1000;
const maxAwayMs = 3_600_000;

/** A place as it is given to readers; contract/routes/operations.ts has the same form. */
const placePattern = /^(\d{1,15})(?:\.(inc_[a-z0-9]{26})\.(\d{1,9}))?$/;

function readPlace(text: string): Place | null {
  const [, since, incidentId = null, seq = '0'] = placePattern.exec(text) ?? [];
  return since === undefined ? null : { sinceMs: Number(since), incidentId, seq: Number(seq) };
}

const iso = (ms: number) => new Date(ms).toISOString();

type FeedDeps = { readonly changes: LedgerChanges; readonly runtime: Pick<Runtime, 'nowMs'> };

/** The common reader of all listeners. */
function createReader({ changes, runtime }: FeedDeps) {
  /** Per incident the last event told, for incidents that changed within the overlap. */
  let told = new Map<string, { seq: number; atMs: number }>();
  /** Everything up to here has been told. */
  let sinceMs = 0;

  /** Reads what is new and marks it as told; `more`: there was more than one read takes. */
  async function poll(): Promise<{ fresh: readonly FedChange[]; more: boolean }> {
    const from = sinceMs;
    const startedMs = runtime.nowMs();
    const known = new Map([...told].map(([id, { seq }]) => [id, seq]));
    const read = await changes.after(iso(from - overlapMs), known, maxReplay);
    const more = read.length === maxReplay;
    for (const { incidentId, seq, at } of read) told.set(incidentId, { seq, atMs: Date.parse(at) });
    if (!more) {
      sinceMs = startedMs;
      told = new Map([...told].filter(([, { atMs }]) => atMs > sinceMs - 2 * overlapMs));
    }
    const fresh = read.map((change) => ({ change, place: `${from}.${change.incidentId}.${change.seq}` }));
    return { fresh, more };
  }

  return {
    poll,
    /** What has happened up to now is not news to the first listener. */
    async begin(): Promise<void> {
      told = new Map();
      sinceMs = runtime.nowMs();
      while ((await poll()).more);
    },
    sinceMs: () => sinceMs,
  };
}

/** Tells one listener what it missed, and notes in `seen` what that was; false if it was too much. */
async function replay(
  { changes, runtime }: FeedDeps,
  { changed }: Listener,
  place: Place,
  seen: Map<string, number>,
): Promise<boolean> {
  if (runtime.nowMs() - place.sinceMs > maxAwayMs) return false;
  if (place.incidentId !== null) seen.set(place.incidentId, place.seq);
  const missed = await changes.after(iso(place.sinceMs - overlapMs), seen, maxReplay);
  if (missed.length === maxReplay) return false;
  for (const change of missed) {
    seen.set(change.incidentId, change.seq);
    changed({ change, place: `${place.sinceMs}.${change.incidentId}.${change.seq}` });
  }
  return true;
}

/** A feed; it reads nothing while it has no listener. */
export function createChangeFeed(deps: FeedDeps & { readonly log: Log }): ChangeFeed {
  const { log } = deps;
  const reader = createReader(deps);
  const listeners = new Set<Listener>();
  let timer: NodeJS.Timeout | null = null;
  /** True: there is a reason not to wait for the next regular poll. */
  let soon = false;
  /** The last read that was begun: reads come one after the other. */
  let lastRead: Promise<void> = Promise.resolve();
  const serially = (work: () => Promise<void>): Promise<void> => {
    lastRead = lastRead.then(work, work);
    return lastRead;
  };

  async function follow(): Promise<void> {
    soon = false;
    try {
      const { fresh, more } = await reader.poll();
      for (const fed of fresh) for (const listener of listeners) listener.changed(fed);
      soon ||= more;
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.message : String(error) }, 'following the ledger failed');
    }
    plan();
  }

  function plan(): void {
    if (timer) clearTimeout(timer);
    timer = listeners.size === 0 ? null : setTimeout(() => void serially(follow), soon ? pauseMs : pollEveryMs).unref();
  }

  return {
    async listen(listener, from) {
      const seen = new Map<string, number>();
      const waiting: FedChange[] = [];
      let live = false;
      // The replay reads to the end of the ledger, which may be ahead of the common reader.
      const tell = (fed: FedChange) => {
        if (fed.change.seq > (seen.get(fed.change.incidentId) ?? 0)) listener.changed(fed);
      };
      const joined: Listener = { ...listener, changed: (fed) => (live ? tell(fed) : waiting.push(fed)) };
      const first = listeners.size === 0;
      listeners.add(joined);
      const leave = () => {
        listeners.delete(joined);
      };
      try {
        await (first ? serially(reader.begin) : lastRead);
        const place = from === null ? null : readPlace(from);
        const start = String(reader.sinceMs());
        if (place && !(await replay(deps, listener, place, seen))) listener.reset(start);
        for (const fed of waiting) tell(fed);
        live = true;
        plan();
        return { place: start, leave };
      } catch (error) {
        leave();
        throw error;
      }
    },

    nudge() {
      if (soon || listeners.size === 0) return;
      soon = true;
      plan();
    },
  };
}
