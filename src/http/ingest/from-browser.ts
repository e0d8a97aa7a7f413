// Whether a browser sends a request: its pages can send to any address that the machine it runs on reaches.
import type { InboundRequest } from '../../spi/auth-scheme.ts';

/** True if a browser says so of itself, or if it looks like one that says nothing: an old one, with what a page may send unasked. */
export function isFromBrowser(headers: InboundRequest['headers']): boolean {
  // Not `sec-fetch-mode`: programs on Node send that one by itself.
  if (['origin', 'sec-fetch-site', 'sec-fetch-dest'].some((name) => headers[name] !== undefined)) return true;
  const type = headers['content-type'] ?? '';
  // A GET has no type.
  const unasked =
    type === '' || /^(?:text\/plain|application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type);
  return unasked && /^Mozilla\//.test(headers['user-agent'] ?? '');
}
