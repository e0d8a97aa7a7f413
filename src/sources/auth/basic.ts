// User name and password in the Authorization header (RFC 7617).
import { z } from 'zod';
import { err, ok } from '../../core/result.ts';
import { defineAuthScheme } from '../../spi/auth-scheme.ts';
import { Secret } from '../../spi/secret.ts';
import { sameSecret } from './same-secret.ts';

/** The scheme. */
export const basic = defineAuthScheme({
  id: 'basic',
  proves: 'sender',
  docs: 'The sender sends a user name and a password in the header `Authorization: Basic …`. It proves who sends, not what: use HTTPS on every network that is not yours alone.',
  sample: { username: 'alerts', password: { env: 'ALERTS_PASSWORD' } },
  settings: z.strictObject({ username: z.string().min(1, 'must not be empty'), password: Secret }),
  stamped: () => false,
  verify({ request, settings: { username, password } }) {
    const encoded = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (encoded === undefined) return err('send the header `Authorization: Basic …` with user name and password');
    const given = Buffer.from(encoded, 'base64').toString('utf8');
    return password !== '' && sameSecret(given, `${username}:${password}`)
      ? ok(undefined)
      : err('user name or password is wrong');
  },
  sign: ({ settings: { username, password } }) => ({
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  }),
});
