// What archiving needs besides the record: which streams may leave, and a place for their files.

/**
 * A stream that may leave: an incident that has ended long ago, or an alert group at rest, which has no number. `alerts`: fingerprints of the
 * alerts whose newest incident it is.
 */
export type ArchiveCandidate = {
  readonly streamId: string;
  readonly number: number | null;
  readonly alerts: readonly string[];
};

/**
 * Streams that ended, or have been at rest, since before an instant, and on which nothing that stays depends; the longest first, without those
 * that are `left`.
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
