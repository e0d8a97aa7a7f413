// The secret providers. One more is one file and one line here.
import type { SecretProvider } from '../spi/secret-provider.ts';
import { env } from './env.ts';
import { file } from './file.ts';

const providers: readonly SecretProvider[] = [env, file];

/** All secret providers by id. */
export const secretProviders: ReadonlyMap<string, SecretProvider> = new Map(
  providers.map((provider) => [provider.id, provider]),
);
