// What the record of deliveries promises.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewDelivery } from '../../src/ports/intake.ts';
import { appendEvents } from '../support/engine/append-events.ts';
import { ana, start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { fresh, openIncident, openingOf } from './stored-run.ts';
import type { OpenStores, Stores } from './stores.ts';

const delivery = (integration: string, dedupe: NewDelivery['dedupe'], alerts = [anAlert('f')]): NewDelivery => ({
  source: 'alertmanager',
  integration,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{}'),
  alerts,
  dedupe,
});
const bySender = (value: string) => ({ kind: 'sender', value }) as const;

/** The contract of `DeliveryLedger`. */
export function deliveryLedgerContract(open: OpenStores): void {
  describe('a record of deliveries', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    afterAll(() => stores.close());

    /** Accepts so many deliveries of an integration that no other test uses; answers it and the receipts. */
    async function accepted(count: number): Promise<{ integration: string; receipts: string[] }> {
      const integration = fresh('integration');
      const receipts: string[] = [];
      for (let n = 0; n < count; n++) {
        const { receipt, status } = await stores.deliveries.accept(delivery(integration, bySender(`${n}`)));
        expect(status).toBe('accepted');
        receipts.push(receipt);
      }
      return { integration, receipts };
    }
    it('says what deliveries said since an instant, the latest first', async () => {
      const { integration } = await accepted(1);
      const since = new Date(Date.parse(start) - 365 * 86_400_000).toISOString();
      const last = [anAlert(fresh('said'))];
      await stores.deliveries.accept(delivery(integration, bySender('last'), last));
      expect(await stores.deliveries.saidSince(since, 1)).toEqual([last]);
      expect((await stores.deliveries.saidSince(since, 1000)).length).toBeGreaterThan(1);
      expect(await stores.deliveries.saidSince('2999-01-01T00:00:00.000Z', 10)).toEqual([]);
    });

    /** Closes everything, so that the next test has the record to itself. */
    async function settleAll(): Promise<void> {
      const { items } = await stores.deliveries.list({ limit: 200, cursor: null, status: 'accepted' });
      for (const { receipt } of items) await stores.deliveries.settle(receipt);
    }

    it('takes a delivery once, however often and however much at once it comes with the same id of its sender', async () => {
      const integration = fresh('integration');
      const same = delivery(integration, bySender('1'));
      const both = await Promise.all([stores.deliveries.accept(same), stores.deliveries.accept(same)]);
      expect(both.map(({ status }) => status).sort()).toEqual(['accepted', 'duplicate']);
      const [first] = both;
      await stores.later(3_600_000);
      const late = await stores.deliveries.accept(same);
      expect(late).toEqual({ receipt: first?.receipt, status: 'duplicate' });
      const elsewhere = await stores.deliveries.accept(delivery(fresh('integration'), bySender('1')));
      expect(elsewhere.status).toBe('accepted');
      await settleAll();
    });

    it('takes an identical body without an id again after a while', async () => {
      const same = delivery(fresh('integration'), { kind: 'hash', value: 'abc' });
      const { receipt } = await stores.deliveries.accept(same);
      await stores.later(61_000);
      const again = await stores.deliveries.accept(same);
      expect(again.status).toBe('accepted');
      expect(again.receipt).not.toBe(receipt);
      await settleAll();
    });

    it('takes a proof that counts once once, whatever comes with it, however much at once, until its time is over', async () => {
      const integration = fresh('integration');
      const once = { key: fresh('proof'), until: stores.instant(600_000) };
      const withIt = (id: string) => ({ ...delivery(integration, bySender(id)), once });
      const both = await Promise.all([stores.deliveries.accept(withIt('1')), stores.deliveries.accept(withIt('2'))]);
      expect(both.map(({ status }) => status).sort()).toEqual(['accepted', 'duplicate']);
      await stores.later(300_000);
      const late = await stores.deliveries.accept(withIt('3'));
      expect(late).toEqual({ receipt: both.find(({ status }) => status === 'accepted')?.receipt, status: 'duplicate' });
      await stores.later(301_000);
      expect((await stores.deliveries.accept(withIt('4'))).status).toBe('accepted');
      const other = { key: fresh('proof'), until: stores.instant(600_000) };
      expect((await stores.deliveries.accept({ ...delivery(integration, bySender('5')), once: other })).status).toBe(
        'accepted',
      );
    });

    describe('an identical body without an id', () => {
      /** Bodies about an alert that no other test uses. */
      const bodies = () => {
        const integration = fresh('integration');
        const fingerprint = fresh('alert');
        return {
          fingerprint,
          say: (status: 'firing' | 'resolved' = 'firing') =>
            stores.deliveries.accept(
              delivery(integration, { kind: 'hash', value: status }, [anAlert(fingerprint, { status })]),
            ),
        };
      };

      it('is the same delivery while nothing else was told of its alerts, and another as soon as something was', async () => {
        const { say } = bodies();
        const down = await say('firing');
        expect(await say('firing')).toEqual({ receipt: down.receipt, status: 'duplicate' });
        expect((await say('resolved')).status).toBe('accepted');
        const again = await say('firing');
        expect(again.status).toBe('accepted');
        expect(again.receipt).not.toBe(down.receipt);
        expect((await say('firing')).status).toBe('duplicate');
        await settleAll();
      });

      it('is another delivery where its alert is not known to be so any more', async () => {
        const { fingerprint, say } = bodies();
        const { receipt } = await say('firing');
        const alerts = [{ fingerprint, active: true }];
        const { incident } = await openIncident(stores, { receipts: [receipt], alerts });
        expect((await say('firing')).status).toBe('duplicate');
        const over = await stores.events.loadIncident(incident.id);
        if (!over) throw new Error('the incident is gone');
        const resolved = { type: 'incident.resolved', actor: ana, data: { reason: 'a person said so' } } as const;
        const before = { incident: over.incident, head: over.head };
        await appendEvents(stores.events, { incidentId: incident.id, before, events: [resolved], at: start });
        expect((await say('firing')).status).toBe('accepted');
        await settleAll();
      });

      it('is another delivery after the first was set aside', async () => {
        const { say } = bodies();
        const { receipt } = await say('firing');
        await stores.deliveries.failed(receipt, { error: 'broken', retryInMs: null });
        expect((await say('firing')).status).toBe('accepted');
        await settleAll();
      });
    });

    it('does not take an id that comes with another word about an alert for a repetition', async () => {
      const integration = fresh('integration');
      const say = (status: 'firing' | 'resolved') =>
        stores.deliveries.accept(delivery(integration, bySender('the-problem'), [anAlert('f', { status })]));
      expect((await say('firing')).status).toBe('accepted');
      expect((await say('resolved')).status).toBe('accepted');
      expect((await say('firing')).status).toBe('duplicate');
      await settleAll();
    });

    it('opens a dead delivery again with what it means now, and tells what later ones said since', async () => {
      const { deliveries } = stores;
      const { receipts, integration } = await accepted(2);
      const [dead = '', later = ''] = receipts;
      await deliveries.failed(dead, { error: 'broken', retryInMs: null });
      expect(await deliveries.toldSince(dead)).toEqual([]);
      await deliveries.settle(later);
      expect(await deliveries.toldSince(dead)).toEqual(['f']);
      expect(await deliveries.toldSince(later)).toEqual([]);
      expect(await deliveries.find(dead)).toMatchObject({
        status: 'dead',
        fault: 'ours',
        error: 'broken',
        integration,
      });
      expect((await deliveries.find(dead))?.body.toString()).toBe('{}');
      expect(await deliveries.requeue(later, [])).toBe(false);
      expect(await deliveries.requeue(dead, [anAlert('g')])).toBe(true);
      expect(await deliveries.requeue(dead, [anAlert('g')])).toBe(false);
      expect(await deliveries.claim(10, 30_000)).toMatchObject([{ receipt: dead, tries: 1, alerts: [anAlert('g')] }]);
      expect(await deliveries.find('dlv_none')).toBeNull();
      await settleAll();
    });

    it('gives open deliveries out in the order in which they came, and to one process at a time for each integration', async () => {
      const { deliveries } = stores;
      const one = await accepted(3);
      const two = await accepted(1);
      expect(await deliveries.waiting()).toBe(true);
      const claimed = await deliveries.claim(2, 30_000);
      expect(claimed.map(({ receipt }) => receipt)).toEqual(one.receipts.slice(0, 2));
      expect(claimed[0]).toEqual({
        receipt: one.receipts[0],
        source: 'alertmanager',
        integration: one.integration,
        alerts: [anAlert('f')],
        tries: 0,
        receivedAt: expect.any(String),
      });
      expect((await deliveries.claim(10, 30_000)).map(({ receipt }) => receipt)).toEqual(two.receipts);
      expect(await deliveries.claim(10, 30_000)).toEqual([]);
      await stores.later(31_000);
      const again = await deliveries.claim(10, 30_000);
      expect(again.map(({ receipt }) => receipt)).toEqual([...one.receipts, ...two.receipts]);
      await settleAll();
    });

    it('claims a delivery as it is accepted, unless another of its integration waits or is held, and for so long only', async () => {
      const { deliveries } = stores;
      const integration = fresh('integration');
      const accept = (id: string) => deliveries.accept(delivery(integration, bySender(id)), 30_000);
      const first = await accept('1');
      expect(first).toEqual({
        receipt: first.receipt,
        status: 'accepted',
        claimed: {
          receipt: first.receipt,
          source: 'alertmanager',
          integration,
          alerts: [anAlert('f')],
          tries: 0,
          receivedAt: expect.any(String),
        },
      });
      expect(await deliveries.waiting()).toBe(false);
      const second = await accept('2');
      expect(second).toEqual({ receipt: second.receipt, status: 'accepted' });
      expect(await deliveries.claim(10, 30_000)).toEqual([]);
      await deliveries.settle(first.receipt);
      expect(await accept('3')).not.toHaveProperty('claimed');
      expect(await deliveries.claim(1, 30_000)).toMatchObject([{ receipt: second.receipt }]);
      await stores.later(31_000);
      expect(await deliveries.claim(10, 30_000)).toHaveLength(2);
      await settleAll();
      expect(await accept('4')).toHaveProperty('claimed');
      await stores.later(31_000);
      expect(await deliveries.claim(10, 30_000)).toHaveLength(1);
      await settleAll();
      const both = await Promise.all([accept('5'), accept('6')]);
      expect((await deliveries.claim(10, 30_000)).length + both.filter((one) => 'claimed' in one).length).toBeLessThan(
        3,
      );
      await settleAll();
    });

    it('claims a delivery as it is accepted although one that failed is left alone for a while', async () => {
      const { deliveries } = stores;
      const { receipts, integration } = await accepted(1);
      await deliveries.failed(receipts[0] ?? '', { error: 'broken', retryInMs: 60_000 });
      expect(await deliveries.accept(delivery(integration, bySender('next')), 30_000)).toHaveProperty('claimed');
      await settleAll();
    });

    it('takes large bodies at once as they are, byte by byte', async () => {
      const integration = fresh('integration');
      const bodies = Array.from({ length: 6 }, (_, n) => Buffer.alloc(n * 300_000, n));
      const kept = await Promise.all(
        bodies.map((body, n) => stores.deliveries.accept({ ...delivery(integration, bySender(`${n}`)), body })),
      );
      for (const [n, { receipt }] of kept.entries())
        expect(
          Buffer.compare(
            (await stores.deliveries.find(receipt))?.body ?? Buffer.alloc(1),
            bodies[n] ?? Buffer.alloc(2),
          ),
        ).toBe(0);
      await settleAll();
    });

    it('gives claims of processes that are gone back at once', async () => {
      const { receipts } = await accepted(1);
      await stores.deliveries.claim(10, 30_000);
      await stores.deliveries.releaseClaims();
      expect(await stores.deliveries.waiting()).toBe(true);
      expect((await stores.deliveries.claim(10, 30_000)).map(({ receipt }) => receipt)).toEqual(receipts);
      await settleAll();
    });

    it('is done with a delivery once it is settled, by itself or by a change that dealt with it', async () => {
      const { deliveries, events } = stores;
      const { receipts } = await accepted(2);
      const [first = '', second = ''] = receipts;
      expect(await deliveries.isOpen(first)).toBe(true);
      await deliveries.settle(first);
      expect(await deliveries.isOpen(first)).toBe(false);
      await openIncident(stores, { receipts: [second] });
      expect(await deliveries.isOpen(second)).toBe(false);
      expect(await deliveries.waiting()).toBe(false);
      expect(await events.append(await openingOf(stores, { receipts: [second] }))).toBe('conflict');
    });

    it('has nothing to do for a delivery without alerts', async () => {
      const { receipt } = await stores.deliveries.accept(delivery(fresh('integration'), bySender('1'), []));
      expect(await stores.deliveries.isOpen(receipt)).toBe(false);
      expect(await stores.deliveries.waiting()).toBe(false);
    });

    it('leaves a delivery that failed alone for a while, longer each time, and sets it aside after the last try', async () => {
      const { deliveries } = stores;
      const { receipts } = await accepted(1);
      const [receipt = ''] = receipts;
      await deliveries.claim(10, 30_000);
      await deliveries.failed(receipt, { error: 'broken', retryInMs: 1000 });
      expect(await deliveries.waiting()).toBe(false);
      expect(await deliveries.claim(10, 30_000)).toEqual([]);
      await stores.later(1500);
      expect(await deliveries.claim(10, 30_000)).toHaveLength(1);
      await deliveries.failed(receipt, { error: 'broken again', retryInMs: 2000 });
      await stores.later(1500);
      expect(await deliveries.waiting()).toBe(false);
      await stores.later(1000);
      expect(await deliveries.waiting()).toBe(true);
      await deliveries.failed(receipt, { error: 'broken for good', retryInMs: null });
      expect(await deliveries.isOpen(receipt)).toBe(false);
      const { items } = await deliveries.list({ limit: 1, cursor: null, status: 'dead' });
      expect(items).toMatchObject([{ receipt, status: 'dead', error: 'broken for good', fault: 'ours', tries: 3 }]);
    });

    it('keeps what cannot be used, and lists deliveries from the newest on, page by page', async () => {
      const { deliveries } = stores;
      const source = fresh('source');
      const about = { source, integration: 'i', headers: { a: 'b' }, body: Buffer.from('?') };
      const receipts: string[] = [];
      for (const error of ['one', 'two', 'three'])
        receipts.push((await deliveries.keepDead({ ...about, error, fault: 'sender' })).receipt);
      const page = await deliveries.list({ limit: 2, cursor: null, source });
      expect(page.items.map(({ receipt }) => receipt)).toEqual(receipts.slice(1).reverse());
      expect(page.items[0]).toMatchObject({
        source,
        integration: 'i',
        headers: { a: 'b' },
        status: 'dead',
        error: 'three',
      });
      const rest = await deliveries.list({ limit: 2, cursor: page.cursor, source });
      expect(rest.items.map(({ receipt }) => receipt)).toEqual(receipts.slice(0, 1));
      expect(rest.cursor).toBe(null);
      expect(await deliveries.isOpen(receipts[0] ?? '')).toBe(false);
    });
  });
}
