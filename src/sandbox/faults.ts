// Switches that make things go wrong as they do with the real Slack. Each is used up after `times`. Decides only whether, not how.

/** What goes wrong with a call of the Web API. */
export type ApiFaultKind =
  /** 429 with `Retry-After`. */
  | 'rate_limited'
  /** 200 with `ratelimited` in the body and no header. */
  | 'ratelimited_body'
  /** 500, before anything has happened. */
  | 'http_500'
  /** 200 with `internal_error`, after the effect: part of the work has succeeded. */
  | 'internal_error'
  /** The connection ends before anything has happened. */
  | 'drop'
  /** The effect happens, then the connection ends without an answer. */
  | 'effect_then_drop'
  /** The effect happens, and no answer ever comes. */
  | 'effect_then_timeout'
  | 'invalid_auth'
  | 'token_revoked';

/** What goes wrong with an event on its way to the app. */
type EventFaultKind =
  /** The event comes twice. */
  | 'duplicate'
  /** The event waits until the next one has gone. */
  | 'reorder'
  /** The app's answer is lost, so that the event comes again. */
  | 'lost_ack';

/** A fault of the Web API (`method` is a name or `*`), or of the events. */
export type Fault =
  | {
      readonly method: string;
      readonly kind: ApiFaultKind;
      readonly times: number;
      /** Only calls that name this channel. */
      readonly channel?: string;
      /** For `rate_limited`; default 1. */
      readonly retryAfterSeconds?: number;
    }
  | { readonly event: string; readonly kind: EventFaultKind; readonly times: number };

/** The pending faults. */
export type Faults = {
  readonly add: (fault: Fault) => void;
  readonly pending: () => readonly Fault[];
  readonly clear: () => void;
  /** Uses up one matching fault, if there is one. */
  readonly takeForCall: (method: string, channel: unknown) => { kind: ApiFaultKind; retryAfterSeconds: number } | null;
  readonly takeForEvent: (eventType: string) => EventFaultKind | null;
};

/** No faults yet. `changed` is called when one came, was used or was ended. */
export function createFaults(changed: () => void = () => undefined): Faults {
  let faults: Fault[] = [];
  function take(fits: (fault: Fault) => boolean): Fault | null {
    const found = faults.find(fits);
    if (!found) return null;
    const left = { ...found, times: found.times - 1 };
    faults = faults.flatMap((fault) => (fault !== found ? [fault] : left.times > 0 ? [left] : []));
    changed();
    return found;
  }
  return {
    add: (fault) => {
      if (fault.times > 0) faults.push(fault);
      changed();
    },
    pending: () => faults,
    clear: () => {
      faults = [];
      changed();
    },
    takeForCall(method, channel) {
      const fault = take(
        (candidate) =>
          'method' in candidate &&
          (candidate.method === method || candidate.method === '*') &&
          (candidate.channel === undefined || candidate.channel === channel),
      );
      return fault && 'method' in fault ? { kind: fault.kind, retryAfterSeconds: fault.retryAfterSeconds ?? 1 } : null;
    },
    takeForEvent(type) {
      const fault = take((candidate) => 'event' in candidate && (candidate.event === type || candidate.event === '*'));
      return fault && 'event' in fault ? fault.kind : null;
    },
  };
}
