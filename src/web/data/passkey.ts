// Passkeys in this browser: makes one, and signs with one, as the server asks. What the browser says goes to the server as it is; nothing
// is decided here.
import type { ApiAssertion, ApiPasskeyChallenge } from '../../contract/passkey.ts';
import { ask } from './client.ts';
import { ApiFailure } from './failure.ts';

const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
const textOf = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const failed = (message: string) => new ApiFailure('foreign', message);

/** Why this page cannot ask for a passkey; null: it can. */
function whyNoPasskeys({ origin }: Pick<ApiPasskeyChallenge, 'origin'>): string | null {
  if (location.origin !== origin) return `Passkeys count at ${origin} only: open this page there.`;
  return 'credentials' in navigator && 'PublicKeyCredential' in window ? null : 'This browser knows no passkeys.';
}

/** What the person, or the browser, made of it. */
async function credentialOf(asked: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await asked.catch((error: unknown) => {
    const name = error instanceof Error ? error.name : '';
    if (name === 'InvalidStateError') throw failed('This authenticator has a passkey of yours already.');
    if (name === 'NotAllowedError') throw failed('Nothing came of the passkey: it was put off, or took too long.');
    throw failed(error instanceof Error ? error.message : String(error));
  });
  if (credential instanceof PublicKeyCredential) return credential;
  throw failed('The browser answered with something else than a passkey.');
}

const listed = (ids: readonly string[]) => ids.map((id) => ({ type: 'public-key' as const, id: bytesOf(id) }));

/** Makes a passkey and registers it under a name. */
export async function makePasskey(name: string) {
  const begun = await ask('POST /passkeys/challenge', { body: {} });
  const why = whyNoPasskeys(begun);
  if (why !== null) throw failed(why);
  const { nonce, challenge, rpId, user, credentials } = begun;
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: bytesOf(challenge),
    rp: { id: rpId, name: 'Firebreak' },
    user: { id: crypto.getRandomValues(new Uint8Array(32)), name: user, displayName: user },
    pubKeyCredParams: [
      { type: 'public-key', alg: -7 },
      { type: 'public-key', alg: -8 },
    ],
    authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
    excludeCredentials: listed(credentials),
    attestation: 'none',
  };
  const credential = await credentialOf(navigator.credentials.create({ publicKey }));
  const { response } = credential;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw failed('The browser made no passkey.');
  const made = {
    credentialId: textOf(credential.rawId),
    attestationObject: textOf(response.attestationObject),
    clientDataJSON: textOf(response.clientDataJSON),
  };
  return ask('POST /passkeys', { body: { name, nonce, ...made } });
}

/** Has a passkey sign that a request goes on, exactly as it was looked at. */
async function signApproval(id: string, planDigest: string): Promise<ApiAssertion> {
  const begun = await ask('POST /approvals/:id/challenge', { params: { id }, body: { planDigest } });
  const why = whyNoPasskeys(begun);
  if (why !== null) throw failed(why);
  const { nonce, challenge, rpId, credentials } = begun;
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: bytesOf(challenge),
    rpId,
    allowCredentials: listed(credentials),
    userVerification: 'required',
  };
  const credential = await credentialOf(navigator.credentials.get({ publicKey }));
  const { response } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw failed('The browser signed nothing.');
  return {
    nonce,
    credentialId: textOf(credential.rawId),
    authenticatorData: textOf(response.authenticatorData),
    clientDataJSON: textOf(response.clientDataJSON),
    signature: textOf(response.signature),
  };
}

type Signable = { readonly id: string; readonly planDigest: string; readonly rule: { readonly stepUp: boolean } };

/** Approves a request; with a passkey where its rule demands one, or the server says that it takes one of whoever asks. */
export const approveIt = (request: Signable, reason: string | undefined) =>
  signedWhereDemanded(request, (signed) =>
    ask('POST /approvals/:id/approve', {
      params: { id: request.id },
      body: { planDigest: request.planDigest, reason, ...signed },
    }),
  );

/** Breaks the glass over a request, with a passkey just so. */
export const breakGlass = (request: Signable, reason: string) =>
  signedWhereDemanded(request, (signed) =>
    ask('POST /approvals/:id/break-glass', {
      params: { id: request.id },
      body: { planDigest: request.planDigest, reason, ...signed },
    }),
  );

async function signedWhereDemanded<T>(
  { id, planDigest, rule }: Signable,
  give: (signed: { readonly assertion?: ApiAssertion }) => Promise<T>,
): Promise<T> {
  const sign = async () => ({ assertion: await signApproval(id, planDigest) });
  if (rule.stepUp) return give(await sign());
  try {
    return await give({});
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.code !== 'step_up_required') throw error;
    return give(await sign());
  }
}
