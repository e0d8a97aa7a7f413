// Who acts, and how that was proven. Made by the surface that holds the proof, never read from a request.
import type { Actor } from '../events.ts';
import type { Right } from './right.ts';

/** Where a principal came in. */
type Surface = 'slack' | 'api' | 'cli' | 'web';

/**
 * Who acts.
 * - `person`: proven by a signature of Slack or by a session; `id` is the Slack user id, else `oidc:` and the session's subject.
 * - `local`: the operating system's user on this machine.
 * - `token`: a service token, which acts as itself; `owner`: the person it belongs to, who counts once with it.
 * - `sender`: an integration that proved itself with its alerts.
 * - `system`: Firebreak itself: timers, workers, the reconciler.
 *
 * `person`: the key under `people:` of the configuration, the same on every surface; null: linked to nobody.
 */
export type Principal =
  | {
      readonly type: 'person';
      readonly id: string;
      readonly name: string | null;
      readonly person: string | null;
      readonly via: Surface;
      readonly proof: 'slack_signature' | 'session';
      /** When and with what the session began; absent: it is none. */
      readonly signedIn?: { readonly at: string; readonly with: 'slack' | 'oidc' };
    }
  | { readonly type: 'local'; readonly name: string; readonly person: string | null; readonly via: Surface }
  | {
      readonly type: 'token';
      readonly name: string;
      readonly rights: readonly Right[];
      readonly owner: string | null;
      readonly via: Surface;
    }
  | { readonly type: 'sender'; readonly source: string; readonly integration: string }
  | { readonly type: 'system' };

/** Firebreak itself. */
export const systemPrincipal: Principal = { type: 'system' };

/** Who asks for a change, and what it answers to (a request id, a Slack trigger, a delivery's receipt). */
export type Caller = { readonly principal: Principal; readonly cause: string };

/** The cause of what a request of the API orders, by the id of the request: the same whenever the same request is sent again. */
export const causeOfRequest = (id: string): string => `api/${id}`;

/** True for a cause that stands for one request alone: what was recorded of it already is this very request. */
export const isOneRequest = (cause: string): boolean => cause.startsWith('api/');

/** How a principal is written into the record. */
export function actorOf(principal: Principal): Actor {
  switch (principal.type) {
    case 'person': {
      const { id, name, person, via } = principal;
      return { kind: 'user', id, ...(name === null ? {} : { name }), via, ...(person === null ? {} : { person }) };
    }
    case 'local': {
      const { name, person, via } = principal;
      return { kind: 'user', id: `local:${name}`, name, via, ...(person === null ? {} : { person }) };
    }
    case 'token': {
      const { name, owner, via } = principal;
      return { kind: 'api', id: `token:${name}`, name, via, ...(owner === null ? {} : { person: owner }) };
    }
    case 'sender':
      return { kind: 'alert', id: `${principal.source}/${principal.integration}` };
    case 'system':
      return { kind: 'system', id: 'firebreak' };
  }
}

/**
 * Whether two actors count once in a quorum: the same proof, or one person by whatever surface or token. The same proof counts once too
 * where only one of the two is linked to the person: the configuration may have changed in between.
 */
export const areOne = (a: Actor, b: Actor): boolean =>
  (a.kind === b.kind && a.id === b.id) || (a.person !== undefined && a.person === b.person);

/** A principal in words, for refusals and the log. */
export function nameOf(principal: Principal): string {
  switch (principal.type) {
    case 'person':
      return principal.name ?? principal.id;
    case 'local':
      return `local:${principal.name}`;
    case 'token':
      return `token:${principal.name}`;
    case 'sender':
      return `${principal.source}/${principal.integration}`;
    case 'system':
      return 'Firebreak';
  }
}
