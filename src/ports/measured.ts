// Learning from incidents: what is asked and answered, and what was taken from each incident to be compared, kept beside the record. That is
// a cache: whoever reads it makes anew what is behind.
import type { Insights } from '../core/learning/insights.ts';
import type { Measured } from '../core/learning/measured.ts';
import type { SimilarIncident } from '../core/learning/similar.ts';
import type { TimesBy } from '../core/learning/times.ts';

/** An incident with what is kept of it; `measured` null: nothing, or it is behind. */
export type MeasuredRow = { readonly id: string; readonly version: number; readonly measured: Measured | null };

/** Which incidents; `seen` as in the read side. */
type MeasuredFilter = {
  readonly since: string | null;
  readonly until: string | null;
  readonly service: string | null;
  readonly seen: readonly string[];
  readonly limit: number;
};

/** The cache. */
export type MeasuredIncidents = {
  /** What is kept of one incident as it is at this version; null: nothing, or it is behind. */
  readonly of: (incident: Pick<MeasuredRow, 'id' | 'version'>) => Promise<Measured | null>;
  /** The newest first. */
  readonly list: (filter: MeasuredFilter) => Promise<readonly MeasuredRow[]>;
  /** Incidents that say one of these words, or are about one of these services; the newest first. */
  readonly related: (
    to: { readonly services: readonly string[]; readonly words: readonly string[] },
    filter: Pick<MeasuredFilter, 'seen' | 'limit'>,
  ) => Promise<readonly MeasuredRow[]>;
  /** Keeps it; does nothing where the database takes no changes. */
  readonly keep: (row: { readonly id: string; readonly version: number; readonly measured: Measured }) => Promise<void>;
};

/** What is asked: which incidents, put together by what, in whose nights. `seen`: the private ones that count. */
type InsightsAsked = {
  readonly since: string | null;
  readonly until: string | null;
  readonly service: string | null;
  readonly by: TimesBy;
  readonly zone: string;
  readonly seen: readonly string[];
};

/** Learning from incidents. */
export type Learning = {
  /** `pending`: incidents that are not counted yet, because they have to be read first; ask again. `cut`: there are more than count at once. */
  readonly insights: (asked: InsightsAsked) => Promise<Insights & { readonly pending: number; readonly cut: boolean }>;
  /** null: the incident has no readable beginning. */
  readonly similar: (
    incident: { readonly id: string; readonly version: number },
    asked: { readonly seen: readonly string[]; readonly limit: number },
  ) => Promise<readonly SimilarIncident[] | null>;
};
