// Random streams of incidents: alerts, people and runs in one record, as the rules themselves decide it, by processes whose clocks differ.
import fc from 'fast-check';
import type { Actor, StoredEvent, TimelineEvent } from '../../../src/core/events.ts';
import { systemActor } from '../../../src/core/events.ts';
import type { IncidentCommand } from '../../../src/core/incident/command.ts';
import { decideIncident } from '../../../src/core/incident/decide.ts';
import { defaultIncidentRules } from '../../../src/core/incident/rules.ts';
import type { IncidentState } from '../../../src/core/incident/state.ts';
import { type Playbook, playbookRef } from '../../../src/core/playbook/playbook.ts';
import { addMs } from '../../../src/core/time.ts';
import { linkEvents } from '../../../src/core/timeline/chain.ts';
import { ana, ben, start } from './given.ts';
import { anAlert, stateOf } from './incident.ts';
import { histories, type Move, played } from './random-histories.ts';
import { type RandomBook, randomBooks } from './random-playbooks.ts';

const identity = { incidentId: 'inc_1', number: 7 };
const fingerprints = ['a', 'b', 'c', 'constructor', '__proto__'];

const alert = fc
  .record({
    fingerprint: fc.constantFrom(...fingerprints),
    status: fc.constantFrom('firing', 'resolved'),
    startsAt: fc.constantFrom(null, addMs(start, -600_000), addMs(start, 60_000), 'no instant'),
    service: fc.constantFrom(null, 'checkout', 'cart\u202e'),
  })
  .map(({ fingerprint, ...change }) => anAlert(fingerprint, change));
const place = fc
  .array(alert, { minLength: 1, maxLength: 4 })
  .map((alerts): IncidentCommand => ({ ...identity, type: 'place_alerts', receipt: 'dlv_1', alerts }));

const other: IncidentState = stateOf(
  'inc_2',
  { type: 'incident.opened', data: { number: 8, title: 't', severity: 3, groupKey: null } },
  { type: 'alert.received', data: { alert: anAlert('b'), receipt: 'dlv_2' } },
  { type: 'alert.received', data: { alert: anAlert('z', { status: 'resolved' }), receipt: 'dlv_2' } },
);
const kept = { channelId: 'C1', ts: '1.2', author: { id: ben.id, name: 'Ben' }, permalink: null, files: [] };
const said = { ...kept, type: 'keep_message' as const, text: 'it was me\u202e', how: 'reaction' as const };
const life: fc.Arbitrary<IncidentCommand> = fc.constantFrom<IncidentCommand[]>(
  { type: 'acknowledge' },
  { type: 'note', text: 'seen' },
  { type: 'set_severity', severity: 1 },
  { type: 'assign_role', role: 'lead', user: 'U1' },
  { type: 'assign_role', role: 'commander', user: 'U2' },
  { type: 'absorb', from: other },
  { type: 'merge_into', into: { id: 'inc_2', number: 8 } },
  { type: 'resolve', reason: 'over' },
  { type: 'reopen', reason: 'not over' },
  { type: 'close', reason: 'done' },
  { type: 'link_channel', channelId: 'C1', name: 'inc-7', created: true },
  { type: 'give_update', text: 'better' },
  { type: 'mitigate' },
  { ...said, saidAt: addMs(start, 1000) },
  { type: 'advance' },
);

type Asked = { readonly command: IncidentCommand; readonly afterMs: number; readonly actor: Actor };
const asked: fc.Arbitrary<Asked> = fc.record({
  command: fc.oneof(place, life),
  afterMs: fc.constantFrom(0, 30_000, 60_000, 1_200_000),
  actor: fc.constantFrom(
    ana,
    ben,
    { ...ana, person: 'ana' },
    { ...ben, id: 'local:ben', person: 'ben' },
    { ...ben, person: 'ben' },
  ),
});

type Dated = TimelineEvent & { readonly at: string; readonly actor: Actor };

function incidentEvents(first: IncidentCommand, rest: readonly Asked[]): readonly Dated[] {
  const events: Dated[] = [];
  let state: IncidentState | null = null;
  let at = start;
  for (const { command, afterMs, actor } of [{ command: first, afterMs: 0, actor: systemActor }, ...rest]) {
    at = addMs(at, afterMs);
    const decision = decideIncident(state, command, { at, actor, rules: defaultIncidentRules, openInGroup: null });
    if (!decision.ok) continue;
    state = decision.value.state;
    for (const event of decision.value.events) events.push({ ...event, at });
  }
  return events;
}

/** An incident's record with the playbooks of its runs. */
export type RandomIncident = {
  readonly events: readonly StoredEvent[];
  readonly playbooks: ReadonlyMap<string, Playbook>;
};

function recorded(
  given: { readonly book: RandomBook; readonly history: readonly Move[]; readonly skews: readonly number[] },
  incident: readonly Dated[],
): RandomIncident {
  const family = played(given.book, given.history);
  const [opened, ...rest] = incident;
  if (!opened) throw new Error('nothing opened it');
  const all = [...rest, ...family.recorded].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const unlinked = [opened, ...all].map(({ type, data, actor, at }, index) => ({
    ...{ type, data, actor, cause: 'c' },
    // Processes of the same cluster, whose clocks differ by a little.
    at: addMs(at, given.skews[index % given.skews.length] ?? 0),
  }));
  const events: StoredEvent[] = JSON.parse(JSON.stringify(linkEvents('inc_1', null, unlinked)));
  return { events, playbooks: new Map(family.runs.map(({ book }) => [playbookRef(book).digest, book])) };
}

/** Some incidents with the same playbook, because it takes longer to compile than they do to play. */
export const randomIncidents: fc.Arbitrary<readonly RandomIncident[]> = fc
  .record({
    book: randomBooks,
    histories,
    first: place,
    rest: fc.array(asked, { maxLength: 14 }),
    skews: fc.array(fc.constantFrom(0, 0, 0, 5, -5, 1500), { minLength: 1, maxLength: 7 }),
  })
  .map(({ book, histories: all, first, rest, skews }) => {
    const opening = { ...identity, type: 'declare' as const, title: 'odd\u202e', severity: 3 };
    const incident = incidentEvents(opening, [{ command: first, afterMs: 0, actor: systemActor }, ...rest]);
    return all.map((history) => recorded({ book, history, skews }, incident));
  });
