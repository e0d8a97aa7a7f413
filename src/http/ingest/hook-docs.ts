// What the routes of /hooks say of themselves in the description of the API.
import { z } from 'zod';
import { problemType } from '../../contract/problem.ts';
import type { RouteDoc } from '../routes.ts';

const refused = (description: string) => ({ description, type: problemType });

/** A delivery. */
export const deliveryDoc: RouteDoc = {
  tag: 'hooks',
  summary: 'Take a delivery of a monitoring source; answered once it is durable',
  body: z.unknown().describe('Whatever the source sends'),
  answers: {
    202: {
      description: 'Stored, now or before',
      type: 'application/json',
      schema: z.object({ receipt: z.string(), status: z.enum(['accepted', 'duplicate']) }),
    },
    400: refused('Not JSON; kept under `receipt`'),
    401: refused('The sender did not prove itself'),
    403: refused('A web page sends to an integration that asks for no proof'),
    404: refused('No such source'),
    405: refused('The source does not send this way'),
    408: refused('The body did not arrive in time'),
    413: refused('Larger than 8 MiB, or so once it is decoded'),
    415: refused('Holds no JSON, or is encoded in an unknown way; kept under `receipt`'),
    422: refused('Not what the source sends; kept under `receipt`'),
    429: refused('Too much at once, or too many wrong proofs; try again after `Retry-After` seconds'),
    503: refused('It could not be stored, or too much came at once; send it again after `Retry-After` seconds'),
  },
};

/** A question of a sender. */
export const handshakeDoc: RouteDoc = {
  tag: 'hooks',
  summary: 'Answer a sender that asks whether it may send; nothing is stored',
  answers: {
    200: { description: 'What the source answers' },
    401: refused('The sender did not prove itself'),
    404: refused('No such source'),
    405: refused('The source is not asked this way'),
  },
};
