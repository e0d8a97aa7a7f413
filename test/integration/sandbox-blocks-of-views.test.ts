// Views as the sandbox holds them: each limit of a modal or Home tab is refused by its place, and hashes guard updates.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Given, givenSandbox, refusal } from '../support/given/sandbox.ts';

let given: Given;
beforeAll(async () => {
  given = await givenSandbox();
});
afterAll(async () => given.sandbox.close());

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const x = (length: number) => 'x'.repeat(length);
const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const section = (more: object = {}) => ({ type: 'section', text: mrkdwn('x'), ...more });
const button = (more: object = {}) => ({ type: 'button', text: plain('x'), ...more });
const input = (more: object = {}) => ({
  type: 'input',
  label: plain('x'),
  element: { type: 'plain_text_input' },
  ...more,
});

describe('a view', () => {
  const publish = (view: object) => given.client.apiCall('views.publish', { user_id: 'U0ANA', view });
  const open = (view: object) => given.client.apiCall('views.open', { trigger_id: 'x', view });
  const modal = (more: object = {}) => ({ type: 'modal', title: plain('x'), blocks: [section()], ...more });
  const cases: readonly (readonly [what: string, view: object, message: string])[] = [
    [
      'a title of 25',
      modal({ title: plain(x(25)) }),
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    ['no title', modal({ title: undefined }), 'missing required field: title [json-pointer:/view]'],
    [
      'a submit button of 25',
      modal({ submit: plain(x(25)) }),
      'must be less than 25 characters [json-pointer:/view/submit/text]',
    ],
    [
      'a close button of 25',
      modal({ close: plain(x(25)) }),
      'must be less than 25 characters [json-pointer:/view/close/text]',
    ],
    ['an input without submit', modal({ blocks: [input()] }), 'missing required field: submit [json-pointer:/view]'],
    [
      '101 blocks',
      modal({ blocks: many(101, section()) }),
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
    [
      'private_metadata of 3001',
      modal({ private_metadata: x(3001) }),
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      'a callback_id of 256',
      modal({ callback_id: x(256) }),
      'must be less than 256 characters [json-pointer:/view/callback_id]',
    ],
    [
      'a label of 2001',
      modal({ submit: plain('x'), blocks: [input({ label: plain(x(2001)) })] }),
      'must be less than 2001 characters [json-pointer:/view/blocks/0/label/text]',
    ],
    [
      'a hint of 2001',
      modal({ submit: plain('x'), blocks: [input({ hint: plain(x(2001)) })] }),
      'must be less than 2001 characters [json-pointer:/view/blocks/0/hint/text]',
    ],
    [
      'an initial value of 3001',
      modal({ submit: plain('x'), blocks: [input({ element: { type: 'plain_text_input', initial_value: x(3001) } })] }),
      'must be less than 3001 characters [json-pointer:/view/blocks/0/element/initial_value]',
    ],
    [
      'a button as input',
      modal({ submit: plain('x'), blocks: [input({ element: button() })] }),
      'unsupported type: button [json-pointer:/view/blocks/0/element/type]',
    ],
    [
      'a table',
      modal({ blocks: [{ type: 'table', rows: [] }] }),
      'unsupported type: table [json-pointer:/view/blocks/0/type]',
    ],
    ['a field of its own', modal({ colour: 'red' }), 'invalid additional property: colour [json-pointer:/view]'],
    ['a Home tab', { type: 'home', blocks: [] }, 'view type must be modal [json-pointer:/view/type]'],
  ];
  for (const [what, view, message] of cases)
    it(`with ${what} is refused`, async () => {
      expect(await refusal(open(view))).toEqual({
        error: 'invalid_arguments',
        messages: expect.arrayContaining([`[ERROR] ${message}`]),
      });
    });

  it('of more than 250 KB is too large', async () => {
    const blocks = many(100, section({ text: mrkdwn('ä'.repeat(1400)) }));
    expect((await refusal(open(modal({ blocks })))).error).toBe('view_too_large');
  });

  it('for the Home tab is published, and replaced only with its hash', async () => {
    const home = (text: string) => ({ type: 'home', blocks: [section({ text: plain(text) })] });
    const first = (await publish(home('one'))) as { view?: { hash?: string } };
    expect(given.sandbox.home('U0ANA')?.view).toMatchObject(home('one'));
    const hash = first.view?.hash;
    const replace = (with_: object) => given.client.apiCall('views.publish', { user_id: 'U0ANA', view: with_, hash });
    await replace(home('two'));
    expect((await refusal(replace(home('three')))).error).toBe('hash_conflict');
    expect((await refusal(publish(modal()))).messages).toEqual([
      '[ERROR] view type must be home [json-pointer:/view/type]',
    ]);
  });
});
