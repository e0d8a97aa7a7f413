// All secret providers by id, as their list has them. The only file that the rest of the program asks for them.
import type { SecretProvider } from '../spi/secret-provider.ts';
import * as listed from './index.ts';

const providers: readonly SecretProvider[] = Object.values(listed);

/** All secret providers by id. */
export const secretProviders: ReadonlyMap<string, SecretProvider> = new Map(
  providers.map((provider) => [provider.id, provider]),
);
