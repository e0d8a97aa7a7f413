// The setting of a look-up by HTTP, as firebreak.yaml has it under `enrichment:`. Asks nothing, and loads nothing that could.
import { z } from 'zod';
import { Duration } from '../../core/time.ts';
import { Secret, type WithSecrets } from '../../spi/secret.ts';
import { isPlainHttp } from '../http/plain-http.ts';

const placeholder = '{key}';

/** The URL for a key. A key can be nothing but one part of a path, or a value in the query. */
export const urlFor = (url: string, key: string): string => url.replaceAll(placeholder, encodeURIComponent(key));

const isTemplate = (url: string): boolean => {
  if (!url.includes(placeholder)) return false;
  const [a, b] = ['a', 'b'].map((key) => urlFor(url, key));
  if (a === undefined || b === undefined || !URL.canParse(a) || !URL.canParse(b)) return false;
  return isPlainHttp(new URL(a)) && new URL(a).origin === new URL(b).origin;
};

/** Longest time limit of one look-up, in milliseconds. */
const maxTimeoutMs = 5000;
const seconds = 1000;

/** `lookup:` of an entry under `enrichment:`, without its key. */
export const LookUpSetting = z.strictObject({
  url: z
    .string()
    .refine(
      isTemplate,
      `must be an http or https URL without user name or password, with ${placeholder} in its path or query`,
    ),
  headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no header name'), z.string()).default({}),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('bearer'), token: Secret }),
      z.strictObject({ type: z.literal('basic'), username: z.string().min(1), password: Secret }),
      z.strictObject({ type: z.literal('header'), name: z.string().regex(/^[\w-]+$/), value: Secret }),
    ])
    .exactOptional(),
  timeout: Duration.refine(
    (ms) => ms >= 50 && ms <= maxTimeoutMs,
    'must be between 50ms and 5s: an alert waits for it',
  ).default(2 * seconds),
  cache: Duration.refine((ms) => ms <= 86_400_000, 'must be a day at most').default(600 * seconds),
});
/** A look-up with its secrets fetched. */
export type LookUpSetting = WithSecrets<z.output<typeof LookUpSetting>>;
