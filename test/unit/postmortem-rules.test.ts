// The rules of a postmortem and of action items: given an incident, when somebody asks, then events or a refusal.
import { describe, expect, it } from 'vitest';
import { localDay, overdueDigest } from '../../src/core/action-item/digest.ts';
import { parseDue } from '../../src/core/action-item/due.ts';
import type { Actor, IncidentEvent, Recorded } from '../../src/core/events.ts';
import type { IncidentCommand } from '../../src/core/incident/command.ts';
import { decideIncident } from '../../src/core/incident/decide.ts';
import { evolveIncident } from '../../src/core/incident/evolve.ts';
import { defaultIncidentRules, type IncidentRules } from '../../src/core/incident/rules.ts';
import type { IncidentState } from '../../src/core/incident/state.ts';
import { personIn } from '../../src/core/postmortem/person-as-factor.ts';
import { addMs } from '../../src/core/time.ts';
import { ana, ben, start } from '../support/given/given.ts';

const cleo: Actor = { kind: 'user', id: 'U0CLEO', name: 'cleo' };

/** An incident that people ask things of. It has ten entries in its ledger before that. */
class Incident {
  state: IncidentState;
  at = start;
  readonly events: Recorded<IncidentEvent>[] = [];
  readonly #rules: IncidentRules;

  constructor(rules: Partial<IncidentRules> = {}) {
    this.#rules = { ...defaultIncidentRules, ...rules };
    const opened = decideIncident(
      null,
      { type: 'declare', incidentId: 'inc_1', number: 7, title: 'checkout is slow', severity: 2 },
      this.#context(ana),
    );
    if (!opened.ok || !opened.value.state) throw new Error('it was not opened');
    this.state = opened.value.state;
  }

  #context(actor: Actor) {
    return { at: this.at, actor, rules: this.#rules, openInGroup: null, lastSeq: 10 };
  }

  /** Answers the types of the events, or the refusal. */
  ask(actor: Actor, command: IncidentCommand) {
    this.at = addMs(this.at, 1000);
    const decision = decideIncident(this.state, command, this.#context(actor));
    if (!decision.ok) return decision.error;
    for (const event of decision.value.events) this.state = evolveIncident(this.state, { ...event, at: this.at });
    expect(this.state).toEqual(decision.value.state);
    this.events.push(...decision.value.events);
    return decision.value.events.map(({ type }) => type);
  }

  write(actor: Actor, sections: object, expectedVersion = this.state.postmortem?.version ?? 0, names: string[] = []) {
    return this.ask(actor, { type: 'edit_postmortem', expectedVersion, sections, names });
  }
}

const factor = (text: string) => ({ factors: [{ type: 'capacity' as const, text, refs: [] }] });
const refs = (stream: string, seq: number) => ({ helped: [{ text: 'the restart', refs: [{ stream, seq }] }] });

describe('editing a postmortem', () => {
  it('is an event with who edited what, and counts its versions', () => {
    const incident = new Incident();
    expect(incident.write(ana, { summary: 'it was slow' })).toEqual(['postmortem.edited']);
    expect(incident.write(ben, { surprise: 'no alert told of the queue' })).toEqual(['postmortem.edited']);
    expect(incident.state.postmortem).toMatchObject({
      version: 2,
      status: 'draft',
      sections: { summary: { version: 1, by: ana }, surprise: { version: 2, by: ben } },
    });
  });

  it('is refused to whoever did not see the last edit, who is told who edited what and gets the words back', () => {
    const incident = new Incident();
    incident.write(ana, { summary: 'it was slow' });
    expect(incident.write(ben, { summary: 'it was down' }, 0)).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('ana edited summary in between'),
      edits: {
        version: 1,
        since: [{ section: 'summary', version: 1, by: 'ana', at: expect.any(String) }],
        yours: { summary: 'it was down' },
      },
    });
    expect(incident.state.postmortem?.version).toBe(1);
  });

  it('refers to entries of its own ledger only, and to none that is not there', () => {
    const incident = new Incident();
    expect(incident.write(ana, refs('inc_1', 10))).toEqual(['postmortem.edited']);
    expect(incident.write(ana, refs('inc_1', 11))).toMatchObject({
      code: 'invalid',
      faults: [{ path: 'helped.0.refs.0', message: expect.stringContaining('which is not there') }],
    });
    expect(incident.write(ana, refs('inc_2', 1))).toMatchObject({
      faults: [{ message: expect.stringContaining('entries of this incident only') }],
    });
  });

  it('never takes a person for a factor, and says why', () => {
    const incident = new Incident();
    const refused = incident.write(ana, factor('Ben forgot the flag'), 0, ['ben']);
    expect(refused).toMatchObject({
      code: 'invalid',
      faults: [{ path: 'factors.0.text', message: expect.stringMatching(/a person is never the cause/) }],
    });
    expect(incident.write(ana, factor('the pool was sized for half of the load'), 0, ['ben'])).toEqual([
      'postmortem.edited',
    ]);
  });

  it('gives factors ids that stay, and never one twice', () => {
    const incident = new Incident();
    incident.write(ana, { factors: [...factor('a').factors, ...factor('b').factors] });
    expect(incident.state.postmortem?.factors).toEqual(['f1', 'f2']);
    incident.write(ana, { factors: [{ id: 'f2', ...factor('b').factors[0] }, ...factor('c').factors] });
    expect(incident.state.postmortem?.factors).toEqual(['f2', 'f3']);
    expect(incident.write(ana, { factors: [{ id: 'f9', ...factor('b').factors[0] }] })).toMatchObject({
      code: 'invalid',
    });
  });

  it('is refused of an incident that is merged into another one', () => {
    const incident = new Incident();
    incident.state = { ...incident.state, mergedInto: { id: 'inc_2', number: 8 } };
    expect(incident.write(ana, { summary: 'x' })).toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining('#8'),
    });
  });
});

describe('a person as a factor', () => {
  it.each([
    ['Ana pressed the wrong button', 'Ana'],
    ['human error during the roll-out', 'human error'],
    ['<@U0BEN> restarted it', '<@U0BEN>'],
    ['@ben restarted it', '@ben'],
    ['the engineer should have looked at the graph', 'the engineer should have'],
    ['Maria Lopez was not told', 'Maria Lopez'],
    ['Maria was not told', 'Maria'],
  ])('is found in “%s”', (text, found) => {
    expect(personIn(text, ['ana', 'Maria Lopez'])).toBe(found);
  });

  it.each([
    'the banana-service had no limit',
    'nobody was paged, because the alert had no route',
    'an e-mail to ops@example.com was the only signal',
    'it will fail again whenever the pool is full',
  ])('is not found in “%s”', (text) => {
    expect(personIn(text, ['ana', 'Will'])).toBeNull();
  });
});

describe('reviewing a postmortem', () => {
  const toReview = (incident: Incident, drafts = {}) =>
    incident.ask(ana, { type: 'set_postmortem_status', to: 'in_review', reviewers: ['ben'], drafts });
  const reviewed = (incident: Incident) =>
    incident.ask(ana, { type: 'set_postmortem_status', to: 'reviewed', drafts: {} });
  const approve = (incident: Incident, by: Actor) =>
    incident.ask(by, {
      type: 'review_postmortem',
      verdict: 'approves',
      expectedVersion: incident.state.postmortem?.version ?? 0,
    });
  const over = (rules = {}) => {
    const incident = new Incident(rules);
    incident.ask(ana, { type: 'resolve', reason: 'done' });
    return incident;
  };

  it('begins once the incident is over, and fixes the drafts that nobody has edited', () => {
    const incident = new Incident();
    expect(toReview(incident)).toMatchObject({ code: 'wrong_state', message: expect.stringContaining('not over') });
    incident.ask(ana, { type: 'resolve', reason: 'done' });
    incident.write(ana, { summary: 'it was slow' });
    expect(toReview(incident, { summary: 'the draft', helped: [] })).toEqual([
      'postmortem.edited',
      'postmortem.status_changed',
    ]);
    expect(incident.events.at(-2)).toMatchObject({ data: { version: 2, adopted: true, sections: { helped: [] } } });
    expect(incident.events.at(-2)?.data).not.toMatchObject({ sections: { summary: 'the draft' } });
  });

  it('needs an approval of this very version by somebody other than who wrote last', () => {
    const incident = over();
    incident.write(ana, { summary: 'it was slow' });
    expect(reviewed(incident)).toMatchObject({ message: expect.stringContaining('not in review') });
    toReview(incident);
    approve(incident, ana);
    expect(reviewed(incident)).toMatchObject({ message: expect.stringContaining('by somebody other than ana') });
    approve(incident, ben);
    incident.write(ana, { summary: 'it was down' });
    expect(reviewed(incident)).toMatchObject({ code: 'wrong_state' });
    approve(incident, ben);
    expect(reviewed(incident)).toEqual(['postmortem.status_changed']);
    expect(incident.write(ana, { summary: 'x' })).toMatchObject({
      message: expect.stringContaining('set it back to draft'),
    });
  });

  it('stands still while a reviewer wants changes of this version', () => {
    const incident = over();
    incident.write(ana, { summary: 'it was slow' });
    toReview(incident);
    expect(
      incident.ask(cleo, { type: 'review_postmortem', verdict: 'wants_changes', expectedVersion: 1 }),
    ).toMatchObject({ code: 'invalid' });
    incident.ask(cleo, {
      type: 'review_postmortem',
      verdict: 'wants_changes',
      comment: 'who was hit?',
      expectedVersion: 1,
    });
    approve(incident, ben);
    expect(reviewed(incident)).toMatchObject({ message: expect.stringContaining('cleo wants changes') });
    approve(incident, cleo);
    expect(reviewed(incident)).toEqual(['postmortem.status_changed']);
  });

  it('needs nobody where the settings say so', () => {
    expect(reviewed(over({ postmortemReviews: 0 }))).toEqual(['postmortem.status_changed']);
  });
});

describe('action items', () => {
  const add = (incident: Incident, words: object = {}) =>
    incident.ask(ana, { type: 'add_action_item', text: 'alert on the queue', ...words });

  it('are called after their incident, and say whose they are and which factor they address', () => {
    const incident = new Incident();
    incident.write(ana, factor('the queue had no alert'));
    add(incident, { owner: 'U0BEN', due: '2026-04-01', factor: 'f1', verify: 'the alert fired in a drill' });
    add(incident);
    expect(Object.keys(incident.state.actionItems?.items ?? {})).toEqual(['7-1', '7-2']);
    expect(incident.state.actionItems?.items['7-1']).toMatchObject({ owner: 'U0BEN', factor: 'f1', status: 'open' });
    expect(add(incident, { factor: 'f2' })).toMatchObject({ code: 'invalid', faults: [{ path: 'factor' }] });
    expect(add(incident, { due: 'soon' })).toMatchObject({ code: 'invalid', faults: [{ path: 'due' }] });
  });

  it('end as done, or dropped with a reason, and can be opened again', () => {
    const incident = new Incident();
    add(incident);
    const end = (outcome: 'done' | 'dropped', reason?: string) =>
      incident.ask(ben, { type: 'end_action_item', id: '7-1', outcome, reason });
    expect(end('dropped')).toMatchObject({ code: 'invalid' });
    expect(end('dropped', 'it is switched off')).toEqual(['action_item.ended']);
    expect(end('done')).toMatchObject({ code: 'wrong_state' });
    expect(incident.ask(ben, { type: 'reopen_action_item', id: '7-1' })).toEqual(['action_item.reopened']);
    expect(end('done')).toEqual(['action_item.ended']);
    expect(end('done')).toEqual([]);
  });

  it('change in what is said, lose what is taken away, and are listed no more once removed', () => {
    const incident = new Incident();
    add(incident, { owner: 'ben' });
    const change = (words: object) => incident.ask(ana, { type: 'change_action_item', id: '7-1', ...words });
    expect(change({ owner: null, due: '2026-04-01' })).toEqual(['action_item.changed']);
    expect(change({ due: '2026-04-01' })).toEqual([]);
    expect(incident.state.actionItems?.items['7-1']).toMatchObject({ owner: null, due: '2026-04-01' });
    incident.ask(ana, { type: 'remove_action_item', id: '7-1' });
    add(incident);
    expect(Object.keys(incident.state.actionItems?.items ?? {})).toEqual(['7-2']);
    expect(change({ text: 'x' })).toMatchObject({ code: 'not_found' });
  });

  it('are due on the day that people mean', () => {
    const sunday = '2026-03-01T12:00:00.000Z';
    const meant = (text: string) => parseDue(text, sunday);
    expect(['today', 'tomorrow', 'friday', 'sun', '2w', 'in 3 days', '1 month', '2026-12-01'].map(meant)).toEqual([
      ...[
        '2026-03-01',
        '2026-03-02',
        '2026-03-06',
        '2026-03-08',
        '2026-03-15',
        '2026-03-04',
        '2026-03-31',
        '2026-12-01',
      ],
    ]);
    expect(['soon', '2026-02-30', '', 'fr', '0.5d', '20260301'].map(meant)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('that are overdue are told longest first, and only those', () => {
    const incident = new Incident();
    add(incident, { due: '2026-03-05', owner: 'U0BEN' });
    add(incident, { due: '2026-03-01' });
    add(incident, { due: '2026-03-10' });
    const items = Object.values(incident.state.actionItems?.items ?? {});
    const digest = overdueDigest(items, '2026-03-10', (id) => (id === 'U0BEN' ? 'ben' : id));
    expect(digest).toBe(
      '2 action items are overdue:\n• 7-2: alert on the queue (nobody yet, due 2026-03-01)\n• 7-1: alert on the queue (ben, due 2026-03-05)',
    );
    expect(overdueDigest(items, '2026-03-01')).toBeNull();
    expect(localDay('2026-03-01T23:30:00.000Z', 'Europe/Berlin')).toEqual({ day: '2026-03-02', hour: 0 });
  });
});
