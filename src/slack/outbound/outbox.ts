// Every outgoing message goes through here and is brought to the state it shall have: posted once, then edited. What is
// overtaken while it waits is never sent, and what was last asked for always is.
import { digestJson } from '../../core/json.ts';
import type { SlackMessage, StillHeld } from '../../ports/slack-memory.ts';
import { withMutex } from './mutex.ts';
import { createPoster, type Desired, type Placed, type PosterDeps, type Take } from './poster.ts';
import type { RateLimiter, SleepingClock } from './rate-limiter.ts';

/** What the outbox needs. */
export type OutboxDeps = PosterDeps & { readonly rateLimiter: RateLimiter; readonly clock: SleepingClock };

/** Brings messages to their desired state. */
export type Outbox = {
  /**
   * Resolves once the message stands as desired, or in a later state. Rejects with Slack's error; nothing is doubled by
   * asking again.
   */
  readonly put: (desired: Desired) => Promise<Placed>;
};

type Waiter = { readonly resolve: (placed: Placed) => void; readonly reject: (error: unknown) => void };
/** One message under way: what is wanted now, and the callers that wait for it. */
type Line = { wanted: Desired; readonly waiters: Waiter[] };

/** An outbox. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { rateLimiter, messages } = deps;
  const { find, post, edit, record } = createPoster(deps);
  const lines = new Map<string, Line>();

  /** Sends until no caller waits any more; one line per key, so that states of one message never overtake each other. */
  async function work(key: string, line: Line): Promise<void> {
    while (line.waiters.length > 0) {
      const covered: Waiter[] = [];
      const take = () => {
        covered.push(...line.waiters.splice(0));
        return line.wanted;
      };
      try {
        const placed = await bring(line, take);
        for (const { resolve } of covered) resolve(placed);
      } catch (error) {
        // A caller that came after the message had gone out gets a try of its own.
        if (covered.length === 0) take();
        for (const { reject } of covered) reject(error);
      }
    }
    lines.delete(key);
  }

  async function bring(line: Line, take: Take): Promise<Placed> {
    const { key, lane, channelId, incidentId } = line.wanted;
    const known = await messages.byKey(key);
    const leave = (ts: string): Placed => {
      take();
      return { ts };
    };
    if (known?.ts && stands(known, line.wanted)) return leave(known.ts);
    const run = async (stillHeld: StillHeld) => {
      const before = await messages.byKey(key);
      if (before?.ts) return stands(before, line.wanted) ? leave(before.ts) : edit(take, before.ts, stillHeld);
      // Another process, or this one in an earlier try, may have begun it, and posted it unrecorded.
      const isFresh = before === null && (await messages.begin({ key, incidentId, channelId }));
      const found = isFresh ? null : await find(line.wanted);
      if (found === null) return post(take, stillHeld);
      await record(line.wanted, found);
      return edit(take, found, stillHeld);
    };
    const method = known?.ts ? 'chat.update' : 'chat.postMessage';
    return rateLimiter.schedule({ lane, method, channelId, run: () => withMutex(deps, key, run) });
  }

  return {
    put: (desired) =>
      new Promise((resolve, reject) => {
        const waiter = { resolve, reject };
        const line = lines.get(desired.key);
        if (line) {
          if (desired.version >= line.wanted.version) line.wanted = desired;
          line.waiters.push(waiter);
          return;
        }
        const opened: Line = { wanted: desired, waiters: [waiter] };
        lines.set(desired.key, opened);
        void work(desired.key, opened);
      }),
  };
}

/** True if Slack shows this state, or a later one, already. */
function stands(before: SlackMessage, wanted: Desired): boolean {
  return before.version > wanted.version || before.digest === digestJson(wanted.message);
}
