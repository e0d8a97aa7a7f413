// A command on an incident that stands alone asks by a form for what it needs, and the form does what the command does; two who take the lead
// at once, over the real protocol.
import { afterEach, describe, expect, it } from 'vitest';
import { givenEdge } from '../support/given/slack-edge.ts';

let edge: Awaited<ReturnType<typeof givenEdge>>;
afterEach(() => edge.close());

/** Types the command alone, fills its form in and sends it. */
async function fill(text: string, values: { readonly [field: string]: string }) {
  const { sandbox, channel } = edge;
  await sandbox.command({ user: 'U0ANA', channel, text });
  const form = await sandbox.waitFor(() => sandbox.openViews('U0ANA')[0]);
  const filled = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, { value }]));
  return { form, sent: await sandbox.submit({ user: 'U0ANA', viewId: form.id, values: filled }) };
}

describe('a command that stands alone', () => {
  it.each([
    ['note', { text: 'the disk is full' }, { type: 'note.added', data: { text: 'the disk is full' } }],
    ['sev', { severity: '1', reason: 'all shops' }, { type: 'severity.changed', data: { to: 1, reason: 'all shops' } }],
    ['role', { role: 'lead', user: 'U0BEN' }, { type: 'role.assigned', data: { role: 'lead', user: 'U0BEN' } }],
  ])('%s asks in a form, says nothing of a mistake, and does it once it is sent', async (name, values, event) => {
    edge = await givenEdge();
    await fill(name, values);
    await edge.sandbox.waitFor(() => edge.events().length > 0);
    expect(edge.events()).toMatchObject([event]);
    expect(edge.told('U0ANA')).toEqual([expect.stringMatching(/^You /)]);
  });

  it('offers the severity as it is, so that nothing changes by a slip', async () => {
    edge = await givenEdge();
    const { form } = await fill('sev', {});
    expect(JSON.stringify(form.view.blocks)).toContain('"initial_option":{"text":{"type":"plain_text","text":"SEV2');
    await edge.sandbox.waitFor(() => edge.asked() > 0);
    expect(edge.events()).toEqual([]);
  });
});

describe('the lead', () => {
  it('is taken by one of two who ask at the same moment, and the other is told who leads', async () => {
    edge = await givenEdge({ together: 2 });
    const { sandbox, channel } = edge;
    const text = 'lead';
    await Promise.all(['U0ANA', 'U0BEN'].map((user) => sandbox.command({ user, channel, text })));
    const told = () => ['U0ANA', 'U0BEN'].flatMap((user) => edge.told(user)).toSorted();
    await sandbox.waitFor(() => told().length === 2);
    const { lead } = edge.state().roles;
    expect(edge.events().map(({ type }) => type)).toEqual(['role.assigned']);
    expect(told()).toEqual([`Not done: <@${lead}> leads #7 by now, somebody was faster.`, 'You took the lead of #7.']);
  });
});
