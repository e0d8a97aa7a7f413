// The posts that call people for a broken glass and for a fallback: who is called, what is said, and that each is told once, also after the
// request is over. And the card of the incident, which says that the glass was broken.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemActor } from '../../src/core/actor.ts';
import type { ApprovalNote } from '../../src/core/run/approval-note.ts';
import type { Approval, RunState } from '../../src/core/run/state.ts';
import { addMs } from '../../src/core/time.ts';
import { approvalCalls } from '../../src/slack/outbound/approval-calls.ts';
import { bypassedMessage, fallbackMessage, reassignedMessage } from '../../src/slack/views/approval-calls.ts';
import { incidentCard } from '../../src/slack/views/incident-card.ts';
import { runMessage } from '../../src/slack/views/run-message.ts';
import { ana, ben, start } from '../support/given/given.ts';
import { incident as anIncident, approval, roles, run } from '../support/given/slack-states.ts';

const [state, some, incident] = [run, approval, anIncident].map(
  (any) => fc.sample<unknown>(any, { numRuns: 1, seed: 7 })[0],
) as [RunState, Approval, Parameters<typeof incidentCard>[0]];
const plan: Approval['plan'] = {
  ...{ runId: some.plan.runId, playbook: some.plan.playbook, step: 'restart', round: 1, uses: 'shell.run', with: {} },
  ...{ target: 'checkout-api', risk: 'high', timeoutMs: 1000, reversible: true, undo: null },
};
type Note<T extends ApprovalNote['type']> = Extract<ApprovalNote, { type: T }>;

const glass: Note<'bypassed'> = {
  type: 'bypassed',
  at: start,
  by: ben,
  reason: 'the region burns <!channel>',
  names: ['@sre', 'U0ANA'],
  missing: ['one more from @sre', 'a yes of change'],
};
const fallback: Note<'fell_back'> = { type: 'fell_back', at: start, by: ana, to: ['@lead', 'U0BEN'], empty: ['@sre'] };

const asked = (status: Approval['status'], notes: readonly ApprovalNote[]): Approval => {
  const rule = { from: ['@sre'], quorum: 1, expiresInMs: 900_000, escalate: [], excludeRequester: false };
  return { ...some, step: 'restart', plan, rule, status, notes };
};
const runWith = (one: Approval): RunState => ({ ...state, approvals: { [one.id]: one } });

describe('a broken glass', () => {
  it('calls everybody who was bypassed, and says who, what, why and what was missing, as text that calls nobody else', () => {
    const { text, blocks } = bypassedMessage(state, asked('granted', [glass]), { note: glass, roles });
    const said = JSON.stringify(blocks);
    expect(said).toContain('<!subteam^S0SRE>');
    expect(said).toContain('<@U0ANA>');
    expect(said).toContain('ben let *Restart checkout-api* go on without you');
    expect(said).toContain('the region burns &lt;!channel&gt;');
    expect(said).toContain('Still missing was: one more from @sre, a yes of change.');
    expect(said).toContain('A review is an action item');
    expect(said).not.toContain('"button"');
    expect(text).not.toContain('*');
  });

  it('says nothing of what was missing where nothing was', () => {
    const note = { ...glass, missing: [] };
    expect(JSON.stringify(bypassedMessage(state, asked('granted', [note]), { note, roles }))).not.toContain('missing');
  });

  it('stands on the message of its run and on the card of its incident, a line each, the latest three', () => {
    const one = runWith(asked('granted', [glass]));
    const line = '⚠ *Glass broken* by ben for `restart`: the region burns &lt;!channel&gt;';
    expect(JSON.stringify(runMessage(one, { switches: [], playbook: null }))).toContain(line);
    const card = (runs: readonly RunState[]) =>
      JSON.stringify(incidentCard(incident, { publicUrl: 'https://fb.test', alert: null, runs }).blocks);
    expect(card([one])).toContain(line);
    expect(card([runWith(asked('granted', []))])).not.toContain('Glass');
    const many = card([one, one, one, one, one]);
    expect(many.split('Glass broken')).toHaveLength(4);
    expect(many).toContain('and 2 more before');
  });
});

describe('a fallback', () => {
  it('calls those who may decide now, says whom they stand in for, and gives them the buttons', () => {
    const said = JSON.stringify(fallbackMessage(asked('open', [fallback]), fallback, roles).blocks);
    expect(said).toContain('<@U0BEN>');
    expect(said).toContain('Too few of @sre may decide this, so you are asked:');
    expect(said).toContain('"Deny"');
  });

  it('says what came of it once it is decided, without buttons', () => {
    const over = { ...asked('denied', [fallback]), decidedBy: ben, decidedAt: start };
    const said = JSON.stringify(fallbackMessage(over, fallback, roles).blocks);
    expect(said).not.toContain('"button"');
    expect(said).not.toContain('<@U0BEN> Too few');
  });
});

describe('a hand-over', () => {
  const to = (
    names: readonly string[],
    at: string,
    by: Approval['approvals'][number]['actor'] = ben,
  ): Note<'reassigned'> => ({
    ...{ type: 'reassigned', at, by, to: names, reason: null },
  });
  const first = to(['@lead'], start);
  const said = (one: Approval, note: Note<'reassigned'>) => JSON.stringify(reassignedMessage(one, note, roles).blocks);

  it('with an end says when that is, and who is asked then', () => {
    const one = { ...asked('open', [first]), assigned: ['@lead'], assignedUntil: addMs(start, 60_000) };
    expect(said(one, first)).toMatch(/ben asks you instead, until <!date[^>]*>; then those of the playbook again:/);
    expect(said(asked('open', [first]), first)).toContain('ben asks you instead:');
  });

  it('that was handed on since calls nobody and has no buttons, and who is asked again is told so', () => {
    const back = to(['@sre'], addMs(start, 60_000), systemActor);
    const one = { ...asked('open', [first, back]), assigned: ['@sre'] };
    expect(said(one, first)).toContain('No longer asked here: *Restart checkout-api* was handed on since.');
    expect(said(one, first)).not.toMatch(/<[@!]|"button"/);
    expect(said(one, back)).toMatch(/<!subteam\^S0SRE>[^:]* This waits for you again:/);
    expect(said(one, back)).toContain('"Deny"');
  });
});

describe('the posts of an incident', () => {
  const callsOf = (one: Approval, known: readonly string[] = []) =>
    approvalCalls({ incident: { roles: {} } as never, runs: [runWith(one)] }, {
      roles,
      known: { has: (key: string) => known.includes(key) },
      keyOf: (kind: string, id: string) => `${kind} ${id}`,
      thread: null,
    } as never).map(({ key }) => key);

  it('tell of a broken glass also once the request is over, which is how it ends', () => {
    expect(callsOf(asked('granted', [glass]))).toEqual([`bypassed ${some.id}/0`]);
  });

  it('call for a fallback while the request is open, and later only where it was posted before', () => {
    expect(callsOf(asked('open', [fallback]))).toEqual([`fell_back ${some.id}/0`]);
    expect(callsOf(asked('granted', [fallback]))).toEqual([]);
    expect(callsOf(asked('granted', [fallback]), [`fell_back ${some.id}/0`])).toEqual([`fell_back ${some.id}/0`]);
  });
});
