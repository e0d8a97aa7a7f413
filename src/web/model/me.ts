// Whoever looks at the page, in words. Pure.
import type { ApiMe } from '../../contract/me.ts';

const proofs: { readonly [P in ApiMe['proof']]: string } = {
  token: 'a service token',
  machine: 'the user of the machine that Firebreak runs on',
  session: 'signed in',
  slack: 'signed in with Slack',
};

/** `local:ana, the user of the machine that Firebreak runs on`. */
export const proofWords = ({ actor, proof }: Pick<ApiMe, 'actor' | 'proof'>): string => `${actor.id}, ${proofs[proof]}`;

/** What that one may do, in a sentence or two. */
export function rightsWords({ rights, bound }: Pick<ApiMe, 'rights' | 'bound'>): string {
  const all = Object.keys(rights) as (keyof ApiMe['rights'])[];
  const may = all.filter((right) => rights[right]);
  const mayNot = all.filter((right) => !rights[right] && !bound.includes(right));
  const what = may.length === 0 ? 'You hold no right for everything' : `You may ${may.join(', ')}`;
  const some = bound.length === 0 ? '' : `; for some playbooks ${bound.join(', ')}`;
  return `${what}${some}${mayNot.length === 0 ? '' : `; not ${mayNot.join(', ')}`}.`;
}
