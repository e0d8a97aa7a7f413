// The error of a schema that is not that of this program; apart, so that whoever only knows it loads nothing.

/** The schema in the database does not fit this program. The message says what to do. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}
