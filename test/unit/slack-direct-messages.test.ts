// Who is written to about a request that nobody has answered: each who could, once, when half of its time is over, whatever crashes; and
// the message ends with the request.
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redact.ts';
import { createDirectMessages, type DirectMessagesDeps } from '../../src/slack/outbound/direct-messages.ts';
import { ana, ben, playbook, Story, start } from '../support/given/given.ts';
import { opened, type Past } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

const id = 'inc_1';
const minute = 60_000;
let world: Awaited<ReturnType<typeof givenTelling>>;
afterEach(() => world.sandbox.close());

const past: Past = { ...opened, type: 'incident.opened', data: { number: 1, title: 't', severity: 1, groupKey: 'g' } };

/** A request that stands for ten minutes, in the workspace of ana, ben and mallory. */
async function asked(rule = '') {
  world = await givenTelling();
  const { clock, sandbox } = world;
  const run = new Story(
    playbook(`  - { id: a, uses: approval, approval: { from: ["@sre"], expiresIn: 10m, ${rule} } }\n`),
  );
  run.when({ type: 'advance' });
  world.put(id, past);
  const tell = () => world.runs.set(id, [run.state]);
  tell();
  const process = (more: Partial<DirectMessagesDeps> = {}) => {
    const { client, outbox, notify } = world.start();
    const reads = {
      approvals: async () => ({
        items: Object.values(run.state.approvals)
          .filter(({ status }) => status === 'open')
          .map((approval) => ({
            runId: run.state.runId,
            incidentId: id,
            requestedBy: run.state.requestedBy,
            approval,
          })),
        cursor: null,
      }),
      run: async () => ({ state: run.state, incident: 'open' as const, wakeAt: null, updatedAt: start }),
      incident: async () => world.incidents.get(id) ?? null,
    };
    const directory = { members: async () => [ana.id, ben.id], standing: async () => 'active' as const };
    const { messages } = world;
    const log = pino({ level: 'silent' });
    const deps = { client, outbox, messages, reads, directory, redact: createRedactor([]), clock, log };
    return { follow: createDirectMessages({ people: {}, ...deps, ...more }), notify };
  };
  const direct = (user: string) =>
    [...sandbox.workspace.channels.values()]
      .filter(({ kind, members }) => kind === 'im' && members.has(user))
      .flatMap(({ messages }) => messages);
  const pass = async (ms: number) => {
    await clock.sleep(ms);
    run.later(ms);
  };
  return { run, process, direct, pass, tell };
}

describe('somebody who could answer a request', () => {
  it('is written to when half of its time is over, once, with the buttons', async () => {
    const { process, direct, pass } = await asked();
    const { follow } = process();
    await pass(5 * minute - 1000);
    await follow();
    expect(direct(ana.id)).toEqual([]);
    await pass(minute);
    await follow();
    await pass(minute);
    await follow();
    for (const user of [ana.id, ben.id]) {
      expect(direct(user).map(({ text }) => text)).toEqual([expect.stringMatching(/waits for you.*\nA\?/)]);
      expect(JSON.stringify(direct(user)[0]?.blocks)).toContain('approval_approve');
    }
    expect(direct('U0MALLORY')).toEqual([]);
  });

  it('is written to once by several processes, and by one that died before it knew', async () => {
    const { process, direct, pass } = await asked();
    await pass(6 * minute);
    world.loseNext();
    await process().follow();
    await Promise.all([process().follow(), process().follow()]);
    expect(direct(ana.id)).toHaveLength(1);
    expect(direct(ben.id)).toHaveLength(1);
  });

  it('is left alone who has answered, or has started the run', async () => {
    const { run, process, direct, pass } = await asked('quorum: 2, excludeRequester: true');
    run.approve(ben);
    await pass(6 * minute);
    await process().follow();
    expect([...direct(ana.id), ...direct(ben.id)]).toEqual([]);
  });

  it('is left alone who started the run from another surface', async () => {
    const { run, process, direct, pass } = await asked('excludeRequester: true');
    run.state = { ...run.state, requestedBy: { kind: 'user', id: 'local:ana' } };
    await pass(6 * minute);
    await process({ people: { ana: { slack: ana.id, local: 'ana' } } }).follow();
    expect([direct(ana.id).length, direct(ben.id).length]).toEqual([0, 1]);
  });

  it('is left alone who is deactivated', async () => {
    const { process, direct, pass } = await asked('excludeRequester: false');
    await pass(6 * minute);
    const directory = {
      members: async () => [ana.id, ben.id],
      standing: async (user: string) => (user === ben.id ? ('gone' as const) : ('active' as const)),
    };
    await process({ directory }).follow();
    expect(direct(ana.id)).toHaveLength(1);
    expect(direct(ben.id)).toEqual([]);
  });

  it('reads in the same message what came of it, without buttons', async () => {
    const { run, process, direct, pass, tell } = await asked('excludeRequester: false');
    const { follow, notify } = process();
    await pass(6 * minute);
    await follow();
    run.approve(ben);
    tell();
    world.put(id, past);
    await notify(id);
    expect(direct(ana.id)).toMatchObject([{ text: '✓ *<@U0BEN> approved*: A  ·  after 6 m' }]);
    expect(JSON.stringify(direct(ana.id)[0]?.blocks)).not.toContain('approval_');
    await pass(minute);
    await follow();
    expect(direct(ana.id)).toHaveLength(1);
  });

  it('is called by the channel alone where a role has more people than anybody would write to', async () => {
    const { process, direct, pass } = await asked();
    await pass(6 * minute);
    const many = [ana.id, ...Array.from({ length: 20 }, (_, i) => `U0MANY${i}`)];
    await process({ directory: { members: async () => many, standing: async () => 'active' as const } }).follow();
    expect(direct(ana.id)).toEqual([]);
  });
});
