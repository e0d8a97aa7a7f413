// What every system stream promises, with the kill switches and tokens that are read of it elsewhere.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recorded, StoredEvent } from '../../src/core/events.ts';
import { type SystemEvent, systemStreamId } from '../../src/core/system/events.ts';
import { evolveSystem } from '../../src/core/system/evolve.ts';
import { emptySystem, tokenOf } from '../../src/core/system/state.ts';
import { addMs } from '../../src/core/time.ts';
import { verifyChain } from '../../src/core/timeline/chain.ts';
import { foldSystem } from '../../src/core/timeline/fold-stream.ts';
import { systemChangeOf } from '../../src/engine/append.ts';
import type { LoadedSystem, SystemChange } from '../../src/ports/ledger.ts';
import { ana, ben, start } from '../support/given/given.ts';
import type { OpenStores, Stores } from './stores.ts';

/** The change that events make of what was loaded. */
function changeOn(before: LoadedSystem, at: string, events: readonly Recorded<SystemEvent>[]): SystemChange {
  const state = events.reduce((folded, event) => evolveSystem(folded, { ...event, at }), before.state);
  return systemChangeOf({ stream: 'system', before, state, events }, { at, cause: 'test' });
}

const engaged = (scope: string, reason: string): Recorded<SystemEvent> => ({
  type: 'switch.engaged',
  actor: ana,
  data: { scope, reason },
});
const released = (scope: string): Recorded<SystemEvent> => ({ type: 'switch.released', actor: ben, data: { scope } });
const hash = (letter: string) => letter.repeat(64);
const created = (name: string, letter: string): Recorded<SystemEvent> => ({
  type: 'token.created',
  actor: ana,
  data: { name, rights: ['view', 'start'], expiresAt: addMs(start, 1000), owner: 'ana', hash: hash(letter) },
});
const revoked = (name: string): Recorded<SystemEvent> => ({ type: 'token.revoked', actor: ben, data: { name } });

/** The contract of `SystemStream`, and of what it leaves for `AdmissionStore` and `TokenStore`. */
export function systemStreamContract(open: OpenStores): void {
  // One stream, so one story: each test goes on where the one before it ended.
  describe('the system stream', () => {
    let under: Stores;
    let at = start;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.close());

    async function append(...events: readonly Recorded<SystemEvent>[]) {
      at = addMs(at, 1000);
      const change = changeOn(await under.systemStream.load(), at, events);
      expect(await under.systemStream.append(change)).toBe('appended');
      return change;
    }
    const stored = async () => {
      const events: StoredEvent[] = [];
      for await (const event of under.events.readStream(systemStreamId)) events.push(event);
      return events;
    };

    it('is empty before anything was recorded', async () => {
      expect(await under.systemStream.load()).toEqual({ state: emptySystem, head: null });
      expect((await under.admission.standing()).switches).toEqual([]);
      expect(await under.tokens.byHash(hash('a'))).toBe(null);
    });

    it('is opened by one of two that open it at the same time', async () => {
      const before = await under.systemStream.load();
      const both = await Promise.all(
        ['one', 'two'].map((reason) => under.systemStream.append(changeOn(before, at, [engaged('*', reason)]))),
      );
      expect([...both].sort()).toEqual(['appended', 'conflict']);
      expect(await stored()).toHaveLength(1);
      expect(Object.values((await under.systemStream.load()).state.switches)).toEqual(
        (await under.admission.standing()).switches,
      );
    });

    it('gives back what was appended, linked, in order, and among all streams', async () => {
      const { state, head } = await append(engaged('restart', 'x'), created('ci', 'a'));
      expect(await under.systemStream.load()).toEqual({ state, head });
      expect(await verifyChain(systemStreamId, await stored(), head)).toMatchObject({ outcome: 'ok' });
      expect(foldSystem(await stored())).toEqual(state);
      const ids: string[] = [];
      for await (const id of under.events.streamIds()) ids.push(id);
      expect(ids).toContain(systemStreamId);
    });

    it('takes one of two changes that were decided on the same state, and nothing of the other', async () => {
      const before = await under.systemStream.load();
      const changes = [
        changeOn(before, at, [released('*'), created('cd', 'c')]),
        changeOn(before, at, [engaged('look', 'x'), revoked('ci')]),
      ];
      const both = await Promise.all(changes.map((change) => under.systemStream.append(change)));
      expect([...both].sort()).toEqual(['appended', 'conflict']);
      const won = changes[both.indexOf('appended')];
      expect(await under.systemStream.load()).toEqual({ state: won?.state, head: won?.head });
      expect((await under.admission.standing()).switches).toEqual(
        Object.values(won?.state.switches ?? {}).sort((a, b) => (a.scope < b.scope ? -1 : 1)),
      );
      expect(await under.tokens.byHash(hash('c'))).toEqual(tokenOf(won?.state ?? emptySystem, 'cd') ?? null);
      for (const late of changes) expect(await under.systemStream.append(late)).toBe('conflict');
    });

    it('shows the engaged switches in order of their scopes, as whoever engaged them last', async () => {
      await append(engaged('*', 'b'), engaged('aaa', 'a'), engaged('restart', 'c'));
      const again = await append({ ...engaged('restart', 'd'), actor: ben });
      const switches = (await under.admission.standing()).switches;
      expect(switches.map(({ scope }) => scope)).toEqual([...switches.map(({ scope }) => scope)].sort());
      expect(switches.find(({ scope }) => scope === 'restart')).toEqual({ scope: 'restart', by: ben, reason: 'd', at });
      await append(released('aaa'));
      expect((await under.admission.standing()).switches.map(({ scope }) => scope)).not.toContain('aaa');
      expect(again.engaged).toHaveLength(1);
    });

    it('finds a token by its hash, live, revoked, and after its name was given to another', async () => {
      const made = await append(created('deploy', 'e'));
      expect(await under.tokens.byHash(hash('e'))).toEqual(made.state.tokens['deploy']);
      await append(revoked('deploy'));
      const dead = { name: 'deploy', owner: 'ana', revoked: { by: ben, at, reason: null } };
      expect(await under.tokens.byHash(hash('e'))).toMatchObject(dead);
      await append(created('deploy', 'f'));
      expect(await under.tokens.byHash(hash('e'))).toMatchObject(dead);
      expect(await under.tokens.byHash(hash('f'))).toMatchObject({ name: 'deploy', revoked: null });
      expect(await under.tokens.byHash('deploy')).toBe(null);
    });
  });
}
