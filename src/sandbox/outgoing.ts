// Everything that goes to the app: over a socket if it ever opened one, else over HTTP. Interactions go once, events come
// again until they are acknowledged. Knows no payload's content.
import { deliverHttp, deliverSocket, type Retry, type Tried } from './deliver.ts';
import type { SlackObject } from './entities.ts';
import type { Faults } from './faults.ts';
import type { SocketHub } from './socket-hub.ts';
import type { PayloadKind, RecordedDelivery } from './types.ts';

/** What it needs. */
export type OutgoingDeps = {
  readonly hub: SocketHub;
  readonly faults: Faults;
  readonly requestUrl: () => string | null;
  readonly signingSecret: string;
  readonly nowMs: () => number;
  readonly ackWithinMs: number;
  readonly eventRetryDelaysMs: readonly number[];
  /** Called with each try once it has ended. */
  readonly recorded: (delivery: RecordedDelivery) => void;
};

/** The way to the app. */
export type Outgoing = {
  /** One try, as for everything that a person waits for. */
  readonly send: (kind: PayloadKind, payload: SlackObject) => Promise<Tried & { readonly tookMs: number }>;
  /** Tries now and, as long as it is not acknowledged, after each of the delays. `type` is that of the inner event. */
  readonly event: (type: string, envelope: SlackObject) => void;
  /** No event comes again after this. */
  readonly stop: () => void;
};

const reasonOf = ({ outcome, status }: Tried, overSocket: boolean): string => {
  if (outcome === 'timeout') return overSocket ? 'timeout' : 'http_timeout';
  return status === null ? 'connection_failed' : 'http_error';
};

/** Nothing under way yet. */
export function createOutgoing(deps: OutgoingDeps): Outgoing {
  const { hub, faults, ackWithinMs, signingSecret: secret, nowMs } = deps;
  const timers = new Set<NodeJS.Timeout>();
  let held: (() => Promise<void>) | null = null;

  async function attempt(kind: PayloadKind, payload: SlackObject, retry: Retry | null) {
    const started = performance.now();
    const socket = hub.next();
    const url = hub.isUsed() ? null : deps.requestUrl();
    const via = socket ? 'socket' : url === null ? 'none' : 'http';
    const tried: Tried = socket
      ? await deliverSocket(socket, ackWithinMs, kind, payload, retry)
      : url === null
        ? { outcome: 'failed', status: null, body: null, noRetry: false }
        : await deliverHttp({ url, secret, nowMs: nowMs(), ackWithinMs }, kind, payload, retry);
    const tookMs = Math.round(performance.now() - started);
    deps.recorded({ kind, via, payload, retry, outcome: tried.outcome, status: tried.status, tookMs });
    return { ...tried, tookMs };
  }

  async function tryEvent(envelope: SlackObject, retry: Retry | null, losesAck: boolean): Promise<void> {
    const tried = await attempt('events_api', envelope, retry);
    if ((tried.outcome === 'acknowledged' && !losesAck) || tried.noRetry) return;
    const num = (retry?.num ?? 0) + 1;
    const delay = deps.eventRetryDelaysMs[num - 1];
    if (delay === undefined) return;
    const reason = reasonOf(losesAck ? { ...tried, outcome: 'timeout' } : tried, hub.isUsed());
    const timer = setTimeout(() => {
      timers.delete(timer);
      void tryEvent(envelope, { num, reason }, false);
    }, delay);
    // Waiting for a dead app keeps nobody's process alive.
    timer.unref();
    timers.add(timer);
  }

  return {
    send: (kind, payload) => attempt(kind, payload, null),
    event(type, envelope) {
      const fault = faults.takeForEvent(type);
      const go = () => tryEvent(envelope, null, fault === 'lost_ack');
      if (fault === 'reorder' && held === null) {
        held = go;
        return;
      }
      const late = held;
      held = null;
      void go().then(() => late?.());
      if (fault === 'duplicate') void go();
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
