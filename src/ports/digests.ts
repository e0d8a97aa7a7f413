// What is read for digests, and how a digest is asked for. Types only.
import type { Digest } from '../core/digest/digest.ts';
import type { DailyFacts, MonthlyFacts, WeeklyFacts } from '../core/digest/facts.ts';
import type { DigestKind, DigestSpan } from '../core/digest/span.ts';

/** Whose eyes it is for. `seen`: the private incidents that are named; of the others only numbers are counted. */
export type DigestAsked = DigestSpan & { readonly seen: readonly string[] };

/** Counts over the events of a time, found by their instants. What is listed is bounded, the most frequent first. */
export type DigestReads = {
  readonly daily: (asked: DigestAsked) => Promise<Omit<DailyFacts, 'stuck'>>;
  /** `timezone`: whose days are counted. `queues` are those of now. */
  readonly weekly: (
    asked: DigestAsked & { readonly timezone: string },
  ) => Promise<
    Pick<WeeklyFacts, 'dependencies' | 'interventions'> & { readonly queues: NonNullable<WeeklyFacts['queues']> }
  >;
  readonly monthly: (
    asked: DigestAsked,
  ) => Promise<Omit<MonthlyFacts, 'access'> & { readonly access: NonNullable<MonthlyFacts['access']> }>;
};

/** How digests are told. */
export type DigestSettings = {
  /** A channel by its name or id; null: none is told. */
  readonly channel: string | null;
  readonly timezone: string;
  readonly hour: number;
  readonly which: readonly DigestKind[];
};

/** Asks for the digest of a kind that was due last at an instant; `at` null: now. `administers`: whoever asks may. */
export type ReadDigest = (asked: {
  readonly kind: DigestKind;
  readonly at: string | null;
  readonly seen: readonly string[];
  readonly administers: boolean;
}) => Promise<Digest>;

/** What was told of digests, kept where messages are. Keys name a kind and the end of its time. */
export type ToldDigests = {
  /** Those that were begun; `isTold` false: whether it stands in its channel is not known. */
  readonly list: () => Promise<readonly { readonly key: string; readonly isTold: boolean }[]>;
  /** Notes one as dealt with although nobody was told. */
  readonly passOver: (key: string) => Promise<void>;
  /** Tells one, once for its key: asking again doubles nothing. Rejects when it could not be told. */
  readonly tell: (key: string, text: string) => Promise<void>;
};
