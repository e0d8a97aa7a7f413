// How a setting is a secret: its schema is `Secret`, its text stands elsewhere. Fetches nothing; the configuration layer does.
import { z } from 'zod';

/** Names a secret and where it is kept. A class, so that nothing in a document can pass for one. */
export class SecretRef {
  readonly #provider: string;
  readonly #reference: string;
  constructor(provider: string, reference: string) {
    this.#provider = provider;
    this.#reference = reference;
  }
  /** The secret provider, such as `env`. */
  get provider(): string {
    return this.#provider;
  }
  /** What the provider finds it by, such as the name of a variable. */
  get reference(): string {
    return this.#reference;
  }
}

/**
 * Schema of a setting that is a secret: `{ <provider>: reference }`. Whoever declares it is given
 * the secret's text: the configuration layer puts it in place of the reference.
 */
export const Secret = z.unknown().transform((value, context): SecretRef => {
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const [[provider, reference] = ['', null]] = entries;
  if (entries.length === 1 && typeof reference === 'string' && reference !== '')
    return new SecretRef(provider, reference);
  context.addIssue({
    code: 'custom',
    message: 'must be { env: NAME }, or where else it is kept: a secret does not stand in this file',
  });
  return z.NEVER;
});

/** Settings as whoever declared them sees them: every secret is its text. */
export type WithSecrets<T> = T extends SecretRef
  ? string
  : T extends readonly (infer E)[]
    ? readonly WithSecrets<E>[]
    : T extends object
      ? { readonly [K in keyof T]: WithSecrets<T[K]> }
      : T;
