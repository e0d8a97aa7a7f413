// What comes from outside, masked at the door: what people ask for, and what senders deliver. Decides nothing.
import type { Masker } from '../core/secret/masker.ts';
import type { Delivery } from '../ports/intake.ts';
import type { Operations } from '../ports/operations.ts';

type Asked = { readonly principal: unknown };

/** Operations that see no secret in what they are asked, and no placeholder that somebody typed. Who asks stays as it is. */
export function fromOutside({ incoming }: Pick<Masker, 'incoming'>, operations: Operations): Operations {
  const masked = (asked: unknown): unknown => {
    if (!isAsked(asked)) return asked;
    const { principal, ...rest } = asked;
    return { ...incoming(rest), principal };
  };
  const guarded = Object.entries(operations).map(([name, operation]) => {
    const ask = operation as (asked?: unknown) => unknown;
    return [name, (asked?: unknown) => ask(masked(asked))] as const;
  });
  // Each is the operation of its name, which the compiler cannot follow.
  return Object.fromEntries(guarded) as Operations;
}

const isAsked = (asked: unknown): asked is Asked => typeof asked === 'object' && asked !== null && 'principal' in asked;

/** A delivery as it may be stored. A body that is no text stays as it is: nobody can find anything in it. */
export function maskedDelivery<D extends Pick<Delivery, 'headers' | 'body'>>(
  { incoming }: Pick<Masker, 'incoming'>,
  delivery: D,
): D {
  const { body, ...rest } = delivery;
  const text = body.toString('utf8');
  const masked = incoming(text);
  return { ...incoming(rest), body: masked === text ? body : Buffer.from(masked) } as D;
}
