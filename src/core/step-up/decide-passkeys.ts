// The rules for registering, confirming and revoking passkeys. Pure.

import type { Actor } from '../actor.ts';
import { areOnePerson } from '../authority/distinct.ts';
import type { People } from '../authority/membership.ts';
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { notCounting, type PasskeyEvent, type PasskeyKey, type Passkeys, type ProvenBy, passkeyOf } from './passkey.ts';

/** What can be asked about passkeys. What an authenticator said was looked at before. */
export type PasskeyCommand =
  | {
      readonly type: 'register_passkey';
      readonly credentialId: string;
      readonly name: string;
      readonly publicKey: PasskeyKey;
      readonly rpId: string;
      readonly provenBy: ProvenBy;
    }
  /** `asLocal`: the user of this machine asks, who could do anything to it anyway. */
  | { readonly type: 'confirm_passkey'; readonly credentialId: string; readonly asLocal: boolean }
  | { readonly type: 'revoke_passkey'; readonly credentialId: string; readonly reason?: string | undefined };

/** True for a command about passkeys. */
export const isPasskeyCommand = <T extends { readonly type: string }>(
  command: T,
): command is Extract<T, { readonly type: PasskeyCommand['type'] }> =>
  /^(?:register|confirm|revoke)_passkey$/.test(command.type);

/** Passkeys of one person that are not revoked. */
const mostOfOne = 20;

const refuse = (code: Refusal['code'], message: string) => err<Refusal>({ code, message });

/** Decides one command. */
export function decidePasskeys(
  passkeys: Passkeys = {},
  command: PasskeyCommand,
  { at, actor, people }: { readonly at: string; readonly actor: Actor; readonly people: People },
): Result<readonly PasskeyEvent[], Refusal> {
  const { credentialId } = command;
  const known = passkeyOf(passkeys, credentialId);
  if (command.type === 'register_passkey') {
    if (known) return refuse('wrong_state', 'this passkey was registered before; take another one');
    const own = Object.values(passkeys).filter(
      ({ owner, revoked }) => revoked === null && areOnePerson(owner, actor, people),
    );
    if (own.length >= mostOfOne) return refuse('wrong_state', `you have ${mostOfOne} passkeys; revoke one first`);
    const { name, publicKey, rpId, provenBy } = command;
    // Whoever has taken over a sign-in must not make himself a second key, nor a first one with nothing but a stolen Slack session.
    const hasOne = own.some((passkey) => notCounting(passkey, at) === null);
    const waits = provenBy === 'slack' || (provenBy === 'oidc' && hasOne);
    const data = { credentialId, name, publicKey, rpId, provenBy, ...(waits ? { waits } : {}) };
    return ok([{ type: 'passkey.registered', data }]);
  }
  if (!known) return refuse('not_found', 'there is no such passkey');
  if (known.revoked) return refuse('wrong_state', `this passkey was revoked at ${known.revoked.at}`);
  if (command.type === 'revoke_passkey') {
    const { reason } = command;
    return ok([{ type: 'passkey.revoked', data: { credentialId, ...(reason === undefined ? {} : { reason }) } }]);
  }
  if (known.countsSince !== null) return ok([]);
  if (!command.asLocal && areOnePerson(known.owner, actor, people))
    return refuse('not_allowed', 'nobody confirms the own passkey; ask somebody else who holds `administer`');
  return ok([{ type: 'passkey.confirmed', data: { credentialId } }]);
}
