// What is remembered of deliveries besides themselves: those that were refused, and in which fields bodies were not as expected.

/** Refused requests of one kind: who sent to what, and why it was refused. Never its body, a header, or what stood in a signature. */
export type RefusedDelivery = {
  /** 'unknown' where there is no such source. */
  readonly source: string;
  /** '' where none is configured under the name that was used. */
  readonly integration: string;
  /** The stable word, such as `unauthorized`. */
  readonly outcome: string;
  /** Why, as the sender is told. */
  readonly reason: string;
  /** Address it came from, as it is shown in the log. */
  readonly peer: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly count: number;
};

/** How often bodies of one integration were not as expected in one field. */
export type FieldFaultCount = {
  readonly source: string;
  readonly integration: string;
  /** Places in lists are `*`. */
  readonly field: string;
  /** `refused`: the delivery is dead for it. `remarked`: it was told with the alert. */
  readonly kind: 'refused' | 'remarked';
  /** What was wrong, the last time. */
  readonly message: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly count: number;
};

/** Everything that was noted within a few seconds. */
export type DeliveryNotes = {
  readonly refused: readonly RefusedDelivery[];
  readonly faults: readonly FieldFaultCount[];
};

/** What lists are narrowed by. */
type NotesFilter = { readonly source?: string; readonly integration?: string; readonly limit: number };

/** Where they are kept, bounded in number for each integration. */
export type DeliveryNoteStore = {
  /** Adds them to what is known of the same kinds; of too many kinds of one integration those that are longest ago are forgotten. */
  readonly add: (notes: DeliveryNotes) => Promise<void>;
  /** The latest first. */
  readonly refused: (filter: NotesFilter) => Promise<readonly RefusedDelivery[]>;
  /** The latest first. */
  readonly faults: (filter: NotesFilter) => Promise<readonly FieldFaultCount[]>;
};
