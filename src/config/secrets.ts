// Secrets of firebreak.yaml: fetched by the provider that the file names, and kept from being printed.
import { inspect } from 'node:util';
import { nearest } from '../core/playbook/suggest.ts';
import { err, type Result } from '../core/result.ts';
import { minSecretChars } from '../core/secret/known-secrets.ts';
import { secretProviders } from '../secrets/registry.ts';
import { SecretRef } from '../spi/secret.ts';
import type { SecretContext } from '../spi/secret-provider.ts';

/** What is said of a secret that cannot be told from ordinary text. */
export const tooShort = `has fewer than ${minSecretChars} characters, so it cannot be told from ordinary text and would be shown; use a longer one`;

/** Fetches the secret behind a reference; the error is one line for people and holds no value. */
export function fetchSecret({ provider: id, reference }: SecretRef, context: SecretContext): Result<string, string> {
  const provider = secretProviders.get(id);
  if (provider) return provider.resolve(reference, context);
  const known = [...secretProviders.keys()];
  return err(`there is no secret provider ${id}${nearest(id, known)}; there are ${known.join(', ')}`);
}

/** A copy of parsed settings in which every reference to a secret is the secret's text, as `fetch` gives it. */
export function withSecrets(
  value: unknown,
  fetch: (ref: SecretRef, path: readonly PropertyKey[]) => string,
  path: readonly PropertyKey[] = [],
): unknown {
  if (value instanceof SecretRef) return fetch(value, path);
  if (Array.isArray(value)) return value.map((item, i) => withSecrets(item, fetch, [...path, i]));
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withSecrets(member, fetch, [...path, key])]),
  );
}

/** Makes an object show nothing of itself when it is logged, inspected or turned into JSON. Its members stay as they are. */
export function concealed<T extends object>(value: T): T {
  const show = { value: () => '[concealed]', enumerable: false };
  return Object.defineProperties(value, { toJSON: show, [inspect.custom]: show });
}
