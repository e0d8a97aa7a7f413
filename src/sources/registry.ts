// All sources and auth schemes by id, as their lists have them. The only file that the rest of the program asks for them.
import type { AuthScheme } from '../spi/auth-scheme.ts';
import type { Source } from '../spi/source.ts';
import * as listedSchemes from './auth/index.ts';
import * as listedSources from './index.ts';

const byId = <T extends { readonly id: string }>(listed: { readonly [name: string]: T }): ReadonlyMap<string, T> =>
  new Map(Object.values(listed).map((one) => [one.id, one]));

/** All sources by id. */
export const sources: ReadonlyMap<string, Source> = byId<Source>(listedSources);

/** All auth schemes by id. */
export const authSchemes: ReadonlyMap<string, AuthScheme> = byId<AuthScheme>(listedSchemes);
