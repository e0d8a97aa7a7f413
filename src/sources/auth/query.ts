// A shared token in the query of the URL: for senders whose URL is all that can be set. The last resort; the token is never kept.
import { z } from 'zod';
import { err, ok } from '../../core/result.ts';
import { defineAuthScheme } from '../../spi/auth-scheme.ts';
import { Secret } from '../../spi/secret.ts';
import { sameSecret } from './same-secret.ts';

/** The scheme. */
export const query = defineAuthScheme({
  id: 'query',
  proves: 'sender',
  docs: `The sender is given a URL that ends in \`?token=<token>\`. **The last resort**, for senders that can set neither a header nor a user name:
a URL ends up in the sender's settings, in screenshots, and in the logs of every proxy on the way. Firebreak itself never writes it down,
neither in its log nor with the delivery. Use HTTPS, give the token to this one integration alone, and change it when somebody leaves.
A token in the URL of any other integration is refused.`,
  sample: { parameter: 'token', token: { env: 'ALERTS_TOKEN' } },
  settings: z.strictObject({
    /** The field of the query. */
    parameter: z
      .string()
      .regex(/^[\w.-]{1,100}$/, 'must be a name of letters, digits, ., _ and -')
      .default('token'),
    token: Secret,
  }),
  stamped: () => false,
  verify({ request, settings: { parameter, token } }) {
    const sent = queryOf(request.url).getAll(parameter);
    const [only = ''] = sent;
    if (sent.length !== 1 || only === '')
      return err(`send the field \`${parameter}=<token>\` once in the query of the URL`);
    return sameSecret(only, token) ? ok(undefined) : err(`the token in the field ${parameter} of the query is wrong`);
  },
  sign: () => ({}),
  inQuery: ({ parameter }) => parameter,
  signQuery: ({ settings: { parameter, token } }) => ({ [parameter]: token }),
});

const queryOf = (url: string): URLSearchParams => {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
};
