// What archiving needs besides the record: which incidents may leave, and a place for their files.

/** An incident that has ended long ago. `alerts`: fingerprints of the alerts whose newest incident it is. */
export type ArchiveCandidate = {
  readonly streamId: string;
  readonly number: number;
  readonly alerts: readonly string[];
};

/**
 * Incidents that ended before an instant and have not changed since, whose runs have all ended and on which nothing that stays
 * depends; the longest ended first, without those that are `left`.
 */
export type ArchiveCandidates = (asked: {
  readonly endedBefore: string;
  readonly left: readonly string[];
  readonly limit: number;
}) => Promise<readonly ArchiveCandidate[]>;

/** Where archives go. */
export type ArchivePlace = {
  /** Writes a file so that it outlives a crash, and answers what can be read back of it. */
  readonly keep: (filename: string, content: string) => Promise<string>;
};
