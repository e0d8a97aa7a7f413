// Whether a reason says anything: where people must say why, blanks, what cannot be seen and mere signs are no reason. Pure.
import type { Refusal } from './refusal.ts';

/** True for text with a letter or a figure of any script in it. */
export const saysWhy = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/** The refusal of an order that must say why and does not; null: it does. Every command whose reason is no matter of choice asks here. */
export const withoutReason = ({ reason }: { readonly reason: string }): Refusal | null =>
  saysWhy(reason)
    ? null
    : {
        code: 'invalid',
        message: 'reason must say why, in words that somebody can read later',
        faults: [{ path: 'reason', message: 'must say why' }],
      };
