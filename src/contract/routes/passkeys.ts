// Routes of passkeys.
import { z } from 'zod';
import { pageOf } from '../paging.ts';
import { ApiMadePasskey, ApiNewPasskeyChallenge, ApiPasskey } from '../passkey.ts';
import { KeyHeader, reason } from '../requests.ts';
import type { RouteTable } from '../route.ts';

const PasskeyId = z.strictObject({ id: z.string().min(1).max(1400) });

/** Routes of passkeys. */
export const passkeyRoutes = {
  'GET /passkeys': {
    tag: 'passkeys',
    summary: 'Your passkeys, and those of everybody for who holds `administer`; revoked ones too',
    right: null,
    answers: { 200: { description: 'Passkeys', schema: pageOf(ApiPasskey) } },
  },
  'POST /passkeys/challenge': {
    tag: 'passkeys',
    summary: 'Begin making a passkey; right after a sign-in only',
    right: null,
    body: z.strictObject({}),
    answers: { 200: { description: 'What the browser is to be asked', schema: ApiNewPasskeyChallenge } },
  },
  'POST /passkeys': {
    tag: 'passkeys',
    summary: 'Register the passkey that was made; it is announced',
    right: 'view',
    headers: KeyHeader,
    body: ApiMadePasskey,
    answers: { 201: { description: 'It', schema: ApiPasskey } },
  },
  'POST /passkeys/:id/confirm': {
    tag: 'passkeys',
    summary: 'Say that a passkey that waits is its owner’s; not by its owner',
    right: 'administer',
    params: PasskeyId,
    headers: KeyHeader,
    body: z.strictObject({}),
    answers: { 200: { description: 'It', schema: ApiPasskey } },
  },
  'DELETE /passkeys/:id': {
    tag: 'passkeys',
    summary: 'Revoke a passkey: your own, or any with `administer`',
    right: null,
    params: PasskeyId,
    headers: KeyHeader,
    body: z.strictObject({ reason }),
    answers: { 200: { description: 'It', schema: ApiPasskey } },
  },
} satisfies RouteTable;
