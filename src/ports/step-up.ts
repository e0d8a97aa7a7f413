// What approving with a passkey needs of the world: challenges that may be answered once, the count of each passkey, and what a browser
// said when one was made, read.

import type { Result } from '../core/result.ts';
import type { PasskeyKey } from '../core/step-up/passkey.ts';

/** A challenge. `who`: the actor it was made for; `about`: what it is about, such as a request with the digest of its plan. */
export type StepUpChallenge = { readonly who: string; readonly about: string };

/** Challenges and counts, shared by all processes. */
export type StepUpMemory = {
  /** Keeps a challenge for that many milliseconds; answers when its time is over. */
  readonly keep: (nonce: string, challenge: StepUpChallenge, forMs: number) => Promise<string>;
  /** Takes a challenge, once; null: it was never made, was taken before, or its time is over by the clock of the database. */
  readonly take: (nonce: string) => Promise<StepUpChallenge | null>;
  /** Notes how often a passkey has signed; false: it has signed as often before. 0 after 0 is taken: such a one does not count. */
  readonly count: (credentialId: string, signCount: number) => Promise<boolean>;
};

/** What a browser says of a passkey that was made, base64url. */
export type MadePasskey = {
  readonly credentialId: string;
  readonly attestationObject: string;
  readonly clientDataJSON: string;
};

/** Reads it; an error says in words why it does not count. */
export type ReadMadePasskey = (
  made: MadePasskey,
  expected: { readonly challenge: string; readonly rpId: string; readonly origin: string },
) => Promise<Result<{ readonly publicKey: PasskeyKey; readonly signCount: number }, string>>;
