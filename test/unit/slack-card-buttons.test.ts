// The buttons of an incident's card, pressed: by whom, on which card, with which value. What they order is the engine's.
import { describe, expect, it } from 'vitest';
import type { IncidentRow } from '../../src/ports/reads.ts';
import { buttons } from '../../src/slack/inbound/surfaces.ts';
import { opensPage } from '../../src/slack/text.ts';
import { start } from '../support/given/given.ts';
import { opened, type Past, resolved, stateOf } from '../support/given/incident.ts';

const id = 'inc_00000000000000000000000007';
const rowOf = (...events: readonly Past[]): IncidentRow => ({
  ...stateOf(id, opened, ...events),
  version: 1,
  updatedAt: start,
});
const leads = (role: string, user: string): Past => ({ type: 'role.assigned', data: { role, user } });

async function press(name: string, value: unknown, incident: IncidentRow, by: object = {}) {
  const ordered: unknown[] = [];
  const told: string[] = [];
  const forms: string[] = [];
  const context = {
    command: '/firebreak',
    reads: { incident: async (asked: string) => (asked === id ? incident : null) },
    operations: {
      async assignRole(order: object) {
        ordered.push(order);
        return { ok: true, value: incident };
      },
    },
    catalog: { all: () => [{ name: 'restart', description: '' }] },
    openForm: async (_trigger: string, view: object) => {
      forms.push(JSON.stringify(view));
      return null;
    },
    tellThread: (_incident: IncidentRow, { text }: { text: string }) => told.push(text),
  };
  const principal = { type: 'person', id: 'U0ANA', name: 'ana', person: null, via: 'slack', ...by };
  const click = { value, caller: { principal, cause: 'slack/t1' }, channelId: 'C0INC', triggerId: 't1' };
  const said = await buttons.get(name)?.press(click as never, context as never);
  return { said, ordered, told, forms };
}

describe('the button Take lead', () => {
  it('gives the lead to whoever presses it, and tells the channel', async () => {
    const { said, ordered, told } = await press('incident_lead', id, rowOf());
    expect(said).toBe('You took the lead of #7.');
    expect(ordered).toEqual([expect.objectContaining({ incidentId: id, role: 'lead', user: 'U0ANA' })]);
    expect(told).toEqual(['ana took the lead of #7.']);
  });

  it('of an old card takes the lead from nobody', async () => {
    for (const role of ['lead', 'commander']) {
      const { said, ordered } = await press('incident_lead', id, rowOf(leads(role, 'U0BEN')));
      expect(said).toBe('Not done: <@U0BEN> leads #7. `/firebreak lead` takes it over.');
      expect(ordered).toEqual([]);
    }
    expect((await press('incident_lead', id, rowOf(leads('lead', 'U0ANA')))).said).toMatch(/you lead #7 already/);
  });

  it('with a value that is not of ours changes nothing', async () => {
    for (const value of ['', 'inc_other', `${id}'; --`, 'constructor', null, 7, {}, `run_${id.slice(4)}`]) {
      const { said, ordered, forms } = await press('incident_lead', value, rowOf());
      expect(said).toMatch(/^This button is not one that Firebreak offers now/);
      expect([...ordered, ...forms]).toEqual([]);
      expect((await press('incident_run', value, rowOf())).said).toMatch(/^This button is not one/);
    }
    expect((await press('incident_lead', id, rowOf(), { id: '<!channel>' })).ordered).toEqual([]);
  });
});

describe('the button Run…', () => {
  it('asks which playbook is to be started, for the incident of the card wherever it stands', async () => {
    const { said, forms } = await press('incident_run', id, rowOf());
    expect(said).toBeNull();
    expect(forms[0]).toContain('"callback_id":"choose_playbook"');
    expect(forms[0]).toContain(`\\"incidentId\\":\\"${id}\\"`);
  });

  it('starts nothing for an incident that is over', async () => {
    const { said, forms } = await press('incident_run', id, rowOf(resolved));
    expect(said).toBe('Not done: #7 is resolved already.');
    expect(forms).toEqual([]);
  });
});

it('a button that opens a page is no order: no surface has its name', () => {
  for (const kind of ['runbook', 'dashboard', 'graph', 'page']) expect(opensPage(`open_${kind}`)).toBe(true);
  expect([...buttons.keys()].filter(opensPage)).toEqual([]);
});
