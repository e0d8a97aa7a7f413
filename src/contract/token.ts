// Service tokens over the API. The token itself is in one answer only: that to whoever made it.
import { z } from 'zod';
import { Right } from '../core/authority/right.ts';
import { ApiActor } from './actor.ts';

/** A service token, without the token itself. */
export const ApiToken = z.object({
  name: z.string(),
  rights: z.array(Right).describe('Held everywhere, besides what the configuration gives to `token:NAME` or its roles'),
  expiresAt: z.string(),
  owner: z.string().nullable().describe('Key under `people:`; the token and this person count once. null: nobody'),
  createdBy: ApiActor,
  createdAt: z.string(),
  revoked: z.object({ by: ApiActor, at: z.string(), reason: z.string().nullable() }).nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;

/** A token that has just been made. */
export const ApiCreatedToken = z.object({
  token: z.string().describe('Shown this once and kept nowhere: what `Authorization: Bearer` takes'),
  created: ApiToken,
});
export type ApiCreatedToken = z.infer<typeof ApiCreatedToken>;
