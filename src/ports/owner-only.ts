// What only the owner of the database may do, and this process is not.

/** The database lets only its owner do this. */
export class OwnerOnlyError extends Error {
  override readonly name = 'OwnerOnlyError';
}
