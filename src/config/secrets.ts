// Secrets of firebreak.yaml: fetched from where the file says they are, and kept from being printed.
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { nearest } from '../core/playbook/suggest.ts';
import { err, ok, type Result } from '../core/result.ts';
import { SecretRef } from '../spi/secret.ts';

type Env = { readonly [name: string]: string | undefined };

/** Where secrets may be kept. */
const providers: { readonly [id: string]: (reference: string, env: Env) => Result<string, string> } = {
  env(name, env) {
    const value = (env[name] ?? '').trim();
    return value === '' ? err(`the environment variable ${name} is not set`) : ok(value);
  },
  file(path) {
    const text = readText(path);
    if (!text.ok) return text;
    const value = text.value.trim();
    return value === '' ? err(`${path} is empty`) : ok(value);
  },
};

/** Fetches the secret behind a reference; the error is one line for people and holds no value. */
export function fetchSecret({ provider, reference }: SecretRef, env: Env): Result<string, string> {
  const known = Object.keys(providers);
  return (
    (Object.hasOwn(providers, provider) ? providers[provider]?.(reference, env) : null) ??
    err(`there is no secret provider ${provider}${nearest(provider, known)}; there are ${known.join(', ')}`)
  );
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

/** The text of a file; the error says which file and what is wrong with it. */
export function readText(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EACCES: 'it may not be read', EISDIR: 'it is a folder' }[code ?? ''];
    return err(`cannot read ${path}: ${why ?? code ?? 'it is no file'}`);
  }
}

/** Makes an object show nothing of itself when it is logged, inspected or turned into JSON. Its members stay as they are. */
export function concealed<T extends object>(value: T): T {
  const show = { value: () => '[concealed]', enumerable: false };
  return Object.defineProperties(value, { toJSON: show, [inspect.custom]: show });
}
