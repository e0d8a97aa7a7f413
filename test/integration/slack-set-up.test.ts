// Setting up against a workspace: which ids there are, and what of the configuration is not in it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkNamed } from '../../src/cli/doctor/slack.ts';
import { namedInSlack } from '../../src/cli/setup/slack-ids.ts';
import { SlackSettings } from '../../src/slack/settings.ts';
import { clientOf, type Given, givenSandbox } from '../support/given/sandbox.ts';

let given: Given;
beforeAll(async () => {
  given = await givenSandbox({
    userGroups: [
      { id: 'S0SRE', handle: 'sre', users: ['U0ANA', 'U0BEN'] },
      { id: 'S0EMPTY', handle: 'empty', users: [] },
    ],
  });
});
afterAll(() => given.sandbox.close());

const role = (part: object) => ({ users: [], groups: [], people: [], tokens: [], ...part });

describe('the ids that a configuration wants', () => {
  it('are those of groups, people and channels, without bots', async () => {
    const client = clientOf(given.sandbox);
    const { channel } = await client.conversations.create({ name: 'set-up-room' });
    const named = await namedInSlack(client);
    expect(named).toEqual(
      expect.arrayContaining([
        { kind: 'group', id: 'S0SRE', name: '@sre' },
        { kind: 'person', id: 'U0ANA', name: expect.stringMatching(/ana/i) },
        { kind: 'channel', id: channel?.id, name: '#set-up-room' },
      ]),
    );
    expect(named.filter(({ kind }) => kind === 'person')).toHaveLength(3);
  });
});

describe('doctor, of what the configuration names', () => {
  const look = (file: { roles: object; people?: object }, settings: object = {}) =>
    checkNamed(
      clientOf(given.sandbox),
      { file: { people: {}, ...file } as Parameters<typeof checkNamed>[1]['file'] },
      SlackSettings.parse(settings),
    );

  it('is content where all of it is there', async () => {
    expect(await look({ roles: { sre: role({ groups: ['S0SRE'], users: ['U0ANA'] }) } })).toEqual([]);
  });

  it('names a group, a person and a channel that are not in the workspace, and a group that has nobody', async () => {
    const found = await look(
      {
        roles: { sre: role({ groups: ['S0GONE', 'S0EMPTY'], users: ['U0GONE'] }) },
        people: { ana: { slack: 'U0NEVER' } },
      },
      { fallbackChannel: 'C0GONE' },
    );
    expect(found.map((check) => check.found)).toEqual([
      'the role sre names the user group S0GONE, which is not in this workspace',
      'the role sre names the user group S0EMPTY, which has nobody',
      'the role sre names the person U0GONE, which is not in this workspace',
      'people.ana names the person U0NEVER, which is not in this workspace',
      'slack names the channel C0GONE, which is not in this workspace',
    ]);
    expect(found.every(({ status }) => status === 'warn')).toBe(true);
  });
});
