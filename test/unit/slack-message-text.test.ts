// What slack.message posts for values that are no text, and for texts that are too long for one message.
import { expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { ok } from '../../src/core/result.ts';
import { tracePlaceOf } from '../../src/core/trace/place.ts';
import { createChat } from '../../src/slack/outbound/chat.ts';
import type { Desired } from '../../src/slack/outbound/poster.ts';
import { actionsResolving, contextOf } from '../support/given/called-action.ts';

const slackMessage = actionsResolving({}, async () => []).get('slack.message');
async function said(text: Json): Promise<string> {
  let posted = '';
  const chat = {
    post: async (message: { readonly text: string }) => {
      posted = message.text;
      return ok({ channelId: 'C1', ts: '1.2' });
    },
  };
  const result = await slackMessage?.run({ text }, contextOf({ chat }));
  if (result?.outcome !== 'succeeded') throw new Error(JSON.stringify(result));
  return posted;
}

it.each([
  [4500, '4500'],
  [0, '0'],
  [false, 'false'],
  [['a', 1, null], 'a\n1\n'],
  ['', '(empty)'],
  [null, '(empty)'],
  [[], '(empty)'],
])('a value that is no text is posted as people read it: %j', async (value, text) => {
  expect(await said(value)).toBe(text);
});

it('a long text goes on in the thread of its beginning, each part under a key of its own', async () => {
  const put: Desired[] = [];
  const outbox = {
    put: async (message: Desired) => {
      put.push(message);
      return { ts: `${put.length}.0` };
    },
  };
  const chat = createChat(outbox as unknown as Parameters<typeof createChat>[0], createRedactor([]));
  const posted = await chat.post({
    channel: 'C1',
    key: 'k',
    fence: () => undefined,
    place: tracePlaceOf('run_1'),
    text: 'a line of a log & more\n'.repeat(400),
  });
  expect(posted).toEqual(ok({ channelId: 'C1', ts: '1.0' }));
  expect(put.map(({ key, thread }) => [key, thread])).toEqual([
    ['message/k', undefined],
    ['message/k/2', 'message/k'],
    ['message/k/3', 'message/k'],
    ['message/k/4', 'message/k'],
  ]);
  for (const { message } of put) expect(message.text.length).toBeLessThanOrEqual(3000);
});
