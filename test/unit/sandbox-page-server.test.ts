// What the sandbox's page is told, and what may be posted to it: bodies are read strictly, and misuse is said.
import { expect, it } from 'vitest';
import { ZodError } from 'zod';
import { createAdministration } from '../../src/sandbox/administration.ts';
import { createFaults } from '../../src/sandbox/faults.ts';
import { createPageActions } from '../../src/sandbox/page-actions.ts';
import { appStateOf, stateOf } from '../../src/sandbox/page-state.ts';
import { createPersonMessages } from '../../src/sandbox/person-messages.ts';
import { seedGroups, seedUsers } from '../../src/sandbox/seed.ts';
import type { PersonActions } from '../../src/sandbox/types.ts';
import { createWorkspace } from '../../src/sandbox/workspace.ts';

function given() {
  const workspace = createWorkspace(() => 1_700_000_000_000, seedUsers, seedGroups);
  const faults = createFaults();
  const done: unknown[] = [];
  const note = async (what: object) => void done.push(what);
  const person = { ...createPersonMessages(workspace), click: note, command: note } as unknown as PersonActions;
  const administration = createAdministration(workspace);
  const scenarios = [{ id: 'fire', label: 'Fire', run: async () => void done.push('fired') }];
  const actions = createPageActions({ person, administration, faults, scenarios, command: '/firebreak' });
  const surroundings = {
    ...{ command: '/firebreak', shortcuts: [], scenarios, calls: [], deliveries: [], faults },
    hub: { count: () => 0 },
    requestUrl: () => null,
  };
  const post = (path: string, body: unknown) => actions.get(path)?.(body);
  const general = [...workspace.channels.values()][0];
  return { workspace, faults, done, post, surroundings, general, id: general?.id ?? '' };
}

it('a message is what it says, a command what begins with its name, and in a thread nothing is a command', async () => {
  const { post, done, general, id } = given();
  const say = (text: string, more: object = {}) => post('/say', { user: 'U0ANA', channel: id, text, ...more });
  await say('/firebreak status');
  await say('/firebreakstatus');
  const ts = general?.messages[0]?.ts;
  await say('/firebreak status', { threadTs: ts });
  expect(done).toEqual([{ user: 'U0ANA', channel: id, text: 'status' }]);
  expect(general?.messages.map(({ text, threadTs }) => [text, threadTs])).toEqual([
    ['/firebreakstatus', undefined],
    ['/firebreak status', ts],
  ]);
});

it('a body that does not fit is refused before anything is done', () => {
  const { post, id, general } = given();
  const place = { user: 'U0ANA', channel: id };
  for (const [path, body] of [
    ['/say', { ...place, text: '' }],
    ['/say', { ...place, text: 'x', more: 1 }],
    ['/react', { ...place, ts: '1.000001', name: '<script>', on: true }],
    ['/share', { ...place, name: 'x', base64: 'no base 64' }],
    ['/control/fault', { kind: 'earthquake', times: 1 }],
    ['/control/fault', { kind: 'drop', times: 0 }],
    ['/control/group', { group: 'S0SRE' }],
  ] as const)
    expect(() => post(path, body), `${path} ${JSON.stringify(body)}`).toThrow(ZodError);
  expect(general?.messages).toEqual([]);
  expect(() => post('/delete', { ...place, ts: '1.000001' })).toThrow('there is no message');
});

it('the control panel sets scenarios going, breaks Slack and mends it', async () => {
  const { post, done, faults } = given();
  await post('/control/scenario', { id: 'fire' });
  expect(done).toEqual(['fired']);
  await expect(post('/control/scenario', { id: 'other' })).rejects.toThrow('there is no scenario other');
  post('/control/fault', { kind: 'token_revoked', times: 2 });
  expect(faults.takeForCall('chat.postMessage', 'C1')).toMatchObject({ kind: 'token_revoked' });
  expect(faults.pending()).toMatchObject([{ times: 1 }]);
  post('/control/mend', {});
  expect(faults.pending()).toEqual([]);
});

it('the page is told whom a message notified, what is pinned and read, and nothing that no person sees', () => {
  const { workspace, surroundings, post, general, id } = given();
  const metadata = { event_type: 'secret', event_payload: {} };
  if (!general) throw new Error('there is no channel');
  const { ts } = workspace.post(general, { user: workspace.bot.userId, text: '<@U0ANA> look', metadata });
  general.pins.add(ts);
  post('/read', { user: 'U0BEN', channel: id });
  const { channels, app } = stateOf(workspace, surroundings);
  expect(app.name).toBe('Firebreak');
  expect(channels[0]).toMatchObject({ pins: [ts], read: { U0BEN: ts }, messages: [{ ts, notified: ['U0ANA'] }] });
  expect(channels[0]?.messages[0]).not.toHaveProperty('metadata');
  expect(appStateOf(surroundings)).toMatchObject({ reachedBy: 'nothing yet', calls: 0, lastCall: null });
});
