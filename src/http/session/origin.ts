// Whose page sends a request, as the browser says. Proves nobody: programs say what they like, and are asked for a proof elsewhere.
import type { FastifyRequest } from 'fastify';

const reading = (request: FastifyRequest): boolean => request.method === 'GET' || request.method === 'HEAD';

/**
 * Whose page asks. Browsers say so with Sec-Fetch-Site where the page came over TLS or from this machine, and everywhere with Origin
 * where something is changed. `none`: no page at all, or one that only reads.
 */
export function originOf(request: FastifyRequest, publicOrigin: string | null = null): 'own' | 'other' | 'none' {
  const { origin } = request.headers;
  const fetched = siteOf(request);
  if (isOwnOrigin(request, publicOrigin) || (origin === undefined && fetched === 'same-origin')) return 'own';
  return reading(request) || (origin === undefined && fetched === 'none') ? 'none' : 'other';
}

/** True where a page of another site sends the request. A link that a person follows is no such request: nothing reads the answer but the person. */
export function isFromOtherSite(request: FastifyRequest, publicOrigin: string | null = null): boolean {
  if (!['none', 'same-origin'].includes(siteOf(request)) && !isFollowedLink(request)) return true;
  return request.headers.origin !== undefined && !isOwnOrigin(request, publicOrigin);
}

/** A page of its own in the window, asked for by GET. Whatever a site can put into its page has another destination. */
const isFollowedLink = (request: FastifyRequest): boolean =>
  reading(request) &&
  request.headers['sec-fetch-mode'] === 'navigate' &&
  request.headers['sec-fetch-dest'] === 'document';

/** The page that sends it came from this server; `publicOrigin`: under which people reach it, where a proxy calls it otherwise. */
function isOwnOrigin({ headers: { origin, host = '' } }: FastifyRequest, publicOrigin: string | null): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === host || origin === publicOrigin;
}

/** What the browser says of the page; `none` is also what programs are taken for, which say nothing. */
function siteOf({ headers }: FastifyRequest): string {
  const site = headers['sec-fetch-site'];
  return typeof site === 'string' ? site : 'none';
}

/** True for a browser that wants a page to show, not for a program. */
export const wantsPage = (request: FastifyRequest): boolean =>
  reading(request) && /\btext\/html\b/.test(request.headers.accept ?? '');
