// Who is one person among those who acted, by what the record says and by how the configuration links people now. Pure.
import type { Actor } from '../events.ts';
import { type People, personOf } from './membership.ts';
import { areOne } from './principal.ts';

/** An actor of the record as the configuration links its proof now: a link may have come, or have changed its name, since the actor acted. */
function linkedNow(actor: Actor, people: People): Actor {
  if (actor.kind !== 'user') return actor;
  const { id } = actor;
  const person = id.startsWith('local:')
    ? personOf({ local: id.slice('local:'.length) }, people)
    : id.startsWith('oidc:')
      ? personOf({ subject: id.slice('oidc:'.length) }, people)
      : personOf({ slack: id }, people);
  return person === null ? actor : { ...actor, person };
}

/** Whether two actors are one person: as they were when they acted, or as they are linked now. */
export const areOnePerson = (a: Actor, b: Actor, people: People): boolean =>
  areOne(a, b) || areOne(linkedNow(a, people), linkedNow(b, people));

/** The actors person by person: whoever is one with any of a group belongs to it, so that there are as few as possible. */
export function groupPeople(actors: readonly Actor[], people: People): readonly (readonly Actor[])[] {
  const groups: Actor[][] = [];
  for (const actor of actors) {
    const own = groups.filter((group) => group.some((other) => areOnePerson(actor, other, people)));
    const rest = groups.filter((group) => !own.includes(group));
    groups.splice(0, groups.length, ...rest, [actor, ...own.flat()]);
  }
  return groups;
}

/** How many different people there are at the least. */
export const countPeople = (actors: readonly Actor[], people: People): number => groupPeople(actors, people).length;
