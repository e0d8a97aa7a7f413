// A keyed hash over the raw body, in a header. What senders do differently are settings: hash, encoding, prefix, a signed time.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { err, ok } from '../../core/result.ts';
import { Duration } from '../../core/time.ts';
import { defineAuthScheme } from '../../spi/auth-scheme.ts';
import { Secret } from '../../spi/secret.ts';
import { sameSecret } from './same-secret.ts';

const HeaderName = z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, 'must be the name of a header');
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

const HmacSettings = z
  .strictObject({
    secret: Secret,
    algorithm: oneOf(['sha256', 'sha512', 'sha1']).default('sha256'),
    encoding: oneOf(['hex', 'base64']).default('hex'),
    header: HeaderName.default('X-Signature'),
    /** Text before the signature in the header, such as `sha256=`. */
    prefix: z.string().default(''),
    /** Header with Unix seconds that the signature covers; null: the signature covers no time. */
    timestampHeader: HeaderName.nullable().default(null),
    /** How far the sender's time may be from ours, in milliseconds. */
    tolerance: Duration.default(300_000),
    /** What is signed, of `{timestamp}` and `{body}`; null: `{timestamp}.{body}`, or `{body}` where there is no time. */
    signed: z.string().nullable().default(null),
    /** Takes signatures that cover no time. Whoever captures one can send it again once `unstampedForMs` is over. */
    allowUnstamped: z.boolean().default(false),
  })
  .superRefine(({ signed, timestampHeader, allowUnstamped }, context) => {
    if (timestampHeader === null && !allowUnstamped)
      context.addIssue({ code: 'custom', path: ['allowUnstamped'], message: needsTime });
    const fault = signed === null ? null : faultIn(signed, timestampHeader !== null);
    if (fault !== null) context.addIssue({ code: 'custom', path: ['signed'], message: fault });
  });

const needsTime =
  'a signature that covers no time can be used again by whoever captures it: name the header with the signed time as timestampHeader, or write allowUnstamped: true if the sender sends none';

/** How long a signature without a time is remembered: equal bytes within it are one delivery. */
const unstampedForMs = 24 * 3_600_000;

function faultIn(signed: string, hasTime: boolean): string | null {
  const fields = [...signed.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  const unknown = fields.find((name) => name !== 'timestamp' && name !== 'body');
  if (unknown !== undefined) return `has {${unknown}}, but only {timestamp} and {body} can be signed`;
  if (fields.filter((name) => name === 'body').length !== 1) return 'must have {body} exactly once';
  if (hasTime && !fields.includes('timestamp'))
    return 'must have {timestamp}: a time that is not signed proves nothing; or remove timestampHeader';
  return !hasTime && fields.includes('timestamp')
    ? 'has {timestamp}; name the header it comes in as timestampHeader'
    : null;
}

/** A header may hold several while a secret is changed; more cost time and help nobody. */
const maxSignatures = 5;

type Signing = {
  readonly secret: string;
  readonly algorithm: string;
  readonly encoding: 'hex' | 'base64';
  readonly signed: string | null;
};

function signatureOf({ secret, algorithm, encoding, signed }: Signing, timestamp: string | null, raw: Buffer): string {
  const template = signed ?? (timestamp === null ? '{body}' : '{timestamp}.{body}');
  const [before = '', after = ''] = template.replaceAll('{timestamp}', timestamp ?? '').split('{body}');
  return createHmac(algorithm, secret).update(before).update(raw).update(after).digest(encoding);
}

/** The scheme. */
export const hmac = defineAuthScheme({
  id: 'hmac',
  proves: 'body',
  docs: `The sender signs the raw body with a shared secret (HMAC) and sends the signature in a header. Name what yours does:
\`algorithm\` (\`sha256\`, \`sha512\`, \`sha1\`), \`encoding\` (\`hex\`, \`base64\`), \`header\`, and \`prefix\`, the text before the signature.
Several signatures in one header, with commas between, are as good as one: senders do that while a secret is changed.

With \`timestampHeader\` the signature covers the time that this header holds in Unix seconds, and a request older than \`tolerance\` is
refused. \`signed\` says what is signed: \`"{timestamp}.{body}"\` unless another is written. Every signature counts once: it is
remembered for as long as it is good, by all processes, and what comes with it again is answered as a duplicate.

A sender that signs no time needs \`allowUnstamped: true\`. Its signature depends on the body alone, so that a delivery that was captured
looks like one that is sent again: equal bytes within 24 hours are one delivery. That also holds where the same problem comes back
with the very same bytes. Have such a sender put a time or an id into its body, or better, sign a time.`,
  sample: {
    secret: { env: 'ALERTS_SECRET' },
    header: 'X-Signature',
    prefix: 'sha256=',
    timestampHeader: 'X-Timestamp',
  },
  settings: HmacSettings,
  stamped: ({ timestampHeader }) => timestampHeader !== null,
  verify({ request: { headers, raw }, settings, nowMs }) {
    const { secret, header, prefix, timestampHeader, tolerance } = settings;
    const sent = headers[header.toLowerCase()];
    if (sent === undefined) return err(`the header ${header} with the signature is missing`);
    let timestamp: string | null = null;
    if (timestampHeader !== null) {
      timestamp = headers[timestampHeader.toLowerCase()] ?? '';
      if (!/^\d{1,12}$/.test(timestamp)) return err(`the header ${timestampHeader} must hold Unix seconds`);
      if (Math.abs(nowMs - Number(timestamp) * 1000) > tolerance)
        return err('the signature is too old, or from the future; check both clocks');
    }
    const wanted = secret === '' ? '' : `${prefix}${signatureOf(settings, timestamp, raw)}`;
    const matches = [sent]
      .concat(sent.split(',', maxSignatures).map((one) => one.trim()))
      .filter((one) => sameSecret(one, wanted));
    return matches.length > 0 ? ok(undefined) : err('the signature does not match the body');
  },
  once({ request: { headers, raw }, settings }) {
    const { timestampHeader, tolerance } = settings;
    const timestamp = timestampHeader === null ? null : (headers[timestampHeader.toLowerCase()] ?? '');
    // A time from the future is good until that time and the tolerance are over.
    const forMs = timestamp === null ? unstampedForMs : 2 * tolerance;
    return { key: signatureOf(settings, timestamp, raw), forMs };
  },
  sign({ request: { raw }, settings, nowMs }): { readonly [header: string]: string } {
    const { header, prefix, timestampHeader } = settings;
    const timestamp = timestampHeader === null ? null : String(Math.floor(nowMs / 1000));
    const signature = `${prefix}${signatureOf(settings, timestamp, raw)}`;
    return timestampHeader === null || timestamp === null
      ? { [header.toLowerCase()]: signature }
      : { [header.toLowerCase()]: signature, [timestampHeader.toLowerCase()]: timestamp };
  },
});
