// Whether a browser sends a request: its pages can send to any address that the machine it runs on reaches.
import type { InboundRequest } from '../../spi/auth-scheme.ts';

/** True if a browser says so of itself, or if it looks like one that says nothing: an old one, with what a page may send unasked. */
export function isFromBrowser(headers: InboundRequest['headers']): boolean {
  if (headers['origin'] !== undefined) return true;
  const told = Object.keys(headers).filter((name) => name.startsWith('sec-fetch-'));
  // A program that uses Node's own `fetch` says its mode, and nothing else; a browser says the site too.
  const isNode = told.length === 1 && headers['sec-fetch-mode'] === 'cors';
  if (told.length > 0 && !isNode) return true;
  const unasked = /^(?:text\/plain|application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(
    headers['content-type'] ?? '',
  );
  return unasked && /^Mozilla\//.test(headers['user-agent'] ?? '');
}
