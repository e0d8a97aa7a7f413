// Integrations of any source with any scheme, read by the configuration as the file is. Every secret is the same text.
import { readIntegrations } from '../../../src/config/integrations.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { authSchemes, sources } from '../../../src/sources/registry.ts';
import type { AuthScheme } from '../../../src/spi/auth-scheme.ts';
import type { Integration, Source } from '../../../src/spi/source.ts';

export const sharedSecret = 'a-secret-that-both-sides-know';

/** The schemes that a source's sender can do. */
export const schemesOf = ({ schemes }: Source): readonly AuthScheme[] =>
  [...authSchemes.values()].filter(({ id }) => schemes === null || Object.hasOwn(schemes, id));

/** What a section `integrations` of one entry reads as: the integration, or the faults as `path: message`. */
export function readEntry(
  entry: JsonObject,
  {
    secret = sharedSecret,
    more = [],
    moreSchemes = [],
  }: { readonly secret?: string; readonly more?: readonly Source[]; readonly moreSchemes?: readonly AuthScheme[] } = {},
): { readonly integration: Integration | undefined; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const [integration] = readIntegrations(
    { mine: entry },
    {
      sources: new Map([...sources].concat(more.map((source) => [source.id, source]))),
      schemes: new Map([...authSchemes].concat(moreSchemes.map((scheme) => [scheme.id, scheme]))),
      fetch: () => secret,
      fault: (path, message) => faults.push(`${path.map(String).join('.')}: ${message}`),
    },
  );
  return { integration, faults };
}

/** An integration of a source with the settings of its sample; proved by a scheme with those of the scheme's, or by nothing. */
export function integrationOf(
  source: Source,
  scheme?: AuthScheme,
  { settings = {}, secret = sharedSecret }: { readonly settings?: JsonObject; readonly secret?: string } = {},
): Integration {
  // What the source says of its sender goes before the scheme's example, as it does where the file is silent.
  const own = scheme ? source.schemes?.[scheme.id] : undefined;
  const auth = scheme ? { type: scheme.id, ...scheme.sample, ...own, ...settings } : { type: 'none' };
  const given = { more: [source], secret, moreSchemes: scheme ? [scheme] : [] };
  const { integration, faults } = readEntry({ source: source.id, auth, ...source.sample.settings }, given);
  if (!integration) throw new Error(faults.join('\n'));
  return integration;
}
