// Challenges and counts of passkeys in memory, as the real store keeps them.
import type { EnginePorts } from '../../../src/engine/engine-ports.ts';
import { readMadePasskey } from '../../../src/engine/step-up/read-made-passkey.ts';
import type { StepUpChallenge } from '../../../src/ports/step-up.ts';

/** Makes an empty memory, with the clock of whoever asks. */
export function createMemoryStepUp(nowMs: () => number): EnginePorts['stepUp'] {
  const kept = new Map<string, StepUpChallenge & { readonly untilMs: number }>();
  const counts = new Map<string, number>();
  let minted = 0;
  return {
    async keep(nonce, { who, about }, forMs) {
      kept.set(nonce, { who, about, untilMs: nowMs() + forMs });
      return new Date(nowMs() + forMs).toISOString();
    },
    async take(nonce) {
      const found = kept.get(nonce);
      kept.delete(nonce);
      return found && found.untilMs > nowMs() ? { who: found.who, about: found.about } : null;
    },
    async count(credentialId, signCount) {
      const before = counts.get(credentialId);
      if (before !== undefined && before >= signCount && (before > 0 || signCount > 0)) return false;
      counts.set(credentialId, signCount);
      return true;
    },
    readMade: readMadePasskey,
    mintNonce: () => String(++minted).padStart(40, 'n'),
  };
}
