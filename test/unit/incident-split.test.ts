// Splitting an incident: alerts that are another problem go on in one of their own. The rules, and the operation over a ledger in memory.
import { describe, expect, it } from 'vitest';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana } from '../support/given/given.ts';
import { anAlert, ended, givenIncident, opened, received } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

const into = { id: 'inc_2', number: 8 };
const off = (...fingerprints: string[]) => ({ type: 'split_off' as const, fingerprints, into });

describe('the incident that alerts leave', () => {
  const two = givenIncident(opened, received('a'), received('b'));

  it('says which and where they go on', () => {
    two.when(off('b')).thenTypes('incident.split').thenTouched({});
  });

  it('refuses alerts that it has not, and to be left by all', () => {
    two.when(off('c')).thenRefused('not_found', 'incident #7 has no alert c');
    const all = 'one alert has to stay: an incident of which all alerts leave is the same incident';
    two.when(off('a', 'b')).thenRefused('invalid', all);
    two.when(off()).thenRefused('invalid', 'name one alert at least');
  });

  it('is over when what still fired has left', () => {
    givenIncident(opened, received('a'), received('b'), ended('a'))
      .when(off('b'))
      .thenTypes('incident.split', 'incident.resolved');
  });
});

describe('the operation', () => {
  it('opens an incident with the alerts, where their repetitions and ends go from then on', async () => {
    const world = new MemoryEngines();
    const engine = world.engine();
    const deliver = async (...alerts: ReturnType<typeof anAlert>[]) => {
      world.deliveries.put(alerts);
      await engine.drainIntake();
    };
    const incidents = () => [...world.tables.incidents.values()].map(({ incident }) => incident);
    await deliver(anAlert('a'), anAlert('b', { severity: 'critical' }));
    const caller = { principal: principalOf(ana), cause: 'req_1' };
    const [first] = incidents();
    const asked = { ...caller, incidentId: first?.id ?? '', fingerprints: ['b'] };
    const split = await engine.operations.split({ ...asked, id: 'inc_00000000000000000000000099' });
    const again = await engine.operations.split({ ...asked, id: 'inc_00000000000000000000000099' });
    expect(split).toEqual(again);
    await deliver(anAlert('b'), anAlert('c'));
    await deliver(anAlert('b', { status: 'resolved' }));
    const shown = incidents().map(({ number, status, severity, alerts }) => [
      number,
      status,
      severity,
      Object.keys(alerts),
    ]);
    expect(shown).toEqual([
      [1, 'open', 1, ['a', 'c']],
      [2, 'resolved', 1, ['b']],
    ]);
  });
});
