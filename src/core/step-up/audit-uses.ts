// Whether what passkeys signed in all streams fits what the system stream says of them. The signatures themselves are verified stream by
// stream. Pure.
import type { StoredEvent } from '../events.ts';
import type { BadPlace } from '../timeline/chain.ts';
import { readEvent } from '../timeline/read-event.ts';
import { signCountOf } from './assertion.ts';
import { notCounting, type PasskeyKey, type Passkeys, passkeyOf } from './passkey.ts';

/** One approval, or broken glass, that was given with a passkey. */
export type PasskeyUse = Pick<BadPlace, 'streamId' | 'seq' | 'type'> & {
  readonly at: string;
  readonly credentialId: string;
  readonly publicKey: PasskeyKey;
  readonly nonce: string;
  readonly signCount: number;
};

/** What passkeys signed in the events of a stream. */
export function passkeyUsesIn(events: readonly StoredEvent[]): readonly PasskeyUse[] {
  return events.flatMap((stored): PasskeyUse[] => {
    if (stored.type !== 'approval.recorded' && stored.type !== 'approval.bypassed') return [];
    const read = readEvent(stored);
    if (read.outcome !== 'known') return [];
    const { event } = read;
    if (event.type !== 'approval.recorded' && event.type !== 'approval.bypassed') return [];
    const { stepUp } = event.data;
    if (!stepUp) return [];
    const { streamId, seq, type, at } = stored;
    const { credentialId, publicKey, nonce } = stepUp;
    return [{ streamId, seq, type, at, credentialId, publicKey, nonce, signCount: signCountOf(stepUp) }];
  });
}

/** The first use that no passkey of its moment accounts for, or that stands twice; null: there is none. */
export function usesFault(passkeys: Passkeys, uses: readonly PasskeyUse[]): BadPlace | null {
  const seen = new Set<string>();
  for (const { streamId, seq, type, at, credentialId, publicKey, nonce, signCount } of uses) {
    const bad = (problem: string): BadPlace => ({
      streamId,
      seq,
      type,
      at,
      problem: `the approval does not stand: ${problem}`,
    });
    const passkey = passkeyOf(passkeys, credentialId);
    if (!passkey || passkey.publicKey.key !== publicKey.key || passkey.publicKey.algorithm !== publicKey.algorithm)
      return bad('its passkey was never registered');
    if (notCounting(passkey, at) !== null) return bad('its passkey did not count then');
    const once = [`nonce ${nonce}`, ...(signCount > 0 ? [`count ${credentialId} ${signCount}`] : [])];
    if (once.some((mark) => seen.has(mark))) return bad('its assertion stands twice');
    for (const mark of once) seen.add(mark);
  }
  return null;
}
