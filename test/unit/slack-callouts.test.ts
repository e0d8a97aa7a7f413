// Messages that call people, in the sandbox workspace: who is mentioned, in a message of its own, once, with what can be done; and their end.
import { afterEach, describe, expect, it } from 'vitest';
import { EscalationMatrix } from '../../src/core/escalation/matrix.ts';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import type { Message } from '../../src/sandbox/entities.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';
import { ended, later, type Past, received, resolved } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

type World = Awaited<ReturnType<typeof givenTelling>>;
let world: World;
afterEach(() => world.sandbox.close());

const id = 'inc_00000000000000000000000007';
const roles = {
  lead: { users: ['U0BEN'], groups: [], people: [], tokens: [] },
  sre: { users: ['U0ANA'], groups: [], people: [], tokens: [] },
};
const membersOf = (name: string) =>
  roles[name.slice(1) as keyof typeof roles]?.users ?? (/^U/.test(name) ? [name] : []);
const opening = (severity = 1, change: object = {}): Past => ({
  type: 'incident.opened',
  data: { number: 7, title: 'checkout is slow', severity, groupKey: 'group', ...change },
  at: start,
});
const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const undo = 'compensate: { uses: shell.run, with: { command: [/bin/false] } }';
const rule = 'approval: { from: ["@sre"], expiresIn: 15m, escalate: ["@lead"] }';

/** A world in which the incident has one run of the playbook with these steps. */
async function runOf(
  steps: string,
  { rest = '', opened = opening(), settings = {} as object, escalation = [] as unknown } = {},
) {
  const matrix = EscalationMatrix.parse(escalation);
  world = await givenTelling({ invite: ['@sre'], ...settings }, [], { roles, membersOf, escalation: matrix });
  const firebreak = world.start();
  const book: Playbook = playbook(steps, rest);
  world.books.set(playbookRef(book).digest, book);
  const run = new Story(book);
  run.when(look);
  const story: Past[] = [opened, received('a')];
  const tell = async (...past: readonly Past[]) => {
    story.push(...past);
    const { incidentId: _, ...state } = run.state;
    world.runs.set(id, [{ ...state, incidentId: id }]);
    world.put(id, ...story);
    await firebreak.notify(id);
  };
  await tell();
  return { run, tell, firebreak };
}

const posts = () => (world.channelOf(id)?.messages ?? []).filter(({ subtype }) => subtype === undefined);
const callOf = (pattern: RegExp): Message => {
  const all = posts().filter(({ text }) => pattern.test(text));
  expect(all.map(({ text }) => text)).toHaveLength(1);
  return all[0] as Message;
};
type Element = { readonly action_id: string; readonly text: { readonly text: string }; readonly value?: string };
const buttonsOf = ({ blocks = [] }: Message): readonly Element[] =>
  blocks.flatMap((block) => (block.type === 'actions' ? (block.elements as readonly Element[]) : []));
const labels = (message: Message) => buttonsOf(message).map(({ text }) => text.text);

describe('a run that failed', () => {
  it('calls whom its playbook names, in a message of its own in its thread and in the channel, with what can be done', async () => {
    const { run, tell, firebreak } = await runOf(
      `  - { id: a, name: Drain the node, ${shell}, ${undo} }\n  - { id: b, name: Failover of db-1, ${shell} }\n  - { id: c, ${shell} }\n`,
    );
    run.succeed('a');
    run.when(look);
    await tell();
    const before = posts().length;
    run.fail('b', 'invalid');
    await tell();
    const call = callOf(/^✕/);
    expect(call.text).toBe('✕ *Failover of db-1 failed*: it went wrong. Step 2 of 3; nothing after it ran.\n<@U0BEN>');
    expect(labels(call)).toEqual(['Retry', 'Undo Drain the node', 'Open']);
    expect(call.broadcast).toBe(true);
    // He was not among those who are invited to every incident.
    expect(call.notified).toEqual(['U0BEN']);
    expect(call.threadTs).toBe(callOf(/^Run of test/).ts);
    expect(JSON.stringify(call.blocks)).toContain('https://fb.test/incidents/7');
    expect(posts()).toHaveLength(before + 1);
    await tell();
    await world.start().notify(id);
    expect(posts()).toHaveLength(before + 1);
    run.later(1000).order('retry');
    await tell();
    expect(callOf(/No longer needs anybody: \*test\* goes on/).ts).toBe(call.ts);
    expect(buttonsOf(callOf(/No longer needs/))).toEqual([]);
    run.when(look);
    run.fail('b', 'invalid');
    await tell();
    expect(callOf(/^✕ \*Failover/).ts).not.toBe(call.ts);
    await firebreak.notify(id);
  });

  it('also calls whom the escalation matrix names for its severity, and brings into the channel who works on it', async () => {
    const escalation = [
      { severity: [1, 2], stage: 'stuck', responsible: ['U0DEB'], accountable: ['U0EVA'], informed: ['U0FAY'] },
      { severity: 1, stage: 'open', consulted: ['U0MALLORY'] },
    ];
    const { run, tell } = await runOf(`  - { id: a, ${shell} }\n`, { escalation });
    await tell();
    run.fail('a', 'invalid');
    await tell();
    expect(callOf(/^✕/).text).toMatch(/<@U0BEN> <@U0DEB> <@U0EVA>$/);
    const own = [...world.sandbox.workspace.channels.values()].find(({ name }) => /^inc-\d/.test(name));
    expect([...(own?.members ?? [])]).toContain('U0MALLORY');
  });

  it('also calls who leads the incident, and those who are invited where the playbook names nobody in Slack', async () => {
    const { run, tell } = await runOf(`  - { id: a, ${shell} }\n`);
    await tell({ type: 'role.assigned', data: { role: 'lead', user: 'U0CEM' } });
    run.fail('a', 'invalid');
    await tell();
    expect(callOf(/^✕/).text).toMatch(/<@U0BEN> <@U0CEM>$/);
    await world.sandbox.close();
    const nobody = await runOf(`  - { id: a, ${shell} }\n`);
    for (const [digest, book] of world.books)
      world.books.set(digest, { ...book, owner: { ...book.owner, escalation: 'the team' } });
    nobody.run.fail('a', 'invalid');
    await nobody.tell();
    expect(callOf(/^✕/).text).toMatch(/<@U0ANA>$/);
  });

  it('of a drill says that it is one', async () => {
    const { run, tell } = await runOf(`  - { id: a, ${shell} }\n`);
    run.state = { ...run.state, trigger: { type: 'manual', reason: 'drill: once a month' } };
    run.fail('a', 'invalid');
    await tell();
    expect(callOf(/^\[DRILL\] ✕ \*a failed/).text).toContain('[DRILL] ');
  });

  it('says so quietly once it is done after all, and how long it took', async () => {
    const { run, tell } = await runOf(`  - { id: a, ${shell} }\n`);
    run.later(192_000).succeed('a');
    await tell();
    const line = callOf(/^✓/);
    expect(line.text).toBe('✓ *test* is done after 3 m 12 s.');
    expect(line.threadTs).toBe(callOf(/^Run of test/).ts);
    expect(line.broadcast).toBeUndefined();
  });

  it('is heard of even where an incident of its severity is a line', async () => {
    const { run, tell } = await runOf(`  - { id: a, ${shell} }\n`, {
      opened: opening(4),
      settings: { announce: '#alarms' },
    });
    expect(world.said()).toHaveLength(1);
    run.fail('a', 'invalid');
    await tell();
    const call = world.said().find(({ text }) => text.startsWith('✕'));
    expect(call?.text).toContain('<@U0BEN>');
    expect(call?.threadTs).toBe(world.said()[0]?.ts);
  });

  it('calls in the channel even if somebody has deleted the message of the run', async () => {
    const { run, tell } = await runOf(`  - { id: a, ${shell} }\n`);
    const channel = world.channelOf(id);
    const gone = callOf(/^Run of test/);
    channel?.messages.splice(channel.messages.indexOf(gone), 1);
    run.fail('a', 'invalid');
    await tell();
    expect(callOf(/^✕/).text).toContain('<@U0BEN>');
  });
});

describe('a question that people must answer', () => {
  it('is asked anew, with an answer of one press for each step, and closed once it is answered', async () => {
    const { run, tell } = await runOf(
      `  - { id: a, name: the key rotation of checkout, ${shell} }\n  - { id: b, ${shell}, needs: [] }\n`,
    );
    run.fail('a', 'unknown_outcome');
    run.fail('b', 'unknown_outcome');
    await tell();
    const call = callOf(/^◐ .*key rotation/);
    expect(call.text).toBe(
      '◐ *Did the key rotation of checkout take effect?* It went wrong. Look at what it acts on, then say.\n<@U0BEN>',
    );
    expect(labels(call)).toEqual(['It did', 'It did not: try again', 'Open']);
    expect(buttonsOf(call).map(({ value }) => value)).toEqual([`${run.state.runId}|a`, `${run.state.runId}|a`, '']);
    run.order('done', 'a');
    await tell();
    expect(posts().find(({ ts }) => ts === call.ts)?.text).toBe('No longer needs anybody: *test* goes on.');
    expect(labels(callOf(/^◐ \*Did b/))).toContain('It did');
  });

  it('says why it is not known in a sentence, without saying twice what is asked', async () => {
    const { run, tell } = await runOf(`  - { id: a, ${shell} }\n`);
    const fence = run.state.fence;
    const reason = 'the worker host-1.default is gone; whether a took effect is unknown';
    run.when({ type: 'abandon', step: 'a', fence, reason });
    await tell();
    expect(callOf(/^◐ \*Did/).text).toContain('*Did a take effect?* The worker host-1.default is gone. Look at');
  });

  it('is one for the items of a step, and the next is asked anew once one is answered', async () => {
    const { run, tell } = await runOf(
      `  - { id: a, forEach: { items: "['x', 'y', 'z']", maxParallel: 3 }, ${shell} }\n`,
    );
    for (const item of ['a#0', 'a#1', 'a#2']) run.later(10).fail(item, 'unknown_outcome');
    await tell();
    const call = callOf(/^◐ \*Did/);
    expect(call.text).toContain('*Did a (x) take effect?*');
    expect(call.text).toContain('So it is with 2 more of its items.');
    run.order('done', 'a#0');
    await tell();
    const next = callOf(/^◐ \*Did/);
    expect(next.ts).not.toBe(call.ts);
    expect(next.text).toContain('*Did a (y) take effect?*');
  });
});

describe('a request', () => {
  it('notifies whoever may answer it, also where they are not invited to every incident', async () => {
    await runOf(`  - { id: a, ${shell}, risk: high, ${rule} }\n`, { settings: { invite: [] } });
    expect(callOf(/^Approval needed/).notified).toEqual(['U0ANA']);
  });

  it('that goes to further people calls those, with the plan beside its buttons', async () => {
    const { run, tell } = await runOf(`  - { id: a, name: drain eu-west-1, ${shell}, risk: high, ${rule} }\n`);
    const request = callOf(/^Approval needed/);
    run.later(450_000).when(look);
    await tell();
    const call = callOf(/nobody has answered/);
    expect(call.text).toMatch(/^<@U0BEN>: nobody has answered \*drain eu-west-1\* for 7 m 30 s; 7 m 30 s left, until /);
    expect(labels(call)).toEqual(['Approve', 'Deny', 'Open']);
    expect(call.notified).toContain('U0BEN');
    expect(call.threadTs).toBe(request.ts);
    expect(call.broadcast).toBe(true);
    run.approve(ana);
    await tell();
    expect(posts().find(({ ts }) => ts === call.ts)?.text).toBe('No longer asked: test, granted.');
  });

  it('that nobody answers in time calls, and offers to ask again', async () => {
    const { run, tell } = await runOf(`  - { id: a, ${shell}, risk: high, ${rule} }\n`);
    run.later(900_000).when(look);
    await tell();
    const call = callOf(/^✕/);
    expect(call.text).toBe('✕ *Nobody answered a* within 15 m, so it did not run. Step 1 of 1.\n<@U0BEN>');
    expect(labels(call)).toEqual(['Ask again', 'Open']);
  });

  it('that a person denied calls nobody', async () => {
    const { run, tell } = await runOf(`  - { id: a, ${shell}, risk: high, ${rule} }\n`);
    run.when({ type: 'deny', approvalId: Object.keys(run.state.approvals)[0] ?? '', as: ['@sre'] }, { actor: ana });
    await tell();
    expect(run.state.status).toBe('failed');
    expect(posts().filter(({ broadcast }) => broadcast)).toEqual([]);
  });
});

describe('a run that is late', () => {
  it('calls with what it waits for, and offers only what would be done', async () => {
    const { run, tell } = await runOf(`  - { id: a, ${shell}, risk: high, ${rule} }\n`, {
      rest: 'sla: { completeWithin: 5m }\n',
    });
    run.later(300_000).when(look);
    await tell();
    const call = callOf(/takes longer/);
    expect(call.text).toMatch(
      /^◐ \*test takes longer than the 5 m that its playbook allows\*; it began .*\nWaiting for @sre to approve .*a.*\n<@U0BEN>$/,
    );
    expect(labels(call)).toEqual(['Nudge', 'Cancel run', 'Open']);
  });
});

describe('an incident that is resolved', () => {
  it('is told with how long it took, how much of that people were waited for, and what can still be done', async () => {
    const { run, tell } = await runOf(`  - { id: a, name: restart, ${shell}, ${undo}, risk: high, ${rule} }\n`);
    run.later(109_000).approve(ana);
    run.when(look);
    run.later(10_000).succeed('a');
    await tell();
    const before = posts();
    await tell(ended('a'), { ...resolved, ...later(220_000) });
    const told = callOf(/^✓ \*Resolved/);
    expect(before).not.toContain(told);
    expect(told.text).toBe('✓ *Resolved* after 3 m 40 s (1 m 49 s of it waiting for approval). 1 run, 1 approval.');
    expect(labels(told)).toEqual(['Postmortem', 'Undo restart', 'Close']);
    expect(told.threadTs).toBeUndefined();
    expect(JSON.stringify(told.blocks)).toContain('https://fb.test/incidents/7');
    const top = posts().filter(({ threadTs, broadcast }) => threadTs === undefined || broadcast);
    expect(top.length).toBeLessThanOrEqual(5);
    await tell({ type: 'incident.reopened', data: { reason: 'again' } });
    const reopened = posts().find(({ ts }) => ts === told.ts);
    expect(reopened?.text).toBe('○ #7 was resolved after 3 m 40 s, and is open again.');
    expect(reopened && buttonsOf(reopened)).toEqual([]);
    const back = callOf(/^● \*Open again\*: #7 checkout is slow\. It was resolved /);
    expect(back.text).toMatch(/\n<@U0ANA>$/);
    expect(back.notified).toEqual(['U0ANA']);
    await tell({ ...resolved, ...later(400_000) });
    expect(callOf(/^✓ \*Resolved\* after 6 m 40 s/).ts).not.toBe(told.ts);
    expect(callOf(/was open again, and is resolved\.$/).ts).toBe(back.ts);
  });

  it('can be closed from there once', async () => {
    const { tell } = await runOf(`  - { id: a, ${shell} }\n`);
    await tell({ ...resolved, ...later(1000) });
    expect(labels(callOf(/^✓ \*Resolved/))).toEqual(['Postmortem', 'Close']);
    await tell({ type: 'incident.closed', data: { reason: 'done' }, ...later(2000) });
    expect(labels(callOf(/^✓ \*Resolved/))).toEqual(['Postmortem']);
  });
});
