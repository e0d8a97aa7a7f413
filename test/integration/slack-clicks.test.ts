// Every click on a running Firebreak gets an answer that only the person sees, and the message converges on what was decided.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message, View } from '../../src/sandbox/entities.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';
import { type SlackPeople, slackPeople, textOfForm } from '../support/cluster/slack-people.ts';

const playbooks = mkdtempSync(join(tmpdir(), 'firebreak-clicks-'));
const book = (name: string, rule: string, more = '') =>
  writeFileSync(
    join(playbooks, `${name}.yaml`),
    `apiVersion: firebreak/v1
name: ${name}
version: 1.0.0
owner: { product: test, technical: test, escalation: test }
triggers: [{ source: alertmanager, when: alert.labels.alertname == "${name}" }]
steps:
  - id: go
    uses: approval
    with: { message: "Shall it go on?" }
    approval: { from: ["@sre"], ${rule} }
${more}`,
  );
let firebreak: Firebreak;
let people: SlackPeople;
beforeAll(async () => {
  book('one', 'expiresIn: 10m');
  book('two', 'expiresIn: 10m, quorum: 2');
  book('late', 'expiresIn: 1s');
  book(
    'twice',
    'expiresIn: 10m',
    '  - { id: also, needs: [], uses: approval, with: { message: "?" }, approval: { from: ["@sre"] } }\n',
  );
  firebreak = await createFirebreak({ FIREBREAK_PLAYBOOKS: playbooks });
  await firebreak.start();
  people = slackPeople(firebreak.sandbox);
});
afterAll(async () => {
  await firebreak.close();
  rmSync(playbooks, { recursive: true, force: true });
});

type Request = {
  readonly channel: string;
  readonly ts: string;
  readonly value: string;
  /** The request as it stands now. */
  readonly now: () => Message | undefined;
  /** Clicks, and answers what the person alone is told. */
  readonly click: (user: string, actionId?: string, value?: string) => Promise<string>;
  /** Chooses to deny with a reason, and answers the form that opens. */
  readonly deny: (user: string) => Promise<View>;
};

/** Fires an alert and waits for the request for approval that it leads to. */
async function asked(alertname: string): Promise<Request> {
  const { sandbox } = firebreak;
  const before = new Set(sandbox.workspace.channels.keys());
  expect(await firebreak.alert('', { alertname, id: `${alertname} ${before.size}` })).toBe(202);
  const channel = await sandbox.waitFor(() => [...sandbox.workspace.channels.keys()].find((id) => !before.has(id)));
  const found = await sandbox.waitFor(() =>
    sandbox.messages(channel).find(({ text }) => text.startsWith('Approval needed')),
  );
  const value = /"action_id":"approval_approve".*?"value":"([^"]+)"/.exec(JSON.stringify(found.blocks))?.[1] ?? '';
  return {
    ...{ channel, ts: found.ts, value },
    now: () => sandbox.messages(channel).find(({ ts }) => ts === found.ts),
    click: (user, actionId = 'approval_approve', given = value) =>
      people.click(user, { channel, ts: found.ts, actionId, value: given }),
    deny: (user) => people.press(user, { channel, ts: found.ts, actionId: 'approval_deny', value }),
  };
}

const goesOn = 'Approved. The run goes on.';

const decided = ({ now }: Request, pattern: RegExp) =>
  firebreak.sandbox.waitFor(() => {
    const message = now();
    const gone = message && !JSON.stringify(message.blocks).includes('approval_approve');
    return gone && pattern.test(JSON.stringify(message.blocks)) && pattern.test(message.text);
  });

describe('a request for approval', () => {
  it('stands beneath the card and the run that it belongs to', async () => {
    const { channel, ts } = await asked('one');
    // Slack itself says who has joined.
    const own = firebreak.sandbox.messages(channel).filter(({ subtype }) => subtype === undefined);
    expect(own.slice(0, 2).map(({ text }) => /^(Incident|Run)/.exec(text)?.[0])).toEqual(['Incident', 'Run']);
    expect(own[2]?.ts).toBe(ts);
  });

  it('takes a decision once, from those who may decide, on the plan they were shown', async () => {
    const request = await asked('one');
    const [id] = request.value.split('|');
    expect(await request.click('U0MALLORY')).toBe('Not counted: only @sre may decide this.');
    expect(await request.click('U0ANA', 'approval_approve', `${id}|sha256:${'0'.repeat(64)}`)).toMatch(
      /^Not counted: the plan you were shown/,
    );
    expect(await request.click('U0ANA')).toBe(goesOn);
    expect(await request.click('U0BEN')).toMatch(/^Not counted: already approved by ana at <!date\^\d+\^/);
    expect(await request.click('U0BEN', 'approval_deny')).toMatch(/^Not counted: already approved by ana/);
    await decided(request, /✓ \*<@U0ANA> approved\*: Go {2}· {2}after \d/);
  });

  it('takes two clicks at once as one decision, and tells both people', async () => {
    const request = await asked('one');
    const no = await request.deny('U0BEN');
    const said = await Promise.all([request.click('U0ANA'), people.send('U0BEN', request.channel, no)]);
    expect(said.filter((text) => /^(Approved|Denied)\. /.test(text))).toHaveLength(1);
    expect(said.filter((text) => text.startsWith('Not counted: already '))).toHaveLength(1);
    await decided(request, /<@U0(ANA|BEN)> (approved|denied)\*/);
  });

  it('counts different people up to its quorum', async () => {
    const request = await asked('two');
    expect(await request.click('U0ANA')).toBe('Your approval counts. Still needed: <@U0ANA> ✓  ·  one more from @sre.');
    expect(await request.click('U0ANA')).toMatch(
      /^Not counted: you have approved already; still missing: one more from @sre/,
    );
    await firebreak.sandbox.waitFor(() =>
      JSON.stringify(request.now()?.blocks).includes('<@U0ANA> ✓  ·  one more from @sre'),
    );
    expect(await request.click('U0BEN')).toBe(goesOn);
    await decided(request, /<@U0ANA>, <@U0BEN> approved\*/);
  });

  it('says that it is denied, by whom', async () => {
    const request = await asked('one');
    const form = await request.deny('U0BEN');
    expect(textOfForm(form)).toContain('"text":"Deny this?"');
    const reason = 'not on a <!channel> Friday';
    expect(await people.send('U0BEN', request.channel, form, { reason })).toBe(
      'Denied. *Go* does not run, and the run ends here.',
    );
    await decided(request, /<@U0BEN> denied\*: Go {2}· {2}after .*not on a &lt;!channel&gt; Friday/);
  });

  it('is refused to others before a form opens, and again when a form is sent', async () => {
    const request = await asked('one');
    const only = 'Not counted: only @sre may decide this.';
    const { channel, value } = request;
    const [id] = value.split('|');
    expect(await request.click('U0MALLORY', 'approval_deny')).toBe(only);
    expect(await request.click('U0MALLORY', 'approval_review')).toBe(only);
    for (const move of ['question', 'reassign', 'refresh', 'remind'])
      expect(await request.click('U0MALLORY', 'approval_more', `${move}|${id}`)).toMatch(/^Not done: only @sre/);
    expect(await people.say('U0MALLORY', channel, 'approve')).toBe(only);
    const form = await request.deny('U0BEN');
    // What nobody can do in Slack's own client: send a form that was opened for somebody else.
    firebreak.sandbox.workspace.views.set(form.id, { ...form, user: 'U0MALLORY' });
    expect(await people.send('U0MALLORY', request.channel, form)).toBe(only);
    expect(await request.click('U0ANA')).toBe(goesOn);
  });

  it('is denied by its button after a form has asked why, which may be left out', async () => {
    const request = await asked('one');
    const form = await request.deny('U0BEN');
    expect(await people.send('U0BEN', request.channel, form)).toBe('Denied. *Go* does not run, and the run ends here.');
    await decided(request, /<@U0BEN> denied\*: Go/);
  });

  it('is approved with a reason after its plan was shown, by a command', async () => {
    const request = await asked('two');
    const form = await people.ask('U0ANA', request.channel, 'approve');
    const [id = '', planDigest = ''] = request.value.split('|');
    expect(JSON.parse(String(form.view.private_metadata))).toEqual({
      channelId: request.channel,
      approvalId: id,
      planDigest,
      decision: 'approve',
    });
    expect(textOfForm(form)).toMatch(/Shall it go on\?.*2 from @sre.*plan `sha256:/s);
    expect(await people.send('U0ANA', request.channel, form, { reason: 'seen' })).toBe(
      'Your approval counts. Still needed: <@U0ANA> ✓  ·  one more from @sre.',
    );
    // A form whose plan is not the one that stands does not count.
    const stale = await people.ask('U0BEN', request.channel, `approve ${id}`);
    stale.view = {
      ...stale.view,
      private_metadata: String(stale.view.private_metadata).replace(/sha256:[0-9a-f]{64}/, `sha256:${'0'.repeat(64)}`),
    };
    expect(await people.send('U0BEN', request.channel, stale)).toMatch(/^Not counted: the plan you were shown/);
    const fresh = await people.ask('U0BEN', request.channel, `approve ${id}`);
    expect(await people.send('U0BEN', request.channel, fresh)).toBe(goesOn);
    await decided(request, /<@U0ANA>, <@U0BEN> approved\*/);
    expect(await people.say('U0BEN', request.channel, `deny ${id}`)).toMatch(/^Not counted: already approved by ben/);
    expect(await people.say('U0BEN', request.channel, 'approve')).toBe('Nothing waits for approval here.');
  });

  it('is chosen where several wait', async () => {
    const { channel } = await asked('twice');
    const { sandbox } = firebreak;
    await sandbox.waitFor(
      () => sandbox.messages(channel).filter(({ text }) => text.startsWith('Approval needed')).length === 2,
    );
    const which = await people.ask('U0ANA', channel, 'approve');
    const ids = [...textOfForm(which).matchAll(/"value":"(apr_[^"]+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(2);
    const form = await people.goOn('U0ANA', which, { approval: ids[1] ?? '' });
    expect(await people.send('U0ANA', channel, form)).toBe(goesOn);
    expect(textOfForm(await people.ask('U0ANA', channel, 'approve'))).toContain(`${ids[0]}`);
  });

  it('is closed when its time is over, and a late click is told so', async () => {
    const request = await asked('late');
    await decided(request, /\*Expired\*: Go\. Nobody answered within 1 s/);
    expect(await request.click('U0ANA')).toMatch(/^Not counted: this request expired at <!date\^\d+\^/);
  });
});

describe('what people do about a request without deciding it', () => {
  it('is a question in its thread, for whoever can answer it', async () => {
    const request = await asked('one');
    const [id] = request.value.split('|');
    const form = await people.press('U0BEN', { ...request, actionId: 'approval_more', value: `question|${id}` });
    expect(await people.send('U0BEN', request.channel, form, { question: 'Is the <!here> backup done?' })).toMatch(
      /^Asked/,
    );
    const asks = await firebreak.sandbox.waitFor(() =>
      firebreak.sandbox.messages(request.channel).find(({ text }) => text.includes('asks about Go')),
    );
    expect(asks).toMatchObject({ threadTs: request.ts, text: expect.stringContaining('&lt;!here&gt; backup') });
    expect(JSON.stringify(request.now()?.blocks)).toContain('approval_approve');
  });

  it('is a reminder in a message of its own, and not again within five minutes', async () => {
    const request = await asked('one');
    const [id] = request.value.split('|');
    const remind = () => request.click('U0BEN', 'approval_more', `remind|${id}`);
    expect(await remind()).toBe('Called once more: @sre.');
    const call = await firebreak.sandbox.waitFor(() =>
      firebreak.sandbox.messages(request.channel).find(({ text }) => text.includes('asks once more')),
    );
    expect(call.text).toContain('<!subteam^S0SRE>');
    expect(await remind()).toMatch(/^Not done: people were reminded \d+m?s ago; the next reminder may go out in/);
    expect(await request.click('U0ANA')).toBe(goesOn);
    await firebreak.sandbox.waitFor(
      () => call.text.startsWith('✓') && !JSON.stringify(call.blocks).includes('approval_'),
    );
  });

  it('is handing it on to one of those who may decide, who alone may then', async () => {
    const request = await asked('one');
    const [id] = request.value.split('|');
    const form = await people.press('U0ANA', { ...request, actionId: 'approval_more', value: `reassign|${id}` });
    const to = (who: string) => people.send('U0ANA', request.channel, form, { to: who });
    expect(await to('U0MALLORY')).toMatch(/only @sre may decide this, and U0MALLORY is none of them/);
    expect(await to('everyone')).toMatch(/only @sre may decide this/);
    expect(await to('<@U0BEN|ben>')).toBe('Asked now, in a message of their own: <@U0BEN>.');
    await firebreak.sandbox.waitFor(() =>
      firebreak.sandbox.messages(request.channel).find(({ text }) => /<@U0BEN> ana asks you instead/.test(text)),
    );
    expect(await request.click('U0ANA')).toBe('Not counted: only U0BEN may decide this.');
    expect(await request.click('U0BEN')).toBe(goesOn);
  });

  it('is a look at its plan, which is the same', async () => {
    const request = await asked('one');
    const [id] = request.value.split('|');
    expect(await request.click('U0BEN', 'approval_more', `refresh|${id}`)).toBe(
      'The plan is the same: the request stands.',
    );
  });
});

describe('the Home tab', () => {
  const shown = (user: string, pattern: RegExp) =>
    firebreak.sandbox.waitFor(() => {
      const view = firebreak.sandbox.home(user);
      return view && pattern.test(textOfForm(view)) ? view : undefined;
    });

  it('lists what waits for whoever opens it, takes the decision, and answers there', async () => {
    const request = await asked('one');
    const { sandbox } = firebreak;
    sandbox.openHome('U0ANA');
    const home = await shown('U0ANA', new RegExp(request.value.replace('|', '.')));
    expect(textOfForm(home)).toMatch(/Waiting for you.*\*Go\?\*.*Burning/s);
    await sandbox.clickInView({ user: 'U0ANA', viewId: home.id, actionId: 'approval_approve' });
    await shown('U0ANA', /Approved\. The run goes on\.|Your approval counts/);
    // A form that is opened there is answered there too.
    const more = sandbox.clickInView({ user: 'U0ANA', viewId: home.id, actionId: 'home_declare' });
    expect((await more).outcome).toBe('acknowledged');
    const form = await sandbox.waitFor(() => sandbox.openViews('U0ANA').at(-1));
    await sandbox.submit({ user: 'U0ANA', viewId: form.id, values: { title: { value: 'From the Home tab' } } });
    await shown('U0ANA', /You opened #\d+/);
  });

  it('shows a stranger nothing to decide', async () => {
    firebreak.sandbox.openHome('U0MALLORY');
    await shown('U0MALLORY', /Nothing waits for you/);
    expect(textOfForm(await shown('U0MALLORY', /Burning/))).not.toContain('approval_approve');
  });
});

describe('a click that is none of ours is answered', () => {
  let request: Request;
  beforeAll(async () => {
    request = await asked('one');
  });
  const none = 'This button is not one that Firebreak offers now. Look for a newer message.';
  const forged = ['', 'x', '<!channel>', '__proto__|constructor', `apr_x|sha256:${'0'.repeat(64)}`, 'x'.repeat(2000)];
  for (const value of forged)
    it(`an approval of ${JSON.stringify(value.slice(0, 40))}`, async () => {
      expect(await request.click('U0ANA', 'approval_approve', value)).toBe(none);
      expect(await request.click('U0ANA', 'run_retry', value)).toBe(none);
    });

  it('an approval that there is not', async () => {
    const id = `apr_${'0'.repeat(26)}.1`;
    const said = await request.click('U0ANA', 'approval_approve', `${id}|sha256:${'0'.repeat(64)}`);
    expect(said).toBe(`Not counted: there is no approval ${id}.`);
  });

  it('a button of another version', async () => {
    expect(await request.click('U0ANA', 'approve_all_the_things')).toBe(none);
  });

  it('an order to a run that is over', async () => {
    expect(await request.click('U0ANA')).toBe(goesOn);
    const runId = `run_${request.value.slice(4, 30)}`;
    for (const order of ['run_retry', 'run_done'])
      expect(await request.click('U0ANA', order, runId)).toMatch(/^Not done: /);
  });
});
