// Secrets in files, as orchestrators mount them.
import { err, ok } from '../core/result.ts';
import { plainValue } from '../platform/plain-value.ts';
import { readText } from '../platform/read-text.ts';
import type { SecretProvider } from '../spi/secret-provider.ts';

/** The provider. */
export const file: SecretProvider = {
  id: 'file',
  reference: 'PATH',
  docs: 'The text of the file at `PATH`, read once at the start, without the white space around it.',
  resolve(path) {
    const text = readText(path);
    if (!text.ok) return text;
    const value = plainValue(text.value);
    return value === '' ? err(`${path} is empty`) : ok(value);
  },
};
