// Comparing what was sent with what is secret.
import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares without telling by its duration where the difference is, or how long the secret is. An empty secret equals nothing. */
export function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return secret !== '' && timingSafeEqual(digest(given), digest(secret));
}
