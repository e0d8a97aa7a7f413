// What every ledger promises.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, type Recorded, systemActor } from '../../src/core/events.ts';
import { startedEvent } from '../../src/core/run/started.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { addMs } from '../../src/core/time.ts';
import { verifyChain } from '../../src/core/timeline/chain.ts';
import type { IncidentChange, LoadedIncident } from '../../src/ports/ledger.ts';
import { appendEvents, changeFrom } from '../support/engine/append-events.ts';
import { ana, playbook, start } from '../support/given/given.ts';
import { fresh, openingOf } from './stored-run.ts';
import type { OpenStores, Stores } from './stores.ts';

const book = playbook('  - { id: a, uses: shell.run, with: { command: [/bin/true] } }');

/** The contract of `EventStore`, and of the lookups by concurrency key. */
export function eventStoreContract(openStores: OpenStores): void {
  describe('a ledger', () => {
    let stores: Stores;
    let ledger: Stores['events'] & Stores['lookups'];
    beforeAll(async () => {
      stores = await openStores();
      ledger = { ...stores.events, ...stores.lookups };
    });
    afterAll(() => stores.close());

    const next = () => stores.correlation.nextIncidentNumber();

    /** Appends events on what was loaded; null opens an incident. */
    function append(id: string, on: LoadedIncident | null, runs: readonly RunState[], events: readonly Recorded[]) {
      const before = on && { incident: on.incident, head: on.head };
      return appendEvents(ledger, { incidentId: id, before, runs, playbooks: [book], events, at });
    }
    let at = start;
    const note = (text: string): Recorded => ({ type: 'note.added', actor: systemActor, data: { text } });

    async function open(groupKey: string | null = null): Promise<IncidentChange> {
      const data = { number: await next(), title: 't', severity: 2, groupKey };
      const change = await append(fresh('inc'), null, [], [{ type: 'incident.opened', actor: ana, data }]);
      if (typeof change !== 'object') throw new Error(change);
      return change;
    }

    /** A new run in an incident, queued for a key. */
    async function queue(key: string, startedAt = start): Promise<{ at: IncidentChange; run: RunState }> {
      const { incident, head } = await open();
      at = startedAt;
      const actor: Actor = ana;
      const runId = fresh('run');
      const trigger = { type: 'manual' as const };
      const given = { runId, incident, playbook: book, trigger, inputs: {}, alert: null, actor, at, env: {} };
      const change = await append(
        incident.id,
        { incident, head },
        [],
        [startedEvent({ ...given, concurrencyKey: key })],
      );
      if (typeof change !== 'object' || !change.runs[0]) throw new Error('not started');
      return { at: change, run: change.runs[0].state };
    }

    const admit = ({ at, run }: { at: IncidentChange; run: RunState }) =>
      append(at.incident.id, at, [run], [{ type: 'run.admitted', actor: ana, data: { runId: run.runId } }]);

    it('gives back what was appended, linked and in order', async () => {
      const opened = await open();
      const change = await append(opened.incident.id, opened, [], [note('one'), note('two')]);
      if (typeof change !== 'object') throw new Error(change);
      const { incident, head } = change;
      expect(await ledger.loadIncident(incident.id)).toEqual({ incident, head });
      const checked = await verifyChain(incident.id, ledger.readStream(incident.id), head);
      expect(checked).toMatchObject({ outcome: 'ok' });
      const seqs: number[] = [];
      for await (const { seq } of ledger.readStream(incident.id, 2)) seqs.push(seq);
      expect(seqs).toEqual([2, 3]);
      const ids: string[] = [];
      for await (const id of ledger.streamIds()) ids.push(id);
      expect(ids).toContain(incident.id);
    });

    it('takes one of two changes that were decided on the same state, and nothing of the other', async () => {
      const opened = await open();
      const { id } = opened.incident;
      const both = await Promise.all([
        append(id, opened, [], [note('one')]),
        append(id, opened, [], [note('two'), note('three')]),
      ]);
      expect(both.filter((one) => one === 'conflict')).toHaveLength(1);
      const [won] = both.filter((one) => typeof one === 'object');
      expect((await ledger.loadIncident(id))?.head).toEqual(won?.head);
      const seen: string[] = [];
      for await (const { hash } of ledger.readStream(id)) seen.push(hash);
      expect(seen).toEqual([...opened.events, ...(won?.events ?? [])].map(({ hash }) => hash));
      expect(await append(id, opened, [], [note('late')])).toBe('conflict');
    });

    it('opens no incident twice, and no second one for a group that has an open one', async () => {
      const group = fresh('group');
      const opened = await open(group);
      const again: Recorded = {
        type: 'incident.opened',
        actor: ana,
        data: { number: await next(), title: 't', severity: 2, groupKey: group },
      };
      expect(await append(opened.incident.id, null, [], [again])).toBe('conflict');
      expect(await append(fresh('inc'), null, [], [again])).toBe('conflict');
      const resolved: Recorded = { type: 'incident.resolved', actor: ana, data: { reason: 'over' } };
      expect(await append(opened.incident.id, opened, [], [resolved])).toBeTypeOf('object');
      expect(await append(fresh('inc'), null, [], [again])).toBeTypeOf('object');
    });

    it('lets one run at a time hold a concurrency key, the one that has queued longest first', async () => {
      const key = fresh('key');
      const second = await queue(key, addMs(start, 1000));
      const first = await queue(key);
      expect(await ledger.holderOf(key)).toBe(null);
      expect(await ledger.firstInLine(key)).toBe(first.run.runId);
      const admitted = await admit(first);
      if (typeof admitted !== 'object') throw new Error(admitted);
      expect(await ledger.holderOf(key)).toBe(first.run.runId);
      expect(await ledger.firstInLine(key)).toBe(second.run.runId);
      expect(await admit(second)).toBe('locked');
      expect((await ledger.loadRun(second.run.runId))?.run).toEqual(second.run);
      const { runId } = first.run;
      const ended: Recorded = { type: 'run.succeeded', actor: ana, data: { runId, durationMs: 1 } };
      const running = admitted.runs.map(({ state }) => state);
      expect(await append(admitted.incident.id, admitted, running, [ended])).toBeTypeOf('object');
      expect(await ledger.holderOf(key)).toBe(null);
      expect(await admit(second)).toBeTypeOf('object');
    });

    it('knows nothing of what is not there', async () => {
      expect(await ledger.loadRun('run_none')).toBe(null);
      expect(await ledger.loadIncident('inc_none')).toBe(null);
      expect(await ledger.firstInLine('none')).toBe(null);
      const seen: string[] = [];
      for await (const { hash } of ledger.readStream('inc_none')) seen.push(hash);
      expect(seen).toEqual([]);
    });

    it('takes changes of different streams together, or none of them', async () => {
      const both = [await openingOf(stores), await openingOf(stores)] as const;
      expect(await ledger.appendTogether(both)).toBe('appended');
      for (const { incident, head } of both) expect(await ledger.loadIncident(incident.id)).toEqual({ incident, head });
      const third = await openingOf(stores);
      expect(await ledger.appendTogether([third, both[0]])).toBe('conflict');
      expect(await ledger.loadIncident(third.incident.id)).toBe(null);
    });

    it('takes no two changes together that would open one group twice', async () => {
      const groupKey = fresh('group');
      const both = [await openingOf(stores, { groupKey }), await openingOf(stores, { groupKey })] as const;
      expect(await ledger.appendTogether(both)).toBe('conflict');
      for (const { incident } of both) expect(await ledger.loadIncident(incident.id)).toBe(null);
    });

    it('opens an incident again together with the end of the one that was open in its group, in whatever order', async () => {
      const resolved: Recorded = { type: 'incident.resolved', actor: ana, data: { reason: 'over' } };
      for (const endsFirst of [true, false]) {
        const groupKey = fresh('group');
        const opened = await open(groupKey);
        const first = await append(opened.incident.id, opened, [], [resolved]);
        if (typeof first !== 'object') throw new Error(first);
        const second = await open(groupKey);
        const reopened: Recorded = { type: 'incident.reopened', actor: ana, data: { reason: 'it goes on' } };
        expect(await append(first.incident.id, first, [], [reopened])).toBe('conflict');
        const opens = changeFrom({ incidentId: first.incident.id, before: first, events: [reopened], at });
        const { id, number } = first.incident;
        const merged: Recorded = { type: 'incident.merged', actor: ana, data: { into: id, intoNumber: number } };
        const ends = changeFrom({ incidentId: second.incident.id, before: second, events: [merged], at });
        expect(await ledger.appendTogether(endsFirst ? [ends, opens] : [opens, ends])).toBe('appended');
        expect((await ledger.loadIncident(id))?.incident.status).toBe('open');
        expect((await ledger.loadIncident(second.incident.id))?.incident.mergedInto).toEqual({ id, number });
      }
    });

    it('leaves every stream as it was when one of the changes together has been overtaken', async () => {
      const [one, two] = [await open(), await open()];
      const overtaken = await append(two.incident.id, two, [], [note('faster')]);
      if (typeof overtaken !== 'object') throw new Error(overtaken);
      const changes = [one, two].map((before) =>
        changeFrom({ incidentId: before.incident.id, before, events: [note('both')], at }),
      );
      expect(await ledger.appendTogether(changes)).toBe('conflict');
      expect((await ledger.loadIncident(one.incident.id))?.head).toEqual(one.head);
      expect((await ledger.loadIncident(two.incident.id))?.head).toEqual(overtaken.head);
    });
  });
}
