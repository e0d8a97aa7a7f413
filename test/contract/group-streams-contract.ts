// What the streams of alert groups promise: by themselves, and appended together with incidents.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/events.ts';
import { addMs } from '../../src/core/time.ts';
import { verifyChain } from '../../src/core/timeline/chain.ts';
import { foldGroup } from '../../src/core/timeline/fold-stream.ts';
import type { GroupChange, LoadedGroup } from '../../src/ports/ledger.ts';
import { changeFrom } from '../support/engine/append-events.ts';
import {
  endedAlert,
  type GivenGroupEvents,
  groupChange,
  heldAlert,
  openedGroup,
} from '../support/engine/group-change.ts';
import { ana, start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { fresh, openIncident, openingOf } from './stored-run.ts';
import type { OpenStores, Stores } from './stores.ts';

/** The contract of `GroupStreams`, and of `EventStore.appendTogether` where groups take part. */
export function groupStreamsContract(open: OpenStores): void {
  describe('the streams of alert groups', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    afterAll(() => stores.close());

    const opening = (key: string, more: Partial<GivenGroupEvents> = {}) =>
      groupChange({
        groupId: fresh('grp'),
        before: null,
        events: [openedGroup(key), heldAlert(anAlert(`alert of ${key}`))],
        ...more,
      });
    async function opened(key: string, more: Partial<GivenGroupEvents> = {}): Promise<GroupChange> {
      const change = opening(key, more);
      expect(await stores.groups.append(change)).toBe('appended');
      return change;
    }
    const loadedOf = ({ group, head }: LoadedGroup): LoadedGroup => ({ group, head });
    const nextOf = (on: LoadedGroup, more: Partial<GivenGroupEvents> = {}) =>
      groupChange({
        groupId: on.group.id,
        before: loadedOf(on),
        events: [endedAlert({ fingerprint: `alert of ${on.group.key}` })],
        at: addMs(start, 1000),
        ...more,
      });
    const noteOn = (on: Awaited<ReturnType<typeof openIncident>>) =>
      changeFrom({
        incidentId: on.incident.id,
        before: { incident: on.incident, head: on.head },
        events: [{ type: 'note.added', actor: ana, data: { text: 'x' } }],
        at: start,
      });
    async function accepted(): Promise<string> {
      const value = fresh('key');
      const about = { source: 'generic', integration: fresh('int'), headers: {}, body: Buffer.from(value) };
      const { receipt } = await stores.deliveries.accept({
        ...about,
        alerts: [anAlert('f')],
        dedupe: { kind: 'sender', value },
      });
      return receipt;
    }

    it('give back what was appended, by id and by key, linked, in order, and among all streams', async () => {
      const first = await opened('web-1');
      expect(await stores.groups.byKey('web-1')).toEqual(loadedOf(first));
      const second = nextOf(first);
      expect(await stores.groups.append(second)).toBe('appended');
      expect(await stores.groups.load(first.group.id)).toEqual(loadedOf(second));
      const events: StoredEvent[] = [];
      for await (const event of stores.events.readStream(first.group.id)) events.push(event);
      expect(await verifyChain(first.group.id, events, second.head)).toMatchObject({ outcome: 'ok' });
      expect(foldGroup(events)).toEqual(second.group);
      const ids: string[] = [];
      for await (const id of stores.events.streamIds()) ids.push(id);
      expect(ids).toContain(first.group.id);
    });

    it('know no group that was never opened', async () => {
      expect(await stores.groups.byKey('nobody')).toBe(null);
      expect(await stores.groups.load(fresh('grp'))).toBe(null);
    });

    it('take one of two changes that were decided on the same state', async () => {
      const first = await opened('web-2');
      const both = [nextOf(first), nextOf(first, { events: [heldAlert(anAlert('another'))] })];
      const outcomes = await Promise.all(both.map((change) => stores.groups.append(change)));
      expect([...outcomes].sort()).toEqual(['appended', 'conflict']);
      const won = both[outcomes.indexOf('appended')];
      expect(await stores.groups.byKey('web-2')).toEqual(won && loadedOf(won));
      for (const late of both) expect(await stores.groups.append(late)).toBe('conflict');
    });

    it('open one group for a key, however many open it at the same time, alone or together with others', async () => {
      const all = [opening('web-3'), opening('web-3'), opening('web-4'), opening('web-3')];
      const outcomes = await Promise.all(all.map((change) => stores.groups.append(change)));
      expect([...outcomes].sort()).toEqual(['appended', 'appended', 'conflict', 'conflict']);
      const won = all[outcomes.indexOf('appended')];
      expect((await stores.groups.byKey('web-3'))?.group.id).toBe(won?.group.id);
      expect(await stores.events.appendTogether([opening('web-5'), opening('web-3')])).toBe('conflict');
      expect(await stores.groups.byKey('web-5')).toBe(null);
    });

    it('answer many keys that are asked for at the same time, each with its own, however long they are', async () => {
      const long = Array.from({ length: 6000 }, (_, n) => String.fromCodePoint(0x4e00 + ((n * 7919) % 20_000))).join(
        '',
      );
      // A fingerprint has 500 characters at most.
      const widest = heldAlert(anAlert(long.slice(0, 500)));
      const groups = [
        await opened('db-1'),
        await opened(long, { events: [openedGroup(long), widest] }),
        await opened('db-1 '),
      ];
      const asked = ['db-1', 'nobody', long, 'db-1 ', 'db-1', "'; --"];
      const found = await Promise.all(asked.map((key) => stores.groups.byKey(key)));
      expect(found.map((one) => one?.group.id)).toEqual([
        groups[0]?.group.id,
        undefined,
        groups[1]?.group.id,
        groups[2]?.group.id,
        groups[0]?.group.id,
        undefined,
      ]);
    });

    it('tell which group holds an alert, until it holds it no more', async () => {
      const [one, other] = [await opened('hold-1'), await opened('hold-2')];
      const more = nextOf(one, { events: [heldAlert(anAlert('second of hold-1'))] });
      expect(await stores.groups.append(more)).toBe('appended');
      const asked = ['alert of hold-1', 'second of hold-1', 'alert of hold-2', 'nobody'];
      const of = (key: string) => ({ key, rule: 'hosts' });
      expect([...(await stores.groups.holding(asked))].sort()).toEqual([
        ['alert of hold-1', of('hold-1')],
        ['alert of hold-2', of('hold-2')],
        ['second of hold-1', of('hold-1')],
      ]);
      expect(await stores.groups.append(nextOf(other))).toBe('appended');
      expect([...(await stores.groups.holding(asked)).keys()]).not.toContain('alert of hold-2');
      expect((await stores.groups.holding([])).size).toBe(0);
    });

    it('settle the deliveries of a change, once', async () => {
      const receipt = await accepted();
      const first = await opened('mail-1', { receipts: [receipt] });
      expect(await stores.deliveries.isOpen(receipt)).toBe(false);
      expect(await stores.groups.append(nextOf(first, { receipts: [receipt] }))).toBe('conflict');
      expect(await stores.groups.append(opening('mail-2', { receipts: [receipt] }))).toBe('conflict');
      expect(await stores.groups.byKey('mail-2')).toBe(null);
      expect(await stores.groups.byKey('mail-1')).toEqual(loadedOf(first));
    });

    it('are changed together with incidents, and a delivery that both have dealt with is settled once', async () => {
      const [receipt, group, incident] = [await accepted(), await opened('app-1'), await openIncident(stores)];
      const opens = await openingOf(stores, { receipts: [receipt] });
      const next = nextOf(group, { receipts: [receipt] });
      expect(await stores.events.appendTogether([next, opens, noteOn(incident), opening('app-2')])).toBe('appended');
      expect(await stores.groups.byKey('app-1')).toEqual(loadedOf(next));
      expect((await stores.groups.byKey('app-2'))?.head.version).toBe(2);
      expect((await stores.events.loadIncident(opens.incident.id))?.head).toEqual(opens.head);
      expect((await stores.events.loadIncident(incident.incident.id))?.head.version).toBe(2);
      expect(await stores.deliveries.isOpen(receipt)).toBe(false);
    });

    it('are changed together with incidents or not at all, whichever has moved on', async () => {
      const [receipt, group, incident] = [await accepted(), await opened('app-3'), await openIncident(stores)];
      const [oldGroup, oldIncident] = [nextOf(group), noteOn(incident)];
      const now = nextOf(group);
      expect(await stores.groups.append(now)).toBe('appended');
      const opens = await openingOf(stores);
      expect(await stores.events.appendTogether([opens, oldGroup])).toBe('conflict');
      expect(await stores.events.loadIncident(opens.incident.id)).toBe(null);
      expect(await stores.events.append(oldIncident)).toBe('appended');
      const late = nextOf(now, { events: [heldAlert(anAlert('late'))], receipts: [receipt] });
      expect(await stores.events.appendTogether([late, oldIncident])).toBe('conflict');
      expect(await stores.groups.byKey('app-3')).toEqual(loadedOf(now));
      expect(await stores.deliveries.isOpen(receipt)).toBe(true);
    });

    it('list the groups whose timers are due, the longest overdue first, and no other', async () => {
      const at = (seconds: number) => addMs(start, -3_600_000 + seconds * 1000);
      const late = await opened('timer-1', { wakeAt: at(20) });
      const later = await opened('timer-2', { wakeAt: at(10) });
      await opened('timer-3', { wakeAt: at(31) });
      await opened('timer-4', { wakeAt: null });
      expect(await stores.groups.due(at(30), 10)).toEqual([later.group.id, late.group.id]);
      expect(await stores.groups.due(at(30), 1)).toEqual([later.group.id]);
      expect(await stores.groups.append(nextOf(later, { wakeAt: null }))).toBe('appended');
      await stores.groups.rest(late, { lookedAt: at(30), wakeAt: at(40) });
      expect(await stores.groups.due(at(30), 10)).toEqual([]);
      expect(await stores.groups.due(at(40), 10)).toEqual([late.group.id, expect.any(String)].reverse());
    });

    it('let a group rest only where it stands as it was looked at, and nobody woke it since', async () => {
      const at = (seconds: number) => addMs(start, -7_200_000 + seconds * 1000);
      const [moved, woken] = [await opened('rest-1', { wakeAt: at(1) }), await opened('rest-2', { wakeAt: at(1) })];
      expect(await stores.groups.append(nextOf(moved, { events: [heldAlert(anAlert('b'))], wakeAt: at(2) }))).toBe(
        'appended',
      );
      await stores.groups.rest(moved, { lookedAt: at(5), wakeAt: null });
      expect(await stores.groups.due(at(5), 10)).toEqual([woken.group.id, moved.group.id]);
      await stores.groups.wakeHeld(at(6));
      await stores.groups.rest(woken, { lookedAt: at(5), wakeAt: null });
      expect(await stores.groups.due(at(6), 100)).toContain(woken.group.id);
    });

    it('say which groups hold something, and what silences have held, by name', async () => {
      const silenced = (fingerprint: string, name: string) => {
        const hold = { by: 'silence' as const, name, owner: 'ana', reason: 'deploy', until: null };
        const data = { alert: anAlert(fingerprint), receipt: 'dlv_1', hold };
        return { type: 'group.alert_held' as const, actor: ana, data };
      };
      const at = addMs(start, 3_600_000);
      const events = [openedGroup('mute-1'), silenced('m1', 'night'), silenced('m2', 'night'), silenced('m3', 'day')];
      const { group } = await opened('mute-1', { events, at });
      expect((await stores.groups.holders(100)).map((one) => one.group.id)).toContain(group.id);
      expect(await stores.groups.silenced(['night', 'never'])).toEqual(new Map([['night', { count: 2, lastAt: at }]]));
    });

    it('make every group that holds something due, and none that holds nothing', async () => {
      const at = addMs(start, 7_200_000);
      const [holding, empty] = [await opened('held-1'), await opened('held-2', { wakeAt: addMs(at, 1000) })];
      expect(await stores.groups.append(nextOf(empty))).toBe('appended');
      const far = await opened('held-3', { wakeAt: addMs(at, 1000) });
      await stores.groups.wakeHeld(at);
      const due = await stores.groups.due(at, 100);
      expect(due).toContain(holding.group.id);
      expect(due).toContain(far.group.id);
      expect(due).not.toContain(empty.group.id);
    });
  });
}
