// A shared token in the Authorization header (RFC 6750, section 2.1).
import { z } from 'zod';
import { err, ok } from '../../core/result.ts';
import { defineAuthScheme } from '../../spi/auth-scheme.ts';
import { Secret } from '../../spi/secret.ts';
import { sameSecret } from './same-secret.ts';

/** The scheme. */
export const bearer = defineAuthScheme({
  id: 'bearer',
  proves: 'sender',
  docs: 'The sender sends `Authorization: Bearer <token>`. It proves who sends, not what: use HTTPS on every network that is not yours alone.',
  sample: { token: { env: 'ALERTS_TOKEN' } },
  settings: z.strictObject({ token: Secret }),
  stamped: () => false,
  verify({ request, settings }) {
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return err('send the header `Authorization: Bearer <token>`');
    return sameSecret(token.trim(), settings.token) ? ok(undefined) : err('the bearer token is wrong');
  },
  sign: ({ settings }) => ({ authorization: `Bearer ${settings.token}` }),
});
