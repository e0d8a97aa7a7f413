// In which order an incident comes to Slack, on the wire and however long Slack takes for each call: channel, people, card, run, request.
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';
import { type Past, received } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

type World = Awaited<ReturnType<typeof givenTelling>>;
let world: World;
afterEach(() => world.sandbox.close());

const id = 'inc_00000000000000000000000007';
const roles = { sre: { users: ['U0ANA'], groups: [], people: [], tokens: [] } };
const opened: Past = {
  type: 'incident.opened',
  data: { number: 7, title: 'checkout is slow', severity: 1, groupKey: 'group' },
  at: start,
};
const one = playbook(
  '  - { id: a, uses: shell.run, with: { command: [/bin/true] }, risk: high, approval: { from: ["@sre"], expiresIn: 10m } }\n',
);

async function asking(settings: object = {}, book = one) {
  world = await givenTelling({ invite: ['@sre'], ...settings }, [], {
    roles,
    membersOf: (name) => (name === '@sre' ? ['U0ANA'] : name === '@dba' ? ['U0BEN'] : []),
  });
  world.books.set(playbookRef(book).digest, book);
  const run = new Story(book);
  run.when({ type: 'advance' });
  world.put(id, opened, received('a'));
  world.runs.set(id, [{ ...run.state, incidentId: id }]);
  return run;
}

const about = (text: string) => /^(Incident|Run|Approval|✓|Details)/.exec(text)?.[1] ?? text;
/** What was asked of Slack, in the order in which it came. */
const wire = () =>
  world.sandbox.calls.flatMap(({ method, args }) => {
    if (method === 'conversations.create') return ['channel'];
    if (method === 'conversations.invite') return ['people'];
    return method === 'chat.postMessage' ? [about(String(args.text))] : [];
  });

describe('an incident comes to Slack', () => {
  it('with a decision shown at once, while those whom the next step asks are still being invited', async () => {
    const approval = (who: string) => `risk: high, approval: { from: ["${who}"], expiresIn: 10m }`;
    const steps = `  - { id: a, uses: assert, with: { that: true }, ${approval('@sre')} }
  - { id: b, uses: assert, with: { that: true }, needs: [a], ${approval('@dba')} }\n`;
    const run = await asking({}, playbook(steps));
    const firebreak = world.start();
    await firebreak.notify(id);
    let come = (): void => undefined;
    const coming = new Promise<void>((resolve) => {
      come = resolve;
    });
    world.holdCalls((method) => (method === 'conversations.invite' ? coming : Promise.resolve()));
    run.approve(ana);
    run.when({ type: 'advance' });
    run.succeed('a');
    run.when({ type: 'advance' });
    world.put(id, opened, received('a'));
    world.runs.set(id, [{ ...run.state, incidentId: id }]);
    const told = firebreak.notify(id);
    const requests = () => world.channelOf(id)?.messages.filter(({ text }) => text.startsWith('Approval')) ?? [];
    await world.sandbox.waitFor(() =>
      world.channelOf(id)?.messages.some(({ text }) => text.startsWith('✓ *<@U0ANA> approved')),
    );
    expect(requests()).toEqual([]);
    come();
    await told;
    expect(requests()).toHaveLength(1);
    expect(world.channelOf(id)?.members.has('U0BEN')).toBe(true);
  });

  it('in the same order however long each call takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(4), { minLength: 12, maxLength: 12 }), async (delays) => {
        await asking();
        let calls = 0;
        world.holdCalls(() => delay(delays[calls++ % delays.length] ?? 0));
        await world.start().notify(id);
        expect(wire().slice(0, 5)).toEqual(['channel', 'people', 'Incident', 'Run', 'Approval']);
        await world.sandbox.close();
      }),
      { numRuns: 12, seed: 10 },
    );
  });

  it('with its people before the first post, however long it takes to invite them', async () => {
    await asking();
    world.runs.set(id, []);
    world.holdCalls((method) => delay(method === 'conversations.invite' ? 50 : 0));
    await world.start().notify(id);
    expect(wire()).toEqual(['channel', 'people', 'Incident']);
  });

  it('with the request even if the card is refused, or its post is lost', async () => {
    await asking();
    world.sandbox.addFault({ method: 'chat.postMessage', kind: 'http_500', times: 1 });
    const firebreak = world.start();
    await firebreak.notify(id).catch(() => undefined);
    expect(wire()).toContain('Approval');
    await firebreak.notify(id);
    const said = world.channelOf(id)?.messages.filter(({ subtype }) => subtype === undefined) ?? [];
    expect(said.map(({ text }) => about(text)).toSorted()).toEqual(['Approval', 'Details', 'Incident', 'Run']);
  });

  it('first as a request in the fallback channel where the channel takes too long, which is brought to its end there', async () => {
    const fallbackChannel = 'C0FALLBACK';
    const run = await asking({ fallbackChannel });
    const place = world.addChannel(fallbackChannel, 'fallback');
    let open = (): void => undefined;
    const opening = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.holdCalls((method) => (method === 'conversations.create' ? opening : Promise.resolve()));
    const firebreak = world.start();
    const told = firebreak.notify(id);
    const asked = await world.sandbox.waitFor(() =>
      place.messages.find(({ text }) => text.startsWith('Approval needed')),
    );
    expect(world.channelOf(id)).toBeUndefined();
    run.approve(ana);
    world.put(id, opened, received('a'));
    world.runs.set(id, [{ ...run.state, incidentId: id }]);
    await firebreak.notify(id);
    await world.sandbox.waitFor(() => asked.text.startsWith('✓ '));
    open();
    await told;
    expect(wire().filter((one) => one === 'Approval')).toHaveLength(1);
    expect(world.channelOf(id)?.messages.map(({ text }) => about(text))).toContain('Incident');
    expect(JSON.stringify(asked.blocks)).not.toContain('approval_approve');
  });
});
