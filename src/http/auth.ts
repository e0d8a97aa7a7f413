// Who may use the API: holders of the token, or, where none is set, programs on this machine. Fails closed.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { err, ok, type Result } from '../core/result.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();
const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);
const loopbackPeers = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Says whether a request may use the API, and if not with which status. */
export function authorize(
  request: FastifyRequest,
  token: string | null,
): Result<void, { status: 401 | 403; message: string }> {
  if (new URL(request.url, 'http://unused').searchParams.has('token'))
    return err({ status: 401, message: 'a token in the URL ends up in logs; send it as `Authorization: Bearer`' });
  if (token === null) {
    if (!loopbackPeers.has(request.ip))
      return err({ status: 401, message: 'set FIREBREAK_API_TOKEN to use the API from another machine' });
    // A page that rebinds its name to this machine still names itself in Host.
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (!loopbackHosts.has(host)) return err({ status: 403, message: `the Host ${host} is not this machine` });
  } else {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined)
      return err({ status: 401, message: 'send the header `Authorization: Bearer <FIREBREAK_API_TOKEN>`' });
    if (!timingSafeEqual(digest(given.trim()), digest(token)))
      return err({ status: 401, message: 'the token is wrong' });
  }
  const { origin, host } = request.headers;
  if (request.method !== 'GET' && origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host))
    return err({ status: 403, message: 'requests from other sites are refused' });
  return ok(undefined);
}
