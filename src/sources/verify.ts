// Whether a delivery comes from who it should: bearer, basic or HMAC over the raw bytes, in constant time. Fails closed.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../core/result.ts';
import type { IntegrationAuth } from '../spi/source.ts';

/** Compares without telling by its duration where the difference is, or how long the secret is. */
function same(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return wanted !== '' && timingSafeEqual(digest(given), digest(wanted));
}

const hmac = (secret: string, timestamp: string | null, raw: Buffer) =>
  createHmac('sha256', secret)
    .update(timestamp === null ? '' : `${timestamp}.`)
    .update(raw)
    .digest('hex');

type Headers = { readonly [name: string]: string | undefined };

/** Checks a delivery. The refusal says what is missing, never what would have been right. Header names in lower case. */
export function verifyDelivery(
  auth: IntegrationAuth,
  headers: Headers,
  raw: Buffer,
  nowMs: number,
): Result<void, string> {
  switch (auth.type) {
    case 'none':
      return ok(undefined);
    case 'bearer': {
      const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
      if (token === undefined) return err('send the header `Authorization: Bearer <token>`');
      return same(token.trim(), auth.token) ? ok(undefined) : err('the bearer token is wrong');
    }
    case 'basic': {
      const encoded = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
      if (encoded === undefined) return err('send basic authentication');
      const given = Buffer.from(encoded, 'base64').toString('utf8');
      return auth.password !== '' && same(given, `${auth.username}:${auth.password}`)
        ? ok(undefined)
        : err('user name or password is wrong');
    }
    case 'hmac': {
      const signature = headers[auth.header.toLowerCase()];
      if (signature === undefined) return err(`the header ${auth.header} with the signature is missing`);
      let timestamp: string | null = null;
      if (auth.timestampHeader !== null) {
        timestamp = headers[auth.timestampHeader.toLowerCase()] ?? '';
        if (!/^\d{1,12}$/.test(timestamp)) return err(`the header ${auth.timestampHeader} must hold Unix seconds`);
        if (Math.abs(nowMs - Number(timestamp) * 1000) > auth.toleranceMs)
          return err('the signature is too old, or from the future; check both clocks');
      }
      const wanted = auth.secret === '' ? '' : `${auth.prefix}${hmac(auth.secret, timestamp, raw)}`;
      return same(signature, wanted) ? ok(undefined) : err('the signature does not match the body');
    }
  }
}

/** Headers that prove a body, for `firebreak alert send` and tests. */
export function signDelivery(auth: IntegrationAuth, raw: Buffer, nowMs: number): Record<string, string> {
  switch (auth.type) {
    case 'none':
      return {};
    case 'bearer':
      return { authorization: `Bearer ${auth.token}` };
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` };
    case 'hmac': {
      const timestamp = auth.timestampHeader === null ? null : String(Math.floor(nowMs / 1000));
      const signature = { [auth.header.toLowerCase()]: `${auth.prefix}${hmac(auth.secret, timestamp, raw)}` };
      return auth.timestampHeader === null || timestamp === null
        ? signature
        : { ...signature, [auth.timestampHeader.toLowerCase()]: timestamp };
    }
  }
}
