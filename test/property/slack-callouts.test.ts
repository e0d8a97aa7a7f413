// Whatever happens to the runs of an incident: who must act has been mentioned in a post, exactly those who can; what no longer holds can no
// longer be pressed; every message is one that Slack takes; and a channel has no more messages than it needs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepById } from '../../src/core/playbook/plan.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { gateKey, isTerminal, isUndo, type RunState, stepOf } from '../../src/core/run/state.ts';
import type { IncidentRow } from '../../src/ports/reads.ts';
import { checkBlocks } from '../../src/sandbox/blocks/check.ts';
import { desiredMessages } from '../../src/slack/outbound/desired-messages.ts';
import type { Desired } from '../../src/slack/outbound/poster.ts';
import { opened, resolved, stateOf } from '../support/given/incident.ts';
import { type Move, played } from '../support/given/random-histories.ts';
import { type RandomBook, randomBooks } from '../support/given/random-playbooks.ts';
import type { RunFamily } from '../support/race/run-family.ts';

const person = (user: string) => ({ users: [user], groups: [], people: [], tokens: [] });
const roles = { sre: person('U0SRE'), lead: person('U0LEAD') };
const mentionsIn = (text: string) => [...text.matchAll(/<(?:@|!subteam\^)([A-Z0-9]+)>/g)].map(([, id = '']) => id);
const buttonsIn = ({ blocks }: Desired['message']) =>
  blocks.flatMap((block) => (block.type === 'actions' ? block.elements : [])).filter((one) => !('url' in one));

/** Something that a person must do, as the state says it, and who can. */
type Need = { readonly kind: string; readonly runId: string; readonly who: string; readonly approvalId?: string };

/** Read off the states, without the rules that the program has for it. */
function needsOf(family: RunFamily): readonly Need[] {
  const runs = family.runs;
  // Who said no, or stop, knows; how far that reaches is told in stories.
  const isTold = runs.some(
    ({ run }) => run.status === 'cancelled' || Object.values(run.approvals).some(({ status }) => status === 'denied'),
  );
  return runs.flatMap(({ run, book }): readonly Need[] => {
    const { runId, status } = run;
    const need = (kind: string, who = 'U0LEAD') => ({ kind, runId, who });
    const nodes = Object.entries(run.nodes);
    const failed = nodes.filter(([key, node]) => node.status === 'failed' && !isUndo(key));
    const fatal = failed.some(([key]) => {
      const policy = stepById(book, stepOf(key))?.onFailure;
      return key === gateKey || policy === 'stop' || policy === 'compensate';
    });
    const isOwn = run.trigger.type !== 'run' && !isTold;
    const stuck = failed.some(([, node]) => node.status === 'failed' && node.escalated);
    const asked = Object.values(run.approvals).filter((one) => one.status === 'open');
    return [
      ...asked.map(({ id, rule }) => ({
        ...need('approval', rule.from[0] === '@sre' ? 'U0SRE' : 'U0LEAD'),
        approvalId: id,
      })),
      ...(asked.some(({ escalated }) => escalated) ? [need('unanswered')] : []),
      ...(isOwn && status === 'failed' && fatal ? [need('failed|expired')] : []),
      ...(isOwn && status === 'failed' && !fatal ? [need('failed')] : []),
      ...(isOwn && status === 'compensation_failed' ? [need('undo_failed')] : []),
      ...(!isTold && stuck && status === 'running' ? [need('stuck|expired')] : []),
      ...(!isTold && nodes.some(([, node]) => node.status === 'unknown') ? [need('unclear')] : []),
      ...(run.overdueAt !== null && !isTerminal(status) ? [need('overdue')] : []),
    ];
  });
}

type Posted = { readonly mentioned: readonly string[]; readonly isTop: boolean; message: Desired['message'] };

/** A channel in which the messages of an incident are posted and edited. */
class Channel {
  readonly posts = new Map<string, Posted>();
  readonly #given: RandomBook;
  constructor(given: RandomBook) {
    this.#given = given;
  }

  tell(incident: IncidentRow, family: RunFamily, isByPeople: boolean): void {
    const runs: RunState[] = family.runs.map(({ run }) => run);
    const playbooks = new Map(family.runs.map(({ book }) => [playbookRef(book).digest, book]));
    const messages = desiredMessages(
      { incident, runs },
      new Set(this.posts.keys()),
      { channelId: 'C1', suffix: '' },
      {
        roles,
        playbooks,
        catalog: { byName: (name) => (name === this.#given.book.name ? this.#given.book : this.#given.library(name)) },
        escalation: [],
        invite: [],
        leads: [],
        command: '/firebreak',
        stakeholders: [],
        switches: [],
        publicUrl: 'https://fb.test',
        announce: null,
        alert: null,
      },
    );
    for (const { key, message, thread, isBroadcast } of Object.values(messages).flat()) {
      const before = this.posts.get(key);
      if (before !== undefined && JSON.stringify(before.message) === JSON.stringify(message)) continue;
      expect(checkBlocks(message.blocks)).toEqual([]);
      expect(message.text.length).toBeLessThanOrEqual(4000);
      const mentioned = mentionsIn(message.text);
      if (before === undefined)
        this.posts.set(key, { mentioned, isTop: thread === undefined || isBroadcast === true, message });
      else {
        // An edit calls nobody: what had come to its end begins anew by the hand of somebody at most.
        if (buttonsIn(before.message).length === 0 && buttonsIn(message).length > 0 && !key.startsWith('run/'))
          expect(isByPeople || mentionsIn(before.message.text).length > 0, `${key}: ${message.text}`).toBe(true);
        before.message = message;
      }
    }
  }

  /** The messages of a run that are of one of these kinds and still call. */
  calling({ kind, runId, approvalId }: Need): readonly Posted[] {
    return [...this.posts].flatMap(([key, post]) => {
      const [about = '', of = ''] = key.split('/');
      const isIt = kind.split('|').includes(about) && of === (approvalId ?? runId);
      return isIt && mentionsIn(post.message.text).length > 0 ? [post] : [];
    });
  }
}

/** What brings people into play: failures, doubt, silence; few of them answer. */
const whats: readonly Move['what'][] = [
  ...(['look', 'look', 'look', 'succeed', 'succeed', 'invalid', 'invalid', 'invalid', 'unknown_outcome'] as const),
  ...([
    'approve',
    'approve',
    'time',
    'time',
    'retry',
    'done',
    'compensate',
    'compensate',
    'people',
    'pass',
    'deny',
  ] as const),
];
const move: fc.Arbitrary<Move> = fc.record({
  what: fc.constantFrom(...whats),
  who: fc.nat(4),
  pick: fc.nat(11),
  random: fc.constant(0.5),
});
const histories = fc.array(fc.array(move, { minLength: 12, maxLength: 30, size: 'max' }), {
  minLength: 3,
  maxLength: 3,
});

const people: readonly Move['what'][] = ['retry', 'people', 'resume', 'compensate', 'cancel', 'done', 'pass'];
const incidentOf = (over: boolean): IncidentRow => ({
  ...stateOf('inc_1', opened, ...(over ? [{ ...resolved, at: '2027-01-01T00:00:00.000Z' }] : [])),
  version: 1,
  updatedAt: '',
});

describe('in every state of the runs of an incident', () => {
  it('exactly those who can act were mentioned in a post that still calls, and nothing else is in the channel', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(randomBooks, histories, (given, all) => {
        for (const history of all) {
          const channel = new Channel(given);
          const family = played(given, history, (now, { what }) => {
            channel.tell(incidentOf(false), now, people.includes(what));
            for (const need of needsOf(now)) {
              const calls = channel.calling(need);
              expect(
                calls.length,
                `${need.kind} of ${need.runId}: ${[...channel.posts.keys()].join(' ')}`,
              ).toBeGreaterThan(0);
              for (const { mentioned } of calls)
                expect(mentioned, need.kind).toEqual(expect.arrayContaining([need.who]));
              for (const { mentioned } of calls)
                if (need.kind !== 'approval') expect(new Set(mentioned), need.kind).toEqual(new Set([need.who]));
              met.add(need.kind);
            }
          });
          channel.tell(incidentOf(true), family, true);
          const top = [...channel.posts].filter(([, { isTop }]) => isTop).map(([key]) => key.split('/')[0] ?? '');
          const count = (kind: string) => top.filter((one) => one === kind).length;
          expect([count('card'), count('resolved')]).toEqual([1, 1]);
          expect(count('run')).toBe(family.runs.length);
          const calls = top.filter((one) => !['card', 'run', 'approval', 'resolved'].includes(one));
          if (count('run') === 1 && count('approval') <= 1 && calls.length <= 1)
            expect(top.length).toBeLessThanOrEqual(5);
        }
      }),
      { numRuns: 40, seed: 10 },
    );
    // None of these went unmet.
    const kinds = ['approval', 'unanswered', 'failed|expired', 'undo_failed', 'stuck|expired', 'unclear', 'overdue'];
    expect([...met]).toEqual(expect.arrayContaining(kinds));
  });
});
