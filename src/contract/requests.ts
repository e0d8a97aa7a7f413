// Parts of requests that several routes share: what stands in paths, the key of requests that may come twice, bodies of orders.
import { z } from 'zod';
import { saysWhy } from '../core/says-why.ts';

/** Ids, and numbers of incidents (`12`, `#12`). */
export const PathId = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_.#-]{1,80}$/, 'is no id: it has letters, digits and `_ . # -` only'),
});

/** The name of a playbook. */
export const PathName = z.strictObject({ name: z.string().min(1).max(100) });

/** A version of a playbook. */
export const PathVersion = PathName.extend({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is no digest: it is `sha256:` and 64 hexadecimal digits'),
});

/** A run and the name of a signal. */
export const PathSignal = PathId.extend({
  name: z
    .string()
    .regex(/^[A-Za-z][\w.-]{0,62}$/, 'is no name of a signal: letters, digits and `_ . -`, a letter first'),
});

/** What a kill switch is for. */
export const PathScope = z.strictObject({
  scope: z.string().min(1).max(100).describe("A playbook's name, or `*` for everything"),
});

/** Texts that the key may be: the RFC 8941 string of the standard's draft, or the bare text that most senders use. */
export const KeyHeader = z.object({
  'idempotency-key': z
    .string()
    .transform((text) => /^"((?:[ !#-[\]-~]|\\["\\])*)"$/.exec(text)?.[1]?.replace(/\\(["\\])/g, '$1') ?? text)
    .pipe(z.string().regex(/^[!-~]{1,255}$/, 'must be 1 to 255 visible ASCII characters, such as a UUID'))
    .optional()
    .describe('Sent again with the same body, it gives the same answer, and nothing is done a second time'),
});

/** Why, where it must be said; so many characters at most. */
export const mustSayWhy = (most: number) =>
  z.string().trim().min(1, { error: 'must say why', abort: true }).max(most).refine(saysWhy, 'must say why');

/** Why; it stands in the timeline. */
export const reason = z.string().max(500).optional();

/** What an order to a run may say. Who orders is whoever is signed in, never a member. */
export const OrderBody = z.strictObject({
  reason,
  step: z.string().max(100).optional().describe('One step; without it, what the order means for the whole run'),
  planDigest: z.string().max(100).optional().describe('Digest of the plan that was looked at; another one is refused'),
});
