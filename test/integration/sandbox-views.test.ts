// Forms of the sandbox with the unmodified Bolt: triggers, what the client refuses to send, what answers do, stacks of three.
import type { ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Given, givenApp, givenSandbox, refusal } from '../support/given/sandbox.ts';

let given: Given;
let started: Awaited<ReturnType<typeof givenApp>>;
let trigger = '';
beforeEach(async () => {
  given = await givenSandbox();
  started = await givenApp(given, 'http');
  started.app.command('/firebreak', async ({ ack, command }) => {
    trigger = command.trigger_id;
    await ack();
  });
});
afterEach(async () => started.stop());

const user = 'U0ANA';
const plain = (text: string) => ({ type: 'plain_text' as const, text });
const field = (name: string, more: object = {}) => ({
  type: 'input' as const,
  block_id: name,
  label: plain(name),
  element: { type: 'plain_text_input' as const, action_id: 'value', ...more },
});
const form = (more: Partial<ModalView> = {}): ModalView => ({
  ...{ type: 'modal', callback_id: 'form', title: plain('Form'), submit: plain('Go') },
  blocks: [field('name'), { ...field('note', { initial_value: 'given' }), optional: true }],
  ...more,
});
/** A trigger as a command brings it. */
async function triggered(): Promise<string> {
  await given.sandbox.command({ user, channel: given.general, text: '' });
  return trigger;
}
async function opened(view: ModalView = form()): Promise<string> {
  const answer = await given.client.views.open({ trigger_id: await triggered(), view });
  return answer.view?.id ?? '';
}
const ids = () => given.sandbox.openViews(user).map(({ id }) => id);

describe('a trigger', () => {
  const open = (id: string, view = form()) => given.client.views.open({ trigger_id: id, view });
  it('serves once, within three seconds', async () => {
    const first = await triggered();
    expect((await open(first)).view).toMatchObject({ callback_id: 'form', hash: expect.any(String) });
    expect((await refusal(open(first))).error).toBe('exchanged_trigger_id');
    const second = await triggered();
    given.pass(3000);
    expect((await open(second)).ok).toBe(true);
    const third = await triggered();
    given.pass(3001);
    expect((await refusal(open(third))).error).toBe('expired_trigger_id');
    expect((await refusal(open('1.2.3'))).error).toBe('invalid_trigger_id');
  });

  it('opens no second view of one external_id', async () => {
    await opened(form({ external_id: 'one' }));
    const { client, sandbox } = given;
    const push = client.views.push({ trigger_id: await triggered(), view: form({ external_id: 'one' }) });
    expect((await refusal(push)).error).toBe('duplicate_external_id');
    await client.views.update({ external_id: 'one', view: form({ title: plain('New') }) });
    expect(sandbox.openViews(user)[0]?.view.title).toEqual(plain('New'));
  });
});

describe('a submission', () => {
  it('is not sent while a required field is empty, or text too short', async () => {
    const viewId = await opened(form({ blocks: [field('name', { min_length: 3 })] }));
    const { sandbox } = given;
    const before = sandbox.deliveries.length;
    const submit = (value: string | null) => sandbox.submit({ user, viewId, values: { name: { value } } });
    const required = { kind: 'field_errors', errors: { name: 'Please complete this required field.' } };
    expect(await submit(null)).toMatchObject({ outcome: 'refused', seen: required });
    const short = { kind: 'field_errors', errors: { name: 'Enter at least 3 characters.' } };
    expect(await submit('ab')).toMatchObject({ outcome: 'refused', seen: short });
    expect(sandbox.deliveries).toHaveLength(before);
    expect(ids()).toEqual([viewId]);
  });

  it('brings what was entered, and what was filled in; an empty answer closes the form', async () => {
    const heard: ViewSubmitAction[] = [];
    started.app.view<ViewSubmitAction>('form', async ({ ack, body }) => {
      heard.push(body);
      await ack();
    });
    const viewId = await opened();
    const done = await given.sandbox.submit({ user, viewId, values: { name: { value: 'x' } } });
    expect(done).toMatchObject({ outcome: 'acknowledged', seen: { kind: 'nothing' } });
    expect(heard[0]).toMatchObject({
      type: 'view_submission',
      user: { id: user, name: 'ana' },
      view: {
        id: viewId,
        root_view_id: viewId,
        private_metadata: '',
        state: {
          values: {
            name: { value: { type: 'plain_text_input', value: 'x' } },
            note: { value: { type: 'plain_text_input', value: 'given' } },
          },
        },
      },
      response_urls: [],
    });
    expect(ids()).toEqual([]);
  });

  it('answered with errors of its fields stays open; with others it is in trouble', async () => {
    let errors: { [block: string]: string } = { name: 'no' };
    started.app.view('form', async ({ ack }) => ack({ response_action: 'errors', errors }));
    const viewId = await opened();
    const submission = { user, viewId, values: { name: { value: 'x' } } };
    expect((await given.sandbox.submit(submission)).seen).toEqual({ kind: 'field_errors', errors });
    errors = { elsewhere: 'no' };
    expect((await given.sandbox.submit(submission)).seen.kind).toBe('error');
    expect(ids()).toEqual([viewId]);
  });

  it('answered with an update keeps what was entered; with a view that is wrong it says so', async () => {
    let view = form({ blocks: [field('name'), field('more')] });
    started.app.view('form', async ({ ack }) => ack({ response_action: 'update', view }));
    const viewId = await opened();
    const submission = { user, viewId, values: { name: { value: 'x' } } };
    expect((await given.sandbox.submit(submission)).seen).toEqual({ kind: 'view', viewId });
    expect(given.sandbox.openViews(user)[0]?.values).toEqual({
      name: { value: { type: 'plain_text_input', value: 'x' } },
      more: { value: { type: 'plain_text_input', value: null } },
    });
    view = form({ title: plain('x'.repeat(25)) });
    const seen = (await given.sandbox.submit({ ...submission, values: { more: { value: 'y' } } })).seen;
    expect(seen).toMatchObject({ kind: 'error', text: expect.stringContaining('/view/title/text') });
  });

  it('answered with a push stacks up to three; clear closes them all', async () => {
    let answer: 'push' | 'clear' = 'push';
    started.app.view('form', async ({ ack }) =>
      answer === 'push' ? ack({ response_action: 'push', view: form() }) : ack({ response_action: 'clear' }),
    );
    await opened();
    const submitTop = () =>
      given.sandbox.submit({ user, viewId: ids().at(-1) ?? '', values: { name: { value: 'x' } } });
    await submitTop();
    await submitTop();
    expect(ids()).toHaveLength(3);
    expect((await submitTop()).seen).toEqual({ kind: 'error', text: 'push_limit_reached' });
    answer = 'clear';
    await submitTop();
    expect(ids()).toEqual([]);
  });

  it('to an app that does not answer leaves the form open', async () => {
    const viewId = await opened();
    given.sandbox.setRequestUrl('http://127.0.0.1:9/');
    const sent = await given.sandbox.submit({ user, viewId, values: { name: { value: 'x' } } });
    expect(sent).toMatchObject({ outcome: 'failed', seen: { kind: 'error' } });
    expect(ids()).toEqual([viewId]);
  });

  it('of a form that is not there, or a field that is not, is the test’s own mistake', async () => {
    const viewId = await opened();
    const { sandbox } = given;
    await expect(sandbox.submit({ user: 'U0BEN', viewId, values: {} })).rejects.toThrow('has no view');
    await expect(sandbox.submit({ user, viewId, values: { nope: { value: 'x' } } })).rejects.toThrow('nope/value');
  });
});

describe('an open view', () => {
  it('is updated with its hash only once, and pushed upon from inside', async () => {
    const { client, sandbox } = given;
    const viewId = await opened(form({ blocks: [actionBlock] }));
    const hash = sandbox.openViews(user)[0]?.hash ?? '';
    const update = () => client.views.update({ view_id: viewId, hash, view: form({ blocks: [actionBlock] }) });
    await update();
    expect((await refusal(update())).error).toBe('hash_conflict');
    expect((await refusal(client.views.update({ view_id: 'V0', view: form() }))).error).toBe('not_found');
    started.app.action('more', async ({ ack, body }) => {
      await ack();
      await client.views.push({ trigger_id: 'trigger_id' in body ? String(body.trigger_id) : '', view: form() });
    });
    await sandbox.clickInView({ user, viewId, actionId: 'more' });
    const [, pushed] = await sandbox.waitFor(() => ids().length === 2 && sandbox.openViews(user));
    expect(pushed).toMatchObject({ rootId: viewId, previousId: viewId });
  });

  it('tells of its end only if it wants to', async () => {
    const closed: unknown[] = [];
    started.app.view({ callback_id: 'form', type: 'view_closed' }, async ({ ack, body }) => {
      closed.push(body);
      await ack();
    });
    const silent = await opened();
    expect((await given.sandbox.closeView({ user, viewId: silent })).outcome).toBe('refused');
    const talking = await opened(form({ notify_on_close: true }));
    expect((await given.sandbox.closeView({ user, viewId: talking, clear: true })).outcome).toBe('acknowledged');
    expect(closed).toMatchObject([{ type: 'view_closed', is_cleared: true, view: { id: talking } }]);
    expect(ids()).toEqual([]);
  });
});

const actionBlock = {
  type: 'actions' as const,
  elements: [{ type: 'button' as const, action_id: 'more', text: plain('More') }],
};
