// What was refused leaves a trace: a line in the log, throttled, and a count. Holds no body, no header and no secret.
import type { Log } from '../../ports/runtime.ts';

/** One refused request. */
export type Refused = {
  /** Where it was refused: the source of a delivery, `api`, `slack`, `server`. */
  readonly at: string;
  /** The integration, or the path. */
  readonly about: string;
  /** The stable word. */
  readonly outcome: string;
  readonly peer: string;
  /** Why, as the sender is told. */
  readonly reason: string;
};

/** Keeps the traces. */
export type Refusals = { readonly note: (refused: Refused) => void };

/** Lines of one kind within a window; what comes beyond is counted in the first line of the next. */
const maxLines = 5;
const windowMs = 60_000;
/** Kinds that are remembered at the same time: senders choose paths and addresses. */
const maxKinds = 2000;

type Kind = { sinceMs: number; lines: number; more: number };

/** Makes them. `count` puts each into the metrics. */
export function createRefusals({
  log,
  count,
  nowMs,
}: {
  readonly log: Pick<Log, 'warn'>;
  readonly count: (at: string, outcome: string) => void;
  readonly nowMs: () => number;
}): Refusals {
  const kinds = new Map<string, Kind>();
  return {
    note({ at, about, outcome, peer, reason }) {
      count(at, outcome);
      const key = JSON.stringify([at, about, outcome, peer]);
      const now = nowMs();
      const known = kinds.get(key);
      const kind = known && now - known.sinceMs < windowMs ? known : { sinceMs: now, lines: 0, more: known?.more ?? 0 };
      kinds.delete(key);
      kinds.set(key, kind);
      if (kinds.size > maxKinds)
        for (const [oldest] of [...kinds].slice(0, kinds.size - maxKinds)) kinds.delete(oldest);
      if (kind.lines >= maxLines) {
        kind.more += 1;
        return;
      }
      const unsaid = kind.more > 0 ? { unsaid: kind.more } : {};
      kind.lines += 1;
      kind.more = 0;
      log.warn({ at, about, outcome, peer, reason: reason.slice(0, 300), ...unsaid }, 'a request was refused');
    },
  };
}
