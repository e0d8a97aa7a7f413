// Makes what programs and sessions prove themselves with. The one place where it comes from; keeps none.
import { randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 238 bits: no guess ever meets one, so that a plain hash of it is safe to keep. */
const length = 40;

const mint = (prefix: string): string =>
  prefix + Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** A new service token: `fbt_` and 40 random characters of base 62. */
export const mintToken = (): string => mint('fbt_');

/** What proves a new session: `fbs_` and as many. */
export const mintSession = (): string => mint('fbs_');

/** A nonce for a passkey: forty of those characters, which are base64url of thirty bytes too. */
export const mintNonce = (): string => mint('');
