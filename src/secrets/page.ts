// docs/secret-providers.md, made of what the secret providers say about themselves. Pure; `npm run docs` writes it.
import type { SecretProvider } from '../spi/secret-provider.ts';

/** The page. */
export function secretProvidersPage(providers: ReadonlyMap<string, SecretProvider>): string {
  const rows = [...providers.values()].map(({ id, reference, docs }) => `| \`{ ${id}: ${reference} }\` | ${docs} |`);
  return `<!-- Made by \`npm run docs\` of src/secrets. Change that, not this. -->

# Secret providers

Secrets do not stand in firebreak.yaml. Wherever it needs one, and under \`secrets:\`, it says where that is kept.

| written as | what it is |
|---|---|
${rows.join('\n')}
`;
}
