// The two shapes every layer uses for outcomes. Refusals are values; an exception means a bug or a broken dependency.

/** Success with a value. */
export type Ok<T> = { readonly ok: true; readonly value: T };
/** A refusal: an expected "no", with what a person needs to hear. */
export type Err<E> = { readonly ok: false; readonly error: E };
/** Outcome of an operation that may be refused. */
export type Result<T, E> = Ok<T> | Err<E>;

/** Wraps a value as success. */
export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });
/** Wraps a refusal. */
export const err = <E>(error: E): Err<E> => ({ ok: false, error });

/**
 * Marks a branch that the types say cannot be reached.
 * @throws Error always: reaching it is a bug.
 */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
