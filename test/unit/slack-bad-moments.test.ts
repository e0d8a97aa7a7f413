// What people send from Slack at a bad moment, or after it was tampered with: a click as the card appears, an answer for a request that is
// over while another waits, a form that outlived its incident, a form whose metadata are none of ours. Each is answered; none decides wrongly.
import { describe, expect, it, vi } from 'vitest';
import { createRedactor } from '../../src/core/redact.ts';
import type { Approval, RunState } from '../../src/core/run/state.ts';
import type { FormAnswer, InboundContext } from '../../src/slack/inbound/surface.ts';
import { buttons, forms } from '../../src/slack/inbound/surfaces.ts';
import { unknownButton } from '../../src/slack/inbound/words.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, playbook } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const caller = { principal: principalOf(ana), cause: 'slack/1' };
const approval = 'approval: { from: ["@sre"], expiresIn: 10m }';
const gates = `  - { id: a, uses: approval, ${approval} }\n  - { id: b, uses: approval, needs: [a], ${approval} }`;

/** A run that asks twice, one after the other, on a whole engine in memory; and what Slack hands on to it. */
async function asked() {
  const world = new MemoryEngines();
  world.publish({ ...playbook(gates), name: 'gates' });
  const slack = { isDeactivated: false };
  const directory = {
    belongsTo: async (_: unknown, names: readonly string[]) => (slack.isDeactivated ? [] : names),
    members: async () => [ana.id],
    standing: async () => (slack.isDeactivated ? 'gone' : 'active') as 'gone' | 'active',
  };
  const { operations } = world.engine({}, { directory: () => directory });
  const declared = await operations.declare({ ...caller, title: 'down', severity: 3 });
  if (!declared.ok) throw new Error(declared.error.message);
  const incidentId = declared.value.id;
  const started = await operations.startRun({ ...caller, playbook: 'gates', inputs: {}, incidentId });
  if (!started.ok) throw new Error(started.error.message);
  const runId = started.value.run.runId;
  const run = (): RunState => {
    const found = [...world.tables.runs.values()].map(({ state }) => state).find((one) => one.runId === runId);
    if (!found) throw new Error('the run is gone');
    return found;
  };
  const requestOf = (step: string): Approval => {
    const found = Object.values(run().approvals).find(({ plan }) => plan.step === step);
    if (!found) throw new Error(`nothing was asked for ${step}`);
    return found;
  };
  const logged = vi.fn();
  const context = {
    log: { warn: logged },
    operations,
    redact: createRedactor([]),
    reads: { run: async () => ({ state: run(), incident: 'open' as const, wakeAt: null, updatedAt: '' }) },
    catalog: { byName: () => undefined, all: () => [] },
  } as unknown as InboundContext;
  const press = async (name: string, value: string | null) =>
    buttons.get(name)?.press({ value, caller, channelId: 'C1', triggerId: 't' }, context);
  const click = (value: string) => press('approval_approve', value);
  const send = async (form: string, origin: unknown): Promise<FormAnswer | undefined> =>
    forms.get(form)?.submit({ origin, values: {}, caller }, context);
  return { operations, incidentId, run, requestOf, click, press, send, logged, slack };
}
const carried = ({ id, planDigest }: Approval) => `${id}|${planDigest}`;

describe('at a bad moment', () => {
  it('a click at the same instant as its card counts once', async () => {
    const { requestOf, click } = await asked();
    const value = carried(requestOf('a'));
    expect(await click(value)).toMatch(/^Approved\./);
    expect(await click(value)).toMatch(/^Not counted: .*already/);
    expect(requestOf('a')).toMatchObject({ status: 'granted', approvals: [{ actor: { id: ana.id } }] });
  });

  it('an answer for gate A while gate B waits decides nothing, whatever plan it names', async () => {
    const { requestOf, click, send } = await asked();
    const a = requestOf('a');
    await click(carried(a));
    const b = requestOf('b');
    expect(b.status).toBe('open');
    for (const value of [carried(a), `${a.id}|${b.planDigest}`, `${b.id}|${a.planDigest}`])
      expect(await click(value), value).toMatch(/^Not counted: /);
    const origin = { channelId: 'C1', approvalId: b.id, planDigest: a.planDigest, decision: 'approve' };
    expect(await send('decide_approval', origin)).toMatchObject({ outcome: 'refused' });
    expect(requestOf('b')).toMatchObject({ status: 'open', approvals: [] });
  });

  it('a click of somebody who was deactivated since the request is refused with the reason, and counts nothing', async () => {
    const { requestOf, click, slack } = await asked();
    slack.isDeactivated = true;
    expect(await click(carried(requestOf('a')))).toMatch(/^Not counted: only @sre may/);
    expect(requestOf('a')).toMatchObject({ status: 'open', approvals: [] });
  });

  it('a form that decides, sent after its incident was closed, decides nothing', async () => {
    const { operations, incidentId, send, run } = await asked();
    await operations.orderRun({ ...caller, runId: run().runId, order: 'cancel' });
    expect(await operations.closeIncident({ ...caller, incidentId, reason: 'done' })).toMatchObject({ ok: true });
    const { id, planDigest } = Object.values(run().approvals)[0] ?? { id: '', planDigest: '' };
    const origin = { channelId: 'C1', approvalId: id, planDigest, decision: 'approve' };
    expect(await send('decide_approval', origin)).toMatchObject({ outcome: 'refused' });
    expect(run().status).toBe('cancelled');
  });
});

describe('a form whose private metadata were tampered with', () => {
  it.each([
    ['lack the request', {}],
    ['name no request', { approvalId: 7, planDigest: 'sha256:x', decision: 'approve' }],
    ['name no decision of ours', { approvalId: 'apr_1.1', planDigest: 'sha256:x', decision: 'maybe' }],
  ])('that %s decides nothing', async (_what, tampered) => {
    const { requestOf, send, logged } = await asked();
    const answered = await send('decide_approval', { channelId: 'C1', ...tampered });
    expect(answered).toMatchObject({
      outcome: 'refused',
      faults: [
        {
          message: expect.stringMatching(
            /^This form came back without what it was opened with \(.*(approvalId|decision)/,
          ),
        },
      ],
    });
    expect(logged).toHaveBeenCalledOnce();
    expect(requestOf('a').status).toBe('open');
  });

  it.each([...forms.keys()])('is refused with the reason, whatever the form: %s', async (form) => {
    const { send, run } = await asked();
    const before = run();
    for (const origin of [
      7,
      null,
      [],
      { channelId: 7 },
      { channelId: { $ne: '' }, approvalId: [], order: {}, scope: 1 },
    ])
      expect(await send(form, origin), JSON.stringify(origin)).toMatchObject({
        outcome: 'refused',
        faults: [{ path: '', message: expect.stringContaining('came back without what it was opened with') }],
      });
    expect(run()).toEqual(before);
  });
});

describe('a button whose value was tampered with', () => {
  // Those of the Home tab carry nothing, and a halt is named by any word.
  const carrying = [...buttons.keys()].filter((name) => !name.startsWith('home_') && name !== 'halt_release');

  it.each(carrying)('is answered as one that is not ours, and changes nothing: %s', async (name) => {
    const { press, run } = await asked();
    const before = run();
    for (const value of [
      null,
      '',
      'x',
      '|',
      'run_x',
      '{"runId":7}',
      `apr_1.1|sha256:${'0'.repeat(63)}`,
      'inc_1|now',
      '\u202e',
    ])
      expect(await press(name, value), String(value)).toBe(unknownButton);
    expect(run()).toEqual(before);
  });
});
