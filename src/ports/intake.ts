// Deliveries and where their alerts belong.
import type { Alert } from '../core/alert/alert.ts';
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
  readonly alerts: readonly Alert[];
};

/** A delivery that proved itself and was understood. */
export type NewDelivery = Pick<Delivery, 'source' | 'integration' | 'headers' | 'body' | 'alerts'> & {
  /** The sender's own id of the delivery, or a digest of the body: that one counts for a short window only. */
  readonly dedupe: { readonly kind: 'sender' | 'hash'; readonly value: string };
  /** The proof it came with, which counts once until that instant; null, or absent: it comes with every delivery. */
  readonly once?: { readonly key: string; readonly until: string } | null;
};

/** A delivery that one process has claimed. */
export type ClaimedDelivery = Pick<Delivery, 'receipt' | 'alerts' | 'source' | 'integration'>;

/** Lists deliveries without what they said, the newest first. */
export type ListDeliveries = (
  filter: PageRequest & { status?: string; source?: string },
) => Promise<Page<Omit<Delivery, 'body' | 'alerts'>>>;

/** The durable record of deliveries. Rejects when it cannot be written: then the sender must not be told 2xx. */
export type DeliveryLedger = {
  readonly accept: (delivery: NewDelivery) => Promise<{ receipt: string; status: 'accepted' | 'duplicate' }>;
  /** Keeps a delivery that cannot be used, with the reason. */
  readonly keepDead: (
    delivery: Pick<Delivery, 'source' | 'integration' | 'headers' | 'body'> & { error: string },
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
  /** True if a delivery could be claimed now. */
  readonly waiting: () => Promise<boolean>;
  /** Notes a failed try and backs off; after `maxTries` it is set aside as dead, so that it stops nothing else. */
  readonly failed: (receipt: string, error: string, maxTries: number) => Promise<void>;
  /** Gives back what processes that are known to be gone have claimed. */
  readonly releaseClaims: () => Promise<void>;
  readonly list: ListDeliveries;
};

/** What intake needs to place an alert. */
export type Correlation = {
  /** The incident an alert belongs to: where it is active, or the open one of its group, or one it left a short while ago. */
  readonly incidentFor: (alert: Alert, reopenSince: string) => Promise<LoadedIncident | null>;
  /** The open incident of an alert group; there is one at most. */
  readonly openInGroup: (groupKey: string) => Promise<LoadedIncident | null>;
  readonly nextIncidentNumber: () => Promise<number>;
};
