// What can be asked for about passkeys and what they sign, whatever surface it comes from.
import type { Caller } from '../core/authority/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import type { RunState } from '../core/run/state.ts';
import type { StepUpSite } from '../core/step-up/assertion.ts';
import type { Passkey } from '../core/step-up/passkey.ts';
import type { MadePasskey } from './step-up.ts';

type Answer<T> = Promise<Result<T, Refusal>>;

/** What a browser is asked to make a passkey with, or to sign. `nonce` comes back with what it answers. */
type PasskeyChallenge = StepUpSite & {
  readonly nonce: string;
  readonly challenge: string;
  /** Until when it may be answered, once. */
  readonly expiresAt: string;
  /** Ids of passkeys: those that whoever asks has and that count. */
  readonly credentials: readonly string[];
};

/** What can be asked for about passkeys. */
export type PasskeyOperations = {
  /** Passkeys of whoever asks; of everybody for who holds `administer`. */
  readonly passkeys: (asked: Pick<Caller, 'principal'>) => Answer<readonly Passkey[]>;
  /** Begins making a passkey: only for people, right after a sign-in, or for the user of this machine. */
  readonly beginPasskey: (asked: Pick<Caller, 'principal'>) => Answer<PasskeyChallenge & { readonly user: string }>;
  readonly registerPasskey: (asked: Caller & { name: string; nonce: string } & MadePasskey) => Answer<Passkey>;
  /** Somebody who holds `administer` says that a passkey is its owner's. */
  readonly confirmPasskey: (asked: Caller & { credentialId: string }) => Answer<Passkey>;
  /** By its owner, or by somebody who holds `administer`. */
  readonly revokePasskey: (asked: Caller & { credentialId: string; reason?: string }) => Answer<Passkey>;
  /**
   * Begins approving with a passkey, or breaking the glass: for who may do either. `run`: the run of the request; whether it is there, and
   * may be seen, was asked before.
   */
  readonly beginStepUp: (
    asked: Pick<Caller, 'principal'> & {
      approvalId: string;
      planDigest: string;
      run: RunState;
    },
  ) => Answer<PasskeyChallenge>;
};
