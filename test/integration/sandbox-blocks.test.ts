// Block Kit as the sandbox holds it: each limit of the reference, and every field that is not in it, is refused by its place.
import type { KnownBlock } from '@slack/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Given, givenSandbox, refusal } from '../support/given/sandbox.ts';

let given: Given;
beforeAll(async () => {
  given = await givenSandbox();
});
afterAll(async () => given.sandbox.close());

const post = (blocks: readonly unknown[]) =>
  given.client.chat.postMessage({ channel: given.general, text: 'x', blocks: blocks as KnownBlock[] });
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const x = (length: number) => 'x'.repeat(length);
const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const section = (more: object = {}) => ({ type: 'section', text: mrkdwn('x'), ...more });
const button = (more: object = {}) => ({ type: 'button', text: plain('x'), ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (more: object = {}) => ({ text: plain('x'), value: 'x', ...more });
const select = (more: object = {}) => ({ type: 'static_select', options: [option()], ...more });
const confirm = (more: object = {}) => ({
  title: plain('x'),
  text: mrkdwn('x'),
  confirm: plain('x'),
  deny: plain('x'),
  ...more,
});

describe('blocks of a message', () => {
  it('are taken up to every limit', async () => {
    const answer = await post([
      { type: 'header', text: plain(x(150)), block_id: x(255) },
      section({ text: mrkdwn(x(3000)), fields: many(10, mrkdwn(x(2000))) }),
      section({ accessory: { type: 'image', image_url: 'https://example.com/i.png', alt_text: 'i' } }),
      { type: 'context', elements: many(10, mrkdwn('x')) },
      actions(
        ...many(
          25,
          button({ text: plain(x(75)), value: x(2000), url: x(3000), confirm: confirm({ title: plain(x(100)) }) }),
        ),
      ),
      actions(select({ options: many(100, option({ value: x(150) })), placeholder: plain(x(150)) })),
      { type: 'divider' },
      { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }] },
      { type: 'image', image_url: x(3000), alt_text: x(2000) },
      ...many(41, { type: 'divider' }),
    ]);
    expect(answer.message?.blocks).toHaveLength(50);
    expect(answer.message?.blocks?.[4]).toMatchObject({
      block_id: expect.any(String),
      elements: [{ action_id: expect.any(String) }, ...many(24, expect.anything())],
    });
  });

  const cases: readonly (readonly [what: string, blocks: readonly unknown[], message: string])[] = [
    ['51 blocks', many(51, { type: 'divider' }), 'no more than 50 items allowed [json-pointer:/blocks]'],
    ['an unknown type', [{ type: 'banner' }], 'unsupported type: banner [json-pointer:/blocks/0/type]'],
    ['no type', [{}], 'unsupported type: undefined [json-pointer:/blocks/0/type]'],
    [
      'a field of its own',
      [section({ colour: 'red' })],
      'invalid additional property: colour [json-pointer:/blocks/0]',
    ],
    [
      'a field of another block',
      [{ type: 'divider', text: plain('x') }],
      'invalid additional property: text [json-pointer:/blocks/0]',
    ],
    [
      'a block_id of 256',
      [section({ block_id: x(256) })],
      'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
    ],
    [
      'one block_id twice',
      [section({ block_id: 'a' }), section({ block_id: 'a' })],
      'block_id a already exists [json-pointer:/blocks/1/block_id]',
    ],
    ['an empty section', [{ type: 'section' }], 'missing required field: text [json-pointer:/blocks/0/text]'],
    [
      'empty text',
      [section({ text: mrkdwn('') })],
      'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'a section of 3001',
      [section({ text: mrkdwn(x(3001)) })],
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['text that is a string', [section({ text: 'x' })], 'must be an object [json-pointer:/blocks/0/text]'],
    [
      'emoji in mrkdwn',
      [section({ text: { ...mrkdwn('x'), emoji: true } })],
      'invalid additional property: emoji [json-pointer:/blocks/0/text]',
    ],
    [
      'verbatim in plain_text',
      [section({ text: { ...plain('x'), verbatim: true } })],
      'invalid additional property: verbatim [json-pointer:/blocks/0/text]',
    ],
    [
      '11 fields',
      [section({ fields: many(11, mrkdwn('x')) })],
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    [
      'a field of 2001',
      [section({ fields: [mrkdwn(x(2001))] })],
      'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
    ],
    [
      'a header of 151',
      [{ type: 'header', text: plain(x(151)) }],
      'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'a header in mrkdwn',
      [{ type: 'header', text: mrkdwn('x') }],
      'must be plain_text [json-pointer:/blocks/0/text/type]',
    ],
    [
      'an empty context',
      [{ type: 'context', elements: [] }],
      'no less than 1 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      '11 elements of context',
      [{ type: 'context', elements: many(11, mrkdwn('x')) }],
      'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'a context text of 3001',
      [{ type: 'context', elements: [mrkdwn(x(3001))] }],
      'must be less than 3001 characters [json-pointer:/blocks/0/elements/0/text]',
    ],
    [
      'a button in context',
      [{ type: 'context', elements: [button()] }],
      'unsupported type: button [json-pointer:/blocks/0/elements/0/type]',
    ],
    ['26 actions', [actions(...many(26, button()))], 'no more than 25 items allowed [json-pointer:/blocks/0/elements]'],
    ['no actions', [actions()], 'no less than 1 items allowed [json-pointer:/blocks/0/elements]'],
    [
      'one action_id twice',
      [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
      'action_id already exists [json-pointer:/blocks/0/elements]',
    ],
    [
      'a text input among actions',
      [actions({ type: 'plain_text_input' })],
      'unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]',
    ],
    [
      'a button of 76',
      [actions(button({ text: plain(x(76)) }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    [
      'a button in mrkdwn',
      [actions(button({ text: mrkdwn('x') }))],
      'must be plain_text [json-pointer:/blocks/0/elements/0/text/type]',
    ],
    [
      'a value of 2001',
      [actions(button({ value: x(2001) }))],
      'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a value that is a number',
      [actions(button({ value: 7 }))],
      'must be a string [json-pointer:/blocks/0/elements/0/value]',
    ],
    [
      'a url of 3001',
      [actions(button({ url: x(3001) }))],
      'must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]',
    ],
    [
      'a label of 76',
      [actions(button({ accessibility_label: x(76) }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/accessibility_label]',
    ],
    [
      'an action_id of 256',
      [actions(button({ action_id: x(256) }))],
      'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
    ],
    [
      'a style of its own',
      [actions(button({ style: 'warning' }))],
      'must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'a confirmation of 101',
      [actions(button({ confirm: confirm({ title: plain(x(101)) }) }))],
      'must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]',
    ],
    [
      'a confirmation text of 301',
      [actions(button({ confirm: confirm({ text: mrkdwn(x(301)) }) }))],
      'must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]',
    ],
    [
      'a confirm button of 31',
      [actions(button({ confirm: confirm({ confirm: plain(x(31)) }) }))],
      'must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/confirm/text]',
    ],
    [
      '101 options',
      [actions(select({ options: many(101, option()) }))],
      'no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'an option of 76',
      [actions(select({ options: [option({ text: plain(x(76)) })] }))],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]',
    ],
    [
      'an option value of 151',
      [actions(select({ options: [option({ value: x(151) })] }))],
      'must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]',
    ],
    [
      'a placeholder of 151',
      [actions(select({ placeholder: plain(x(151)) }))],
      'must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]',
    ],
    [
      '6 entries of an overflow',
      [actions({ type: 'overflow', options: many(6, option()) })],
      'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      '11 radio buttons',
      [actions({ type: 'radio_buttons', options: many(11, option()) })],
      'no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]',
    ],
    [
      'an image without alt text',
      [{ type: 'image', image_url: 'x' }],
      'missing required field: alt_text [json-pointer:/blocks/0]',
    ],
    [
      'alt text of 2001',
      [{ type: 'image', image_url: 'x', alt_text: x(2001) }],
      'must be less than 2001 characters [json-pointer:/blocks/0/alt_text]',
    ],
    [
      '12 001 characters of markdown',
      many(2, { type: 'markdown', text: x(6001) }),
      'markdown text must be less than 12001 characters in total [json-pointer:/blocks]',
    ],
    [
      'a table of 21 columns',
      [{ type: 'table', rows: [many(21, { type: 'raw_text', text: 'x' })] }],
      'no more than 20 items allowed [json-pointer:/blocks/0/rows/0]',
    ],
  ];
  for (const [what, blocks, message] of cases)
    it(`${what} is refused`, async () => {
      expect(await refusal(post(blocks))).toEqual({
        error: 'invalid_blocks',
        messages: expect.arrayContaining([`[ERROR] ${message}`]),
      });
    });

  it('hold one table, and attachments hold blocks to the same rules', async () => {
    const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] };
    expect((await refusal(post([table, table]))).error).toBe('invalid_attachments');
    const attachments = [{ blocks: [section({ text: mrkdwn('') })] }];
    const answer = await refusal(
      given.client.apiCall('chat.postMessage', { channel: given.general, text: 'x', attachments }),
    );
    expect(answer.messages).toEqual([
      '[ERROR] must be more than 0 characters [json-pointer:/attachments/0/blocks/0/text/text]',
    ]);
  });

  it('are held to the same rules wherever they go', async () => {
    const { client, general: channel } = given;
    const blocks = [{ type: 'section' }] as unknown as KnownBlock[];
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'x' });
    expect((await refusal(client.chat.update({ channel, ts, text: 'x', blocks }))).error).toBe('invalid_blocks');
    const ephemeral = client.chat.postEphemeral({ channel, user: 'U0ANA', text: 'x', blocks });
    expect((await refusal(ephemeral)).error).toBe('invalid_blocks');
  });
});
