// Reads what a browser says of a passkey that was made (WebAuthn, section 7.1), with the library that knows CBOR and COSE. Decides nothing
// about whose it is. The library is big: whoever wants a fast start loads this file late.
import { verifyRegistrationResponse } from '@simplewebauthn/server';
import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { err, ok } from '../../core/result.ts';
import type { PasskeyKey } from '../../core/step-up/passkey.ts';
import type { ReadMadePasskey } from '../../ports/step-up.ts';

/** ECDSA on P-256 with SHA-256, and Ed25519: what the record can verify everywhere, also in a browser. */
const algorithms = [-7, -8];

/** Reads it. The attestation is not looked at: nobody here trusts makers of authenticators by their names. */
export const readMadePasskey: ReadMadePasskey = async (made, { challenge, rpId, origin }) => {
  const { credentialId: id, attestationObject, clientDataJSON } = made;
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { attestationObject, clientDataJSON },
      },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified) return err('what it says of itself does not hold');
    const { credential } = registrationInfo;
    if (credential.id !== id) return err('it calls itself by two names');
    const publicKey = keyOf(credential.publicKey);
    return publicKey
      ? ok({ publicKey, signCount: credential.counter })
      : err('it signs in a way that is not known here');
  } catch (error) {
    return err(error instanceof Error ? error.message : 'it cannot be read');
  }
};

const base64 = (bytes: readonly Uint8Array[]): string => Buffer.concat(bytes).toString('base64');

/** A COSE key (RFC 9053) as the record has it; null: of another kind. */
function keyOf(coseKey: Uint8Array): PasskeyKey | null {
  const decoded = decodeCredentialPublicKey(Uint8Array.from(coseKey));
  if (cose.isCOSEPublicKeyEC2(decoded)) {
    const [x, y] = [decoded.get(cose.COSEKEYS.x), decoded.get(cose.COSEKEYS.y)];
    const isP256 = decoded.get(cose.COSEKEYS.crv) === cose.COSECRV.P256 && x?.length === 32 && y?.length === 32;
    return isP256 ? { algorithm: 'ES256', key: base64([Uint8Array.of(4), x, y]) } : null;
  }
  if (cose.isCOSEPublicKeyOKP(decoded)) {
    const x = decoded.get(cose.COSEKEYS.x);
    const isEd25519 = decoded.get(cose.COSEKEYS.crv) === cose.COSECRV.ED25519 && x?.length === 32;
    return isEd25519 ? { algorithm: 'Ed25519', key: base64([x]) } : null;
  }
  return null;
}
