// The advisory locks of the database: each has one purpose, and all of them stand here, so that no two are the same by accident.

/**
 * Keys of `pg_advisory_xact_lock`, by what they serialise among all processes. Arbitrary constants that are never changed:
 * processes of two versions must meet at the same lock.
 */
export const advisoryLocks = {
  migrate: 7_103_662,
  /** Each claim of deliveries sees the one before. */
  claimDeliveries: 7_103_663,
  /** One process at a time adds a checkpoint. */
  seal: 7_103_664,
} as const;
