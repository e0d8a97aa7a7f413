// A shared token in a header of its own, for senders that can set headers but not Authorization.
import { z } from 'zod';
import { err, ok } from '../../core/result.ts';
import { defineAuthScheme } from '../../spi/auth-scheme.ts';
import { Secret } from '../../spi/secret.ts';
import { sameSecret } from './same-secret.ts';

/** The scheme. */
export const header = defineAuthScheme({
  id: 'header',
  proves: 'sender',
  docs: 'The sender sends the token alone in a header of its own, such as `X-API-KEY: <token>`. It proves who sends, not what: use HTTPS on every network that is not yours alone. A token in the URL, which ends up in logs, is the last resort: [query](#query).',
  sample: { header: 'X-API-KEY', token: { env: 'ALERTS_TOKEN' } },
  settings: z.strictObject({
    header: z
      .string()
      .regex(/^[!#$%&'*+.^`|~\w-]+$/, 'must be the name of a header')
      .default('X-API-KEY'),
    token: Secret,
  }),
  stamped: () => false,
  verify({ request, settings: { header: name, token } }) {
    const sent = request.headers[name.toLowerCase()];
    if (sent === undefined || sent === '') return err(`send the header \`${name}: <token>\``);
    return sameSecret(sent.trim(), token) ? ok(undefined) : err(`the token in the header ${name} is wrong`);
  },
  sign: ({ settings: { header: name, token } }) => ({ [name.toLowerCase()]: token }),
});
