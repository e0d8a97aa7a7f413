// The principal that a name stands for, to ask about somebody else's rights. It proves nothing, and nothing is ever done as it. Pure.
import { type People, personOf } from './membership.ts';
import type { Principal } from './principal.ts';
import type { Right } from './right.ts';

/** A token that counts at this moment. */
type LivingToken = { readonly name: string; readonly rights: readonly Right[]; readonly owner: string | null };

const person = (id: string, name: string | null, key: string | null): Principal => ({
  type: 'person',
  id,
  name,
  person: key,
  via: 'api',
  proof: 'session',
});

/**
 * Who `ana` (a key under `people:`), `U012ABCDEF`, `oidc:SUBJECT`, `local:NAME` or `token:NAME` is; null: nobody. A person is taken as on
 * the surface that is linked first: Slack, the sign-in, this machine.
 */
export function namedPrincipal(
  name: string,
  { people, tokens }: { readonly people: People; readonly tokens: readonly LivingToken[] },
): Principal | null {
  if (name.startsWith('token:')) {
    const token = tokens.find((one) => `token:${one.name}` === name);
    return token ? { type: 'token', name: token.name, rights: token.rights, owner: token.owner, via: 'api' } : null;
  }
  if (name.startsWith('local:')) {
    const local = name.slice('local:'.length);
    return local === '' ? null : { type: 'local', name: local, person: personOf({ local }, people), via: 'api' };
  }
  if (name.startsWith('oidc:')) return person(name, null, personOf({ subject: name.slice('oidc:'.length) }, people));
  if (/^[UW][A-Z0-9]{2,20}$/.test(name)) return person(name, null, personOf({ slack: name }, people));
  const known = Object.hasOwn(people, name) ? people[name] : undefined;
  if (!known) return null;
  if (known.slack === undefined && known.subject === undefined && known.local !== undefined)
    return { type: 'local', name: known.local, person: name, via: 'api' };
  return person(known.slack ?? `oidc:${known.subject ?? known.email ?? name}`, name, name);
}
