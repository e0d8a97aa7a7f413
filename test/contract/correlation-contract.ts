// What correlation promises: which incident an alert belongs to.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMs } from '../../src/core/time.ts';
import type { IncidentChange } from '../../src/ports/ledger.ts';
import { appendEvents } from '../support/engine/append-events.ts';
import { ana, start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { fresh, type GivenIncident, openIncident } from './stored-run.ts';
import type { OpenStores, Stores } from './stores.ts';

/** The contract of `Correlation`. */
export function correlationContract(open: OpenStores): void {
  describe('correlation', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    afterAll(() => stores.close());

    const incidentOf = async (fingerprint: string, groupKey: string | null = null, reopenSince = start) =>
      (await stores.correlation.incidentFor(anAlert(fingerprint, { groupKey }), reopenSince))?.incident.id ?? null;
    const having = (fingerprint: string, active: boolean, given: GivenIncident = {}): Promise<IncidentChange> =>
      openIncident(stores, { groupKey: fresh('group'), ...given, alerts: [{ fingerprint, active }] });

    it('finds no incident for an alert that nobody knows', async () => {
      expect(await incidentOf(fresh('alert'), fresh('group'))).toBe(null);
    });

    it('finds the incident in which an alert is active, before the open one of its group', async () => {
      const fingerprint = fresh('alert');
      const groupKey = fresh('group');
      await openIncident(stores, { groupKey });
      const { incident, head } = await having(fingerprint, true);
      const found = await stores.correlation.incidentFor(anAlert(fingerprint, { groupKey }), start);
      expect(found).toEqual({ incident, head });
    });

    it('finds the open incident of its group, and takes the alert itself for a group where it has none', async () => {
      const groupKey = fresh('group');
      const { incident } = await openIncident(stores, { groupKey });
      expect(await incidentOf(fresh('alert'), groupKey)).toBe(incident.id);
      expect(await incidentOf(groupKey)).toBe(incident.id);
    });

    it('tells in which incident each of several alerts is active, and of which group that is', async () => {
      const [active, over, closed] = [fresh('alert'), fresh('alert'), fresh('alert')];
      const { incident } = await having(active, true);
      await having(over, false);
      await having(closed, true, { status: 'closed' });
      const homes = await stores.correlation.activeIn([active, over, closed, fresh('alert')]);
      expect([...homes]).toEqual([[active, { incidentId: incident.id, groupKey: incident.groupKey }]]);
    });

    it('follows a merge from the group of the incident that ended to the one that goes on', async () => {
      const into = await openIncident(stores, { groupKey: fresh('group') });
      const { id, number } = into.incident;
      const groupKey = fresh('group');
      const { incident, head } = await openIncident(stores, { groupKey });
      const merged = { type: 'incident.merged', actor: ana, data: { into: id, intoNumber: number } } as const;
      await appendEvents(stores.events, {
        incidentId: incident.id,
        before: { incident, head },
        events: [merged],
        at: start,
      });
      expect(await incidentOf(fresh('alert'), groupKey)).toBe(id);
    });

    it('finds the incident that an alert has left while that is open, or was resolved after an instant', async () => {
      const fingerprint = fresh('alert');
      const { incident } = await having(fingerprint, false);
      expect(await incidentOf(fingerprint)).toBe(incident.id);
      const gone = fresh('alert');
      const resolvedAt = addMs(start, 1000);
      const resolved = await having(gone, false, { status: 'resolved', resolvedAt });
      expect(await incidentOf(gone, null, addMs(resolvedAt, -1))).toBe(resolved.incident.id);
      expect(await incidentOf(gone, null, resolvedAt)).toBe(null);
    });

    it('finds a resolved incident in which the alert is still active, however long ago that was', async () => {
      const fingerprint = fresh('alert');
      const resolved = await having(fingerprint, true, { status: 'resolved', resolvedAt: start });
      expect(await incidentOf(fingerprint, null, addMs(start, 86_400_000))).toBe(resolved.incident.id);
    });

    it('finds no closed incident, not even where the alert is active', async () => {
      const fingerprint = fresh('alert');
      await having(fingerprint, true, { status: 'closed', resolvedAt: addMs(start, 1000) });
      expect(await incidentOf(fingerprint)).toBe(null);
    });

    it('says in which incidents alerts fire', async () => {
      const { incident: firing } = await having(fresh('alert'), true);
      const { incident: quiet } = await having(fresh('alert'), false);
      const found = await stores.correlation.firingIn();
      expect(found).toContain(firing.id);
      expect(found).not.toContain(quiet.id);
    });

    it('finds the open incident of a group, and none that has ended', async () => {
      const groupKey = fresh('group');
      expect(await stores.correlation.openInGroup(groupKey)).toBe(null);
      const { incident, head } = await openIncident(stores, { groupKey });
      expect(await stores.correlation.openInGroup(groupKey)).toEqual({ incident, head });
      const before = { incident, head };
      const resolved = { type: 'incident.resolved', actor: ana, data: { reason: 'over' } } as const;
      await appendEvents(stores.events, { incidentId: incident.id, before, events: [resolved], at: start });
      expect(await stores.correlation.openInGroup(groupKey)).toBe(null);
    });

    it('gives every incident a number of its own', async () => {
      const numbers = await Promise.all(Array.from({ length: 20 }, () => stores.correlation.nextIncidentNumber()));
      expect(new Set(numbers).size).toBe(20);
      expect(numbers.every((number) => Number.isInteger(number) && number > 0)).toBe(true);
    });
  });
}
