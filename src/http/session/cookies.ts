// The cookies of the sign-in: their names and what browsers may do with them. Reads and writes them; believes none.
import type { FastifyReply, FastifyRequest } from 'fastify';

const attributes = (secure: boolean) => ({ path: '/', httpOnly: true, sameSite: 'lax', secure }) as const;

/** Browsers keep the prefix to cookies that came over TLS from this very host. Without TLS, on this machine, there is none. */
const named = (secure: boolean, name: string) => `${secure ? '__Host-' : ''}${name}`;

const sessionName = 'firebreak-session';
const pendingName = 'firebreak-sign-in-';
/** Sign-ins that a browser may have begun and not ended: one for each tab, and no more than a head has room for. */
const maxPending = 5;

/** True where people come over TLS. */
export const isSecure = (publicUrl: string): boolean => new URL(publicUrl).protocol === 'https:';

/** What a request shows as the proof of a session; null: nothing. */
export const sessionSecret = ({ cookies }: FastifyRequest, secure: boolean): string | null =>
  cookies?.[named(secure, sessionName)] || null;

/** Gives the browser the proof of a session, until the session ends. */
export function giveSession(
  reply: FastifyReply,
  secret: string,
  { secure, expiresAt }: { secure: boolean; expiresAt: string },
) {
  reply.setCookie(named(secure, sessionName), secret, { ...attributes(secure), expires: new Date(expiresAt) });
}

/** Takes it back, under whichever name. */
export function takeSession(reply: FastifyReply): void {
  for (const secure of [true, false]) reply.clearCookie(named(secure, sessionName), attributes(secure));
}

/** Where something may be kept about a sign-in under way, by its key. */
export type PendingCookie = { readonly secure: boolean; readonly key: string };

/** Keeps it in the browser; of too many the others go. */
export function keepPending(
  request: FastifyRequest,
  reply: FastifyReply,
  { secure, key, value, maxAgeMs }: PendingCookie & { readonly value: string; readonly maxAgeMs: number },
): void {
  const prefix = named(secure, pendingName);
  const others = Object.keys(request.cookies ?? {}).filter((name) => name.startsWith(prefix));
  for (const name of others.slice(maxPending - 1)) reply.clearCookie(name, attributes(secure));
  reply.setCookie(`${prefix}${key}`, value, { ...attributes(secure), maxAge: Math.floor(maxAgeMs / 1000) });
}

/** What was kept, once: it is taken away with the answer. */
export function takePending(
  request: FastifyRequest,
  reply: FastifyReply,
  { secure, key }: PendingCookie,
): string | null {
  const name = `${named(secure, pendingName)}${key}`;
  const value = request.cookies?.[name];
  if (value === undefined) return null;
  reply.clearCookie(name, attributes(secure));
  return value;
}
