// What only the HTTP API needs from the store, as types: keys of requests that may come twice, and the ledger as one stream.

/** What was answered to a request. */
export type KeptAnswer = { readonly status: number; readonly type: string; readonly body: string };

/** What is remembered of a request that carries a key. */
type KeyedRequest = {
  /** Epoch milliseconds at which the key was first seen; ids of what the request makes are derived from it. */
  readonly seenAtMs: number;
  readonly bodyDigest: string;
  /** null: not answered yet, or the process died before it could be kept. */
  readonly answer: KeptAnswer | null;
  /** False: the key was known before. */
  readonly fresh: boolean;
};

/** The memory behind `Idempotency-Key`. Keys are forgotten after a day. */
export type IdempotencyKeys = {
  /** Notes a key, or finds what is known of it. */
  readonly reserve: (key: string, bodyDigest: string) => Promise<KeyedRequest>;
  /** Keeps the answer of a key and returns the one that counts: the first that was kept. */
  readonly finish: (key: string, answer: KeptAnswer) => Promise<KeptAnswer>;
};

/** One event that has become durable, as listeners are told of it. */
export type LedgerChange = {
  readonly incidentId: string;
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  /** null: it is about the incident itself. */
  readonly runId: string | null;
  /** Only who may see the incident is told. */
  readonly isPrivate: boolean;
};

/** The ledger as one stream of changes. */
export type LedgerChanges = {
  /**
   * Events of incidents that changed at `since` (ISO) or later: those after the place in `known` where the incident is
   * there, else those at `since` or later. In order within an incident; at most `limit`.
   */
  readonly after: (
    since: string,
    known: ReadonlyMap<string, number>,
    limit: number,
  ) => Promise<readonly LedgerChange[]>;
};
