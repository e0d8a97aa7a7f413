// Random commands on the system stream: what holds of every decision, whatever came before.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Right } from '../../src/core/authority/right.ts';
import type { Actor } from '../../src/core/events.ts';
import { decideSystem, type SystemCommand } from '../../src/core/system/decide.ts';
import { SystemEvent } from '../../src/core/system/events.ts';
import { deadSince, emptySystem, type SystemState } from '../../src/core/system/state.ts';
import { addMs } from '../../src/core/time.ts';
import { ana, ben, start } from '../support/given/given.ts';
import { foldOfSystem, type PastOfSystem, systemContext } from '../support/given/system.ts';

const hour = 3_600_000;
const rights = fc.uniqueArray(fc.constantFrom(...Right.options));
const scope = fc.constantFrom('*', 'restart', 'constructor', '__proto__');
const name = fc.constantFrom('ci', 'cd', 'constructor', 'bootstrap', 'No');
const reason = fc.constantFrom('because', 'again');
const expiresAt = fc.constantFrom(start, addMs(start, hour), addMs(start, 24 * hour), 'never');
const hash = fc.constantFrom('a', 'b', 'c').map((letter) => letter.repeat(64));

const command: fc.Arbitrary<SystemCommand> = fc.oneof(
  fc.record({ type: fc.constant('engage_switch' as const), scope, reason }),
  fc.record({ type: fc.constant('release_switch' as const), scope }),
  fc.record({
    type: fc.constant('take_over_switches' as const),
    engaged: fc.array(fc.record({ scope, reason, by: fc.constant(ben), at: fc.constant(start) }), { maxLength: 1 }),
  }),
  fc.record({ type: fc.constant('create_token' as const), name, rights, expiresAt, hash }),
  fc.record({ type: fc.constant('revoke_token' as const), name, reason }),
);
const asked = fc.record({
  command,
  afterMs: fc.constantFrom(0, hour / 2, 2 * hour),
  actor: fc.constantFrom(ana, ben),
  held: rights,
});

type Seen = {
  readonly before: SystemState;
  readonly after: SystemState;
  readonly command: SystemCommand;
  readonly at: string;
  readonly actor: Actor;
  readonly held: readonly Right[];
  /** Everything recorded up to and with this command, and what it recorded itself. */
  readonly events: readonly PastOfSystem[];
  readonly fresh: readonly SystemEvent[];
};

/** Plays random commands one after the other, and holds every decision that was not refused against `holds`. */
function ofEveryDecision(holds: (seen: Seen) => void): void {
  const property = fc.property(fc.array(asked, { maxLength: 20 }), (all) => {
    let state = emptySystem;
    let at = start;
    const events: PastOfSystem[] = [];
    for (const { command: next, afterMs, actor, held } of all) {
      at = addMs(at, afterMs);
      const before = state;
      const decision = decideSystem(before, next, systemContext({ at, actor, held, playbooks: ['restart'] }));
      if (!decision.ok) continue;
      state = decision.value.state;
      const fresh = decision.value.events.map(({ actor: _, ...event }): SystemEvent => event);
      for (const event of decision.value.events) events.push({ ...event, at });
      holds({ before, after: state, command: next, at, actor, held, events, fresh });
    }
  });
  fc.assert(property, { numRuns: 300 });
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('every decision about the system stream', () => {
  it('gives the state that its events lead to from nothing, and every event of it can be stored and read', () => {
    ofEveryDecision(({ events, fresh, after }) => {
      expect(foldOfSystem(events)).toEqual(after);
      for (const event of fresh) expect(plain(SystemEvent.parse(plain(event)))).toEqual(plain(event));
    });
  });

  it('gives a state of which nothing is lost when it is stored', () => {
    ofEveryDecision(({ after }) => {
      expect(isDeepStrictEqual(plain(after), after)).toBe(true);
    });
  });

  it('changes nothing but what the command is about, and changes something only with an event', () => {
    ofEveryDecision(({ before, after, command: given, fresh }) => {
      if (fresh.length === 0) expect(after).toBe(before);
      if (given.type === 'create_token' || given.type === 'revoke_token') expect(after.switches).toBe(before.switches);
      else expect(after.tokens).toBe(before.tokens);
    });
  });

  it('gives no right that its maker does not hold, and never bypass', () => {
    ofEveryDecision(({ held, fresh }) => {
      for (const { type, data } of fresh)
        if (type === 'token.created')
          expect(data.rights.filter((right) => right === 'bypass' || !held.includes(right))).toEqual([]);
    });
  });

  it('brings no dead token back to life: a name lives again only as another token', () => {
    ofEveryDecision(({ before, after, at, fresh }) => {
      for (const token of Object.values(before.tokens)) {
        if (deadSince(token, at) === null) continue;
        const now = after.tokens[token.name];
        if (now && deadSince(now, at) === null) expect(fresh.map(({ type }) => type)).toEqual(['token.created']);
      }
    });
  });

  it('asked for a second time at once changes nothing, or is refused', () => {
    ofEveryDecision(({ after, command: again, at, actor, held }) => {
      const twice = decideSystem(after, again, systemContext({ at, actor, held, playbooks: ['restart'] }));
      if (twice.ok) expect(twice.value).toEqual({ events: [], state: after });
    });
  });
});
