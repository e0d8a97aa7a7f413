// Sessions of people who signed in, over the API. What proves a session is in no answer.
import { z } from 'zod';
import { ApiActor } from './actor.ts';

/** A session. */
export const ApiSession = z.object({
  id: z.string(),
  who: ApiActor.describe('As whom everything is recorded that is done with it'),
  provider: z.enum(['slack', 'oidc']).describe('With what the person signed in'),
  createdAt: z.string(),
  seenAt: z.string().describe('When it was last used, to the minute'),
  expiresAt: z.string().describe('It ends then at the latest; earlier if it is not used'),
  revoked: z.object({ by: ApiActor, at: z.string(), reason: z.string().nullable() }).nullable(),
});
export type ApiSession = z.infer<typeof ApiSession>;
