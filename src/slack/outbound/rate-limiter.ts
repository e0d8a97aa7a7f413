// Slack's rate limiter: which call goes next, and when. What people must act on goes first and always finds room; log lines go last.
// Knows nothing of messages.
import type { SlackMeter } from '../../ports/metrics.ts';
import type { Log } from '../../ports/runtime.ts';
import type { SlackRates } from '../../ports/slack-rates.ts';
import { troubleOf } from '../slack-error.ts';
import { createTokenBucket, type Rate, type TokenBucket } from './token-bucket.ts';

/** The lanes, the most urgent first. */
const lanes = ['approval', 'state', 'log'] as const;
/** `approval`: somebody must act. `state`: how things stand. `log`: details for whoever wants them. */
export type Lane = (typeof lanes)[number];

/** The time, and waiting for it. */
export type SleepingClock = { readonly nowMs: () => number; readonly sleep: (ms: number) => Promise<unknown> };

/** A call that waits until the rates allow it. */
type LimitedCall<T> = {
  readonly lane: Lane;
  readonly method: LimitedMethod;
  /** For a channel that is yet to be made, whatever it is made for. */
  readonly channelId: string;
  /** Called when the rates allow it; called again after a 429 of Slack. */
  readonly run: () => Promise<T>;
};

/** Schedules calls. */
export type RateLimiter = {
  /** Makes the call once the rates allow it; resolves or rejects as the call does. A 429 is waited out. */
  readonly schedule: <T>(call: LimitedCall<T>) => Promise<T>;
  /** Refuses everything that still waits, and what comes later. */
  readonly stop: () => void;
};

/**
 * Slack publishes about one posted message per second and channel and "several hundred" per minute and workspace, and per
 * minute 50 calls of a method of tier 3, 20 of tier 2. Short bursts are tolerated; their size is not published.
 */
const tier2 = { size: 15, everyMs: 3000 };
const tier3 = { size: 15, everyMs: 1700 };
const perChannel = { size: 5, everyMs: 1000 };
const rates = {
  'chat.postMessage': { workspace: { size: 20, everyMs: 300 }, channel: { size: 4, everyMs: 1000 } },
  'chat.update': { workspace: tier3, channel: perChannel },
  'conversations.kick': { workspace: tier3, channel: perChannel },
  'conversations.create': { workspace: tier2, channel: perChannel },
  'conversations.invite': { workspace: tier3, channel: perChannel },
  'conversations.archive': { workspace: tier2, channel: perChannel },
  'conversations.setTopic': { workspace: tier2, channel: perChannel },
  'pins.add': { workspace: tier2, channel: perChannel },
  'bookmarks.add': { workspace: tier2, channel: perChannel },
} as const satisfies { readonly [method: string]: { readonly workspace: Rate; readonly channel: Rate } };
/** The methods whose calls are limited. */
export type LimitedMethod = keyof typeof rates;

/** The share of a full bucket that a lane leaves behind for the more urgent ones: several people may decide at once. */
const reserves: { readonly [L in Lane]: number } = { approval: 0, state: 1 / 3, log: 1 / 2 };
const reserveOf = (lane: Lane, { size }: Rate): number => Math.floor(reserves[lane] * size);
/** Calls under way at once beyond which a lane starts no other; each may hold a connection to the database. */
const mostUnderway: { readonly [L in Lane]: number } = { approval: 8, state: 6, log: 4 };
const maxBuckets = 1000;

/** Firebreak is about to end; what was not sent is sent after its next start. */
export class StoppingError extends Error {
  override readonly name = 'StoppingError';
}
const stopping = () => new StoppingError('Firebreak is stopping; Slack is told after the next start');

type Waiting = Omit<LimitedCall<unknown>, 'run'> & {
  readonly order: number;
  readonly go: () => void;
  readonly refuse: (error: Error) => void;
};

/** The tokens of the workspace's methods, in all and per channel. */
function createBuckets() {
  const buckets = new Map<string, TokenBucket>();
  function bucket(key: string, rate: Rate): TokenBucket {
    const known = buckets.get(key) ?? createTokenBucket(rate);
    buckets.set(key, known);
    return known;
  }
  const all = {
    ofWorkspace: (method: LimitedMethod) => bucket(method, rates[method].workspace),
    ofChannel: (method: LimitedMethod, channelId: string) => bucket(`${method} ${channelId}`, rates[method].channel),
    /** Holds nothing back by itself: it can be paused. */
    ofLane: (lane: Lane, key: string) => bucket(`${lane}: ${key}`, { size: 1, everyMs: 1 }),
    /** Drops what says nothing any more: a full bucket is as good as a new one. */
    forget(nowMs: number): void {
      if (buckets.size <= maxBuckets) return;
      for (const [key, tokens] of buckets) if (tokens.isFull(nowMs)) buckets.delete(key);
    },
  };
  const needed = ({ method, channelId }: Of) => [all.ofWorkspace(method), all.ofChannel(method, channelId)] as const;
  return {
    ...all,
    needed,
    /** Others have sent what this lane may: it leaves the rest to the more urgent ones, which may go on. */
    holdLane(call: Of, untilMs: number): void {
      // Nothing was sent: two clocks that differ by a moment must not cost a turn each time.
      for (const tokens of needed(call)) tokens.giveBack();
      all.ofLane(call.lane, limitedBy(call)).pause(untilMs);
    },
    /** Slack has refused the call. */
    pause({ method, channelId }: Of, untilMs: number): void {
      const limited = method === 'chat.postMessage' ? all.ofChannel(method, channelId) : all.ofWorkspace(method);
      limited.pause(untilMs);
    },
    /** Milliseconds until the call may go. */
    waitMs(call: Of, nowMs: number): number {
      const { workspace, channel } = rates[call.method];
      const [ofWorkspace, ofChannel] = needed(call);
      const held = lanesUpTo(call.lane).map((one) => all.ofLane(one, limitedBy(call)).waitMs(nowMs, 0));
      return Math.max(
        ...held,
        ofWorkspace.waitMs(nowMs, reserveOf(call.lane, workspace)),
        ofChannel.waitMs(nowMs, reserveOf(call.lane, channel)),
      );
    },
  };
}

/** The lane and those that are more urgent. */
const lanesUpTo = (lane: Lane): readonly Lane[] => lanes.slice(0, lanes.indexOf(lane) + 1);

type Of = Pick<LimitedCall<unknown>, 'lane' | 'method' | 'channelId'>;
/** Slack limits posts per channel and everything else per method. */
const limitedBy = ({ method, channelId }: Of) => (method === 'chat.postMessage' ? `${method} ${channelId}` : method);
/** What goes one after the other: messages keep their order, and wait for nothing else that is done to their channel. */
const laneKey = ({ lane, method, channelId }: Of) =>
  `${lane} ${channelId} ${method.startsWith('chat.') ? 'messages' : method}`;

/** What all processes have sent together. */
function createShare(shared: SlackRates, log: Log) {
  const keyOf = ({ method, channelId }: Of) => `${method} ${channelId}`;
  return {
    /** Takes what the call needs. 0: it may be made, else after how many milliseconds to ask again. */
    take(call: Of): Promise<number> {
      const { workspace, channel } = rates[call.method];
      const ofRate = (key: string, rate: Rate) => ({ key, ...rate, reserve: reserveOf(call.lane, rate) });
      return shared.take([ofRate(call.method, workspace), ofRate(keyOf(call), channel)]);
    },
    /** Slack has refused the call: other processes need not be refused as well. */
    pause(call: Of, ms: number): Promise<void> {
      const { method, channelId } = call;
      log.info({ method, channelId, retryAfterMs: ms }, 'Slack limits the rate; the call is made again later');
      const { workspace, channel } = rates[call.method];
      const isOfChannel = call.method === 'chat.postMessage';
      return shared.pause(
        { key: isOfChannel ? keyOf(call) : call.method, size: isOfChannel ? channel.size : workspace.size },
        ms,
      );
    },
  };
}

/**
 * The rate limiter of one workspace.
 * @param shared what all processes have sent together; this process paces itself besides, so as to ask for little in vain
 */
export function createRateLimiter(
  clock: SleepingClock,
  log: Log,
  { shared, meter }: { readonly shared: SlackRates; readonly meter: Pick<SlackMeter, 'observeLane'> },
): RateLimiter {
  const waiting: Waiting[] = [];
  const share = createShare(shared, log);
  const buckets = createBuckets();
  /** One call of a kind at a time per channel and lane, so that messages come in order and a slow log line delays no approval. */
  const busy = new Set<string>();
  let asked = 0;
  let plannedAtMs = Number.POSITIVE_INFINITY;
  let stopped = false;

  /** Lets every call go that the rates allow, the most urgent first, and plans when to do so again. */
  function dispatch(): void {
    const nowMs = clock.nowMs();
    let soonestMs = Number.POSITIVE_INFINITY;
    waiting.sort((a, b) => lanes.indexOf(a.lane) - lanes.indexOf(b.lane) || a.order - b.order);
    for (const call of [...waiting]) {
      // Each call that ends dispatches again.
      if (busy.has(laneKey(call)) || busy.size >= mostUnderway[call.lane]) continue;
      const needed = buckets.needed(call);
      const waitMs = buckets.waitMs(call, nowMs);
      if (waitMs > 0) {
        soonestMs = Math.min(soonestMs, waitMs);
        continue;
      }
      for (const tokens of needed) tokens.take(nowMs);
      waiting.splice(waiting.indexOf(call), 1);
      busy.add(laneKey(call));
      call.go();
    }
    buckets.forget(nowMs);
    if (soonestMs < Number.POSITIVE_INFINITY) dispatchIn(soonestMs, nowMs + soonestMs);
  }

  function dispatchIn(ms: number, atMs: number): void {
    if (atMs >= plannedAtMs) return;
    plannedAtMs = atMs;
    void clock.sleep(ms).then(() => {
      plannedAtMs = Number.POSITIVE_INFINITY;
      dispatch();
    });
  }

  return {
    async schedule({ run, ...call }) {
      const order = asked++;
      const askedMs = clock.nowMs();
      for (;;) {
        await new Promise<void>((go, refuse) => {
          if (stopped) return refuse(stopping());
          waiting.push({ ...call, order, go, refuse });
          dispatch();
        });
        try {
          const waitMs = await share.take(call);
          if (waitMs === 0) {
            meter.observeLane(call.lane, clock.nowMs() - askedMs);
            return await run();
          }
          buckets.holdLane(call, clock.nowMs() + waitMs);
        } catch (error) {
          const trouble = troubleOf(error);
          if (trouble.kind !== 'wait') throw error;
          buckets.pause(call, clock.nowMs() + trouble.retryAfterMs);
          await share.pause(call, trouble.retryAfterMs);
        } finally {
          busy.delete(laneKey(call));
          dispatch();
        }
      }
    },
    stop() {
      stopped = true;
      for (const { refuse } of waiting.splice(0)) refuse(stopping());
    },
  };
}
