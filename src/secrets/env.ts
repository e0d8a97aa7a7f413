// Secrets in environment variables of the process.
import { err, ok } from '../core/result.ts';
import { plainValue } from '../platform/plain-value.ts';
import type { SecretProvider } from '../spi/secret-provider.ts';

/** The provider. */
export const env: SecretProvider = {
  id: 'env',
  reference: 'NAME',
  docs: 'The environment variable `NAME`, read once at the start.',
  resolve(name, context) {
    const value = plainValue((Object.hasOwn(context.env, name) ? context.env[name] : undefined) ?? '');
    return value === '' ? err(`the environment variable ${name} is not set`) : ok(value);
  },
};
