// Leaves out of a query what somebody may not know of. Every query over incidents that a surface reads has this condition.

/**
 * The condition on `incidents i` that leaves out what somebody may not know of. `parameter`: a text[] of the private incidents that he or
 * she sees, NULL for all there are. Closed by default: what becomes private while it is asked for is not in it.
 */
export const seenIn = (parameter: string): string =>
  `(${parameter}::text[] IS NULL OR NOT i.is_private OR i.id = ANY(${parameter}::text[]))`;
