// Somebody as a page shows him, her or it: names are foreign text. Pure.
import type { Actor } from '../actor.ts';
import { visibleText } from '../visible-text.ts';

const maxName = 200;

/** The same actor with a name in which everything can be seen. */
export function shownActor({ kind, id, name, via, person }: Actor): Actor {
  return {
    kind,
    id: visibleText(id),
    ...(name === undefined ? {} : { name: visibleText(name.slice(0, maxName).toWellFormed()) }),
    ...(via === undefined ? {} : { via }),
    ...(person === undefined ? {} : { person }),
  };
}
