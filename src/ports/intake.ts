// Deliveries and where their alerts belong.
import type { Alert } from '../core/alert/alert.ts';
import type { Result } from '../core/result.ts';
import type { LoadedIncident } from './ledger.ts';
import type { Page, PageRequest } from './page.ts';

/** A raw delivery as it came in. */
export type Delivery = {
  readonly receipt: string;
  readonly source: string;
  readonly integration: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
  /** Same key, same delivery. */
  readonly dedupeKey: string;
  readonly receivedAt: string;
  /** `dead`: it cannot be used; `error` says why. */
  readonly status: 'accepted' | 'processed' | 'dead';
  readonly error: string | null;
  /** Whose fault the error is: the body's, which is of no use as it is, or ours; null without one. */
  readonly fault: DeliveryFault | null;
  /** Failed tries so far. */
  readonly tries: number;
  readonly alerts: readonly Alert[];
};

/** `sender`: the body cannot be used; it is dead at once. `ours`: it failed here; it is tried again for hours. */
export type DeliveryFault = 'sender' | 'ours';

/** A delivery that proved itself and was understood. */
export type NewDelivery = Pick<Delivery, 'source' | 'integration' | 'headers' | 'body' | 'alerts'> & {
  /**
   * The sender's own id of the delivery, or a digest of the body: that one counts for a short window only, and only while nothing that is
   * known contradicts what the body says.
   */
  readonly dedupe: { readonly kind: 'sender' | 'hash'; readonly value: string };
  /** The proof it came with, which counts once until that instant; null, or absent: it comes with every delivery. */
  readonly once?: { readonly key: string; readonly until: string } | null;
};

/** A delivery that one process has claimed. */
export type ClaimedDelivery = Pick<
  Delivery,
  'receipt' | 'alerts' | 'source' | 'integration' | 'tries' | 'receivedAt'
> & {
  /** Why it is not what was accepted, in words for people: it has no alerts then, and is set aside. Absent: it is. */
  readonly unbelievable?: string;
};

/** A delivery that was looked for. `unbelievable`: why it is not what was accepted; null: it is. */
export type FoundDelivery = Delivery & { readonly unbelievable: string | null };

/** What became of a delivery. `claimed`: it is to be dealt with at once by whoever accepted it, and is theirs for as long as they asked. */
export type Acceptance =
  | { readonly receipt: string; readonly status: 'accepted'; readonly claimed?: ClaimedDelivery }
  | { readonly receipt: string; readonly status: 'duplicate' };

/** Accepts a delivery. Rejects when it cannot be written: then the sender must not be told 2xx. */
export type AcceptDelivery = (
  delivery: NewDelivery,
) => Promise<{ readonly receipt: string; readonly status: 'accepted' | 'duplicate' }>;

/** Lists deliveries without what they said, the newest first. */
export type ListDeliveries = (
  filter: PageRequest & { status?: string; source?: string },
) => Promise<Page<Omit<Delivery, 'body' | 'alerts'>>>;

/** Reads the stored body of a delivery with today's configuration; the error says why it still cannot be used. */
export type Remap = (
  delivery: Pick<Delivery, 'source' | 'integration' | 'headers' | 'body' | 'receivedAt'>,
) => Result<readonly Alert[], string>;

/** The durable record of deliveries. Rejects when it cannot be written: then the sender must not be told 2xx. */
export type DeliveryLedger = {
  /**
   * Writes a delivery down, once. With `claimForMs` it is claimed in the same commit for so long, unless something of its integration waits
   * or is held, by any process.
   */
  readonly accept: (delivery: NewDelivery, claimForMs?: number) => Promise<Acceptance>;
  /** Keeps a delivery that cannot be used, with the reason and whose fault it is. */
  readonly keepDead: (
    delivery: Pick<Delivery, 'source' | 'integration' | 'headers' | 'body'> & { error: string; fault: DeliveryFault },
  ) => Promise<{ receipt: string }>;
  /**
   * Takes the oldest open deliveries, in the order they were accepted, for `forMs`. While one process holds deliveries of an
   * integration no other is given any: a resolve must not overtake its alert.
   */
  readonly claim: (limit: number, forMs: number) => Promise<readonly ClaimedDelivery[]>;
  /** True while a delivery is not dealt with. */
  readonly isOpen: (receipt: string) => Promise<boolean>;
  /** Closes a delivery that changes nothing. */
  readonly settle: (receipt: string) => Promise<void>;
  /** Notes that a delivery was dealt with later than is promised: `lateMs` after it came. */
  readonly late: (receipt: string, lateMs: number) => Promise<void>;
  /** True if a delivery could be claimed now. */
  readonly waiting: () => Promise<boolean>;
  /** Notes a failed try, which is our fault, and leaves the delivery alone for `retryInMs`; null sets it aside as dead. */
  readonly failed: (receipt: string, failure: { error: string; retryInMs: number | null }) => Promise<void>;
  /** One delivery with all it holds; null if there is none. */
  readonly find: (receipt: string) => Promise<FoundDelivery | null>;
  /** Opens a dead delivery again with what its body means now; false if it is not dead, or not what was accepted. */
  readonly requeue: (receipt: string, alerts: readonly Alert[]) => Promise<boolean>;
  /** Of the alerts of a delivery, those that a later one of the same integration, which was dealt with, spoke about. */
  readonly toldSince: (receipt: string) => Promise<readonly string[]>;
  /** An alert as one of the latest 10 000 deliveries said it last; null: none of them did. For people who ask; acts on nothing. */
  readonly lastAlert: (fingerprint: string) => Promise<Alert | null>;
  /** Gives back what processes that are known to be gone have claimed. */
  readonly releaseClaims: () => Promise<void>;
  readonly list: ListDeliveries;
  /** The alerts of each delivery that was accepted since an instant, the latest first. */
  readonly saidSince: (since: string, limit: number) => Promise<readonly (readonly Alert[])[]>;
};

/** The alerts that fire, whatever keeps them quiet: what inhibits others. Kept only where something can be inhibited. */
export type FiringAlerts = {
  /** Takes alerts as they came in: firing ones are there from now on, resolved ones are not. */
  readonly put: (alerts: readonly Alert[]) => Promise<void>;
  /** What has changed since an earlier look, and this look to go on from; `since` null: all that fire. Resolved ones are among them. */
  readonly changedSince: (
    since: FiringLook | null,
  ) => Promise<{ readonly alerts: readonly Alert[]; readonly look: FiringLook }>;
};

/** A look at the alerts that fire, of which the store alone knows what it saw. */
export type FiringLook = string;

/** What intake needs to place an alert. */
export type Correlation = {
  /** The incident an alert belongs to: where it is active, or the open one of its group, or one it left a short while ago. */
  readonly incidentFor: (alert: Alert, reopenSince: string) => Promise<LoadedIncident | null>;
  /** The incident of each of these alerts that is active in one that is not closed, by fingerprint. */
  readonly activeIn: (
    fingerprints: readonly string[],
  ) => Promise<ReadonlyMap<string, { readonly incidentId: string; readonly groupKey: string | null }>>;
  /** The incident that an alert was in last, whatever became of it; null: it never was in one. */
  readonly lastIncidentOf: (fingerprint: string) => Promise<LoadedIncident | null>;
  /** The open incident of an alert group; there is one at most. */
  readonly openInGroup: (groupKey: string) => Promise<LoadedIncident | null>;
  readonly nextIncidentNumber: () => Promise<number>;
  /** Ids of incidents with alerts that fire. */
  readonly firingIn: () => Promise<readonly string[]>;
};
