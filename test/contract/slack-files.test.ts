// Files that hang on messages, fetched from the stand-in workspace with the real client: what the app may read comes whole, what it may not
// is said, and a strange token sees Slack's page to sign in.

import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import { createFetchFile } from '../../src/slack/fetch-file.ts';
import { createChannelMessages } from '../../src/slack/inbound/channel-messages.ts';
import { type Given, givenSandbox, tokens } from '../support/given/sandbox.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
let given: Given;
let channel = '';
let ts = '';
beforeAll(async () => {
  given = await givenSandbox();
  channel = (await given.client.conversations.create({ name: 'inc-1' })).channel?.id ?? '';
  given.sandbox.joinAs('U0ANA', channel);
  ts = given.sandbox.shareFile({ user: 'U0ANA', channel, name: 'graph.png', content: png, text: 'look' });
});
afterAll(async () => given.sandbox.close());

const bounds = { maxBytes: 1000, signal: AbortSignal.timeout(10_000) };
const fetching = (botToken: string) =>
  createFetchFile({ client: given.client, botToken, apiUrl: given.sandbox.apiUrl });

async function fileId(): Promise<string> {
  const messages = createChannelMessages({
    ...{ client: given.client, nowMs: realRuntime.nowMs, log: pino({ level: 'silent' }) },
  });
  const message = await messages.find(channel, ts);
  if (!message) throw new Error('the message is not there');
  const { files } = await messages.said(channel, message);
  expect(files).toMatchObject([{ name: 'graph.png', id: expect.stringMatching(/^F/) }]);
  return files[0]?.id ?? '';
}

it('a file of a message that is kept comes whole', async () => {
  const fetched = await fetching(tokens.botToken)(await fileId(), bounds);
  if (fetched.outcome !== 'fetched') throw new Error(fetched.reason);
  expect(fetched.parts).toMatchObject([{ name: 'graph.png', lostBytes: 0 }]);
  expect(fetched.parts[0]?.content.equals(png)).toBe(true);
});

it('a strange token is shown a page to sign in, which is kept for no file', async () => {
  expect(await fetching('xoxb-strange')(await fileId(), bounds)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('sign-in page'),
  });
});

it('a file that is not there is given up', async () => {
  expect(await fetching(tokens.botToken)('F0NOWHERE', bounds)).toMatchObject({ outcome: 'failed', mayPass: false });
});
