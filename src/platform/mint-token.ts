// Makes service tokens. The one place where they come from; keeps none.
import { randomInt } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 238 bits: no guess ever meets one, so that a plain hash of it is safe to keep. */
const length = 40;

/** A new token: `fbt_` and 40 random characters of base 62. */
export const mintToken = (): string =>
  `fbt_${Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
