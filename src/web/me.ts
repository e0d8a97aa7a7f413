// Who the page acts as and what that one may do, so that nobody is offered what would be refused. Decides nothing: the API does.
import type { ApiMe } from '../contract/me.ts';
import { client } from './client.ts';
import { byId } from './elements.ts';

type PageRight = keyof ApiMe['rights'];

let me: ApiMe | null = null;

const proofs: { readonly [P in ApiMe['proof']]: string } = {
  token: 'a service token',
  machine: 'the user of the machine that Firebreak runs on',
  session: 'signed in',
  slack: 'signed in with Slack',
};

/** Asks who that is, and says it. */
export async function showMe(): Promise<void> {
  me = await client.call('GET /me', {});
  const { actor, proof, rights, bound } = me;
  const all = Object.keys(rights) as PageRight[];
  const may = all.filter((right) => rights[right]);
  const mayNot = all.filter((right) => !rights[right] && !bound.includes(right));
  const what = may.length === 0 ? 'You hold no right for everything' : `You may ${may.join(', ')}`;
  const some = bound.length === 0 ? '' : `; for some playbooks ${bound.join(', ')}`;
  const not = mayNot.length === 0 ? '' : `; not ${mayNot.join(', ')}`;
  byId('me').textContent = `You are ${actor.id}, ${proofs[proof]}. ${what}${some}${not}.`;
  byId('me').hidden = false;
  byId('sign-out').hidden = proof !== 'session';
}

/** Why whoever looks at the page may not do it to anything; null: he, she or it may, at least to something. */
export function lacking(right: PageRight): string | null {
  if (me?.rights[right] || me?.bound.includes(right)) return null;
  return `${me?.actor.id ?? 'Nobody'} lacks the right to ${right}`;
}
