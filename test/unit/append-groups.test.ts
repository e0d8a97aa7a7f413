// What is appended to streams of alert groups: without known secrets, on a state that their events lead to, with their incidents or not at all.
import { describe, expect, it } from 'vitest';
import { systemPrincipal } from '../../src/core/authority/principal.ts';
import { systemActor } from '../../src/core/events.ts';
import { createKnownSecrets } from '../../src/core/secret/known-secrets.ts';
import { createMasker } from '../../src/core/secret/masker.ts';
import { foldGroup } from '../../src/core/timeline/fold-stream.ts';
import { RecordFaultError } from '../../src/core/timeline/record-fault.ts';
import { createAppend } from '../../src/engine/append.ts';
import type { GroupProposal, IncidentProposal } from '../../src/engine/proposal.ts';
import type { LoadedGroup } from '../../src/ports/ledger.ts';
import { changeFrom } from '../support/engine/append-events.ts';
import { groupChange, heldAlert, openedGroup } from '../support/engine/group-change.ts';
import { ana, start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';
import { createMemoryGroups } from '../support/race/memory-groups.ts';
import { createMemoryLives } from '../support/race/memory-lives.ts';
import { createMemoryStore, emptyTables } from '../support/race/memory-store.ts';
import { createMemorySystemStream } from '../support/race/memory-system.ts';

const groupId = 'grp_1';
const bySystem = { at: start, caller: { principal: systemPrincipal, cause: 'dlv_1' } };
const byAna = { at: start, caller: { principal: principalOf(ana), cause: 'req_1' } };

function given() {
  const tables = emptyTables();
  const known = createKnownSecrets();
  known.learn({ name: 'token', value: 'hunter2hunter2' });
  const groups = createMemoryGroups(tables);
  const append = createAppend({
    store: createMemoryStore(tables),
    groups,
    lives: createMemoryLives(tables),
    systemStream: createMemorySystemStream(tables),
    mask: createMasker(known, Buffer.alloc(32)).mask,
    around: { append: (_, write) => write() },
    incidentWakeAt: () => null,
  });
  return { tables, groups, append };
}

function proposalOn(before: LoadedGroup | null, title = 'cpu'): GroupProposal {
  const events = [...(before ? [] : [openedGroup('web-1')]), heldAlert(anAlert('cpu', { title }))];
  const { group } = groupChange({ groupId, before, events });
  return { stream: 'group', groupId, before, group, events, wakeAt: null };
}

function opening(): IncidentProposal {
  const events = [
    {
      type: 'incident.opened' as const,
      actor: systemActor,
      data: { number: 1, title: 't', severity: 2, groupKey: null },
    },
  ];
  const { incident } = changeFrom({ incidentId: 'inc_1', before: null, events, at: start });
  return { stream: 'incident', incidentId: 'inc_1', before: null, incident, events, runs: [] };
}

describe('what is appended to the stream of an alert group', () => {
  it('holds no known secret, in its events as in the state that they lead to', async () => {
    const { tables, groups, append } = given();
    expect(await append([proposalOn(null, 'the password is hunter2hunter2')], bySystem)).toMatchObject({
      outcome: 'appended',
    });
    const events = tables.events.get(groupId) ?? [];
    expect(JSON.stringify([events, await groups.load(groupId)])).not.toContain('hunter2');
    expect((await groups.load(groupId))?.group).toEqual(foldGroup(events));
  });

  it('is refused as a fault of the record where a person orders it on a state that its events do not lead to', async () => {
    const { tables, groups, append } = given();
    await append([proposalOn(null)], bySystem);
    const before = await groups.load(groupId);
    expect((await append([proposalOn(before)], byAna)).outcome).toBe('appended');
    const stored = tables.groups.get(groupId);
    if (!stored) throw new Error('no group is stored');
    tables.groups.set(groupId, { ...stored, group: { ...stored.group, incidentId: 'inc_forged' } });
    await expect(append([proposalOn(await groups.load(groupId))], byAna)).rejects.toThrow(RecordFaultError);
  });

  it('goes together with an incident, in the order of the proposals, or not at all', async () => {
    const { tables, groups, append } = given();
    const appended = await append([opening(), proposalOn(null)], bySystem);
    expect(appended).toMatchObject({ outcome: 'appended', changes: [{ stream: 'incident' }, { stream: 'group' }] });
    expect([...tables.events.keys()].sort()).toEqual([groupId, 'inc_1']);
    const late = await append([{ ...opening(), incidentId: 'inc_2' }, proposalOn(null)], bySystem);
    expect(late).toEqual({ outcome: 'conflict' });
    expect((await groups.load(groupId))?.head.version).toBe(2);
  });
});
