// Keys of alert groups are indexed, and an index has a limit: a long key is told apart by its digest. Pure.
import { sha256 } from '../json.ts';

/** Bytes of a key in UTF-8: well below what a B-tree of PostgreSQL takes in one entry (about 2700). */
const maxBytes = 1000;
const shownChars = 200;

/** The key, or its beginning and its digest where it is longer than an index takes. The same key gives the same text. */
export const boundedKey = (key: string): string =>
  Buffer.byteLength(key) <= maxBytes
    ? key
    : `${key.slice(0, shownChars).toWellFormed()}… sha256:${sha256(key).slice(0, 32)}`;
