// One plain sentence per event about passkeys. Plain text.
import type { PasskeyEvent } from '../step-up/passkey.ts';

/** Ids are long: their beginning tells them apart. */
const short = (credentialId: string) => credentialId.slice(0, 8);

/** What happened, in a sentence; `who`: the name of whoever did it. */
export function sentenceOfPasskeys({ type, data }: PasskeyEvent, who: string): string {
  switch (type) {
    case 'passkey.registered': {
      const counts = data.waits === true ? '; it counts once somebody else has confirmed it' : '';
      return `${who} registered the passkey “${data.name}” (${short(data.credentialId)}) for ${data.rpId}${counts}`;
    }
    case 'passkey.confirmed':
      return `${who} confirmed the passkey ${short(data.credentialId)}`;
    case 'passkey.revoked':
      return `${who} revoked the passkey ${short(data.credentialId)}${data.reason ? `: ${data.reason}` : ''}`;
  }
}
