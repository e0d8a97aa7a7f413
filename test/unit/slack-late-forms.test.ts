// A form that was sent, and whose answer takes longer than Slack waits: the form says so, and shows in the end what came of it.
import type { ModalView } from '@slack/types';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redact.ts';
import { answerForm } from '../../src/slack/inbound/answers.ts';
import type { FormAnswer } from '../../src/slack/inbound/surface.ts';
import { saidForm } from '../../src/slack/views/form.ts';
import { ManualClock } from '../support/given/clocks.ts';

async function sent(
  answered: FormAnswer,
  { afterMs, isOpen = true, admittedInMs = 0 }: { afterMs: number; isOpen?: boolean; admittedInMs?: number },
) {
  const clock = new ManualClock();
  clock.ms = admittedInMs;
  const acknowledged: { readonly atMs: number; readonly with: string }[] = [];
  const shown: string[] = [];
  const told: string[] = [];
  const deps = {
    log: pino({ level: 'silent' }),
    redact: createRedactor([{ name: 'key', value: 'hunter2-is-it' }]),
    clock,
  };
  const done = answerForm(deps, {
    ack: async (response?: unknown) => {
      acknowledged.push({ atMs: clock.nowMs(), with: JSON.stringify(response ?? null) });
    },
    cameAtMs: 0,
    fields: ['service'],
    tell: async (text) => told.push(text),
    replace: async (view: ModalView) => {
      if (isOpen) shown.push(JSON.stringify(view.blocks));
      return isOpen;
    },
    async work() {
      await clock.sleep(afterMs);
      return answered;
    },
  });
  await clock.pass(20_000);
  await done;
  return { acknowledged, shown, told };
}

describe('a form whose answer comes late', () => {
  it('is acknowledged in time, stays open, and shows the next form once it is there', async () => {
    const next: FormAnswer = { outcome: 'next', view: saidForm('the inputs') };
    const { acknowledged, shown, told } = await sent(next, { afterMs: 4000 });
    expect(acknowledged).toEqual([{ atMs: 2500, with: expect.stringContaining('One moment') }]);
    expect(shown).toEqual([expect.stringContaining('the inputs')]);
    expect(told).toEqual([]);
  });

  it('is acknowledged in time even if it took long to be admitted', async () => {
    const slow = await sent({ outcome: 'done', text: 'Started.' }, { afterMs: 4000, admittedInMs: 1500 });
    expect(slow.acknowledged.map(({ atMs }) => atMs)).toEqual([2500]);
    const slower = await sent({ outcome: 'done', text: 'Started.' }, { afterMs: 4000, admittedInMs: 2700 });
    expect(slower.acknowledged.map(({ atMs }) => atMs)).toEqual([2700]);
  });

  it('shows what was done or refused, with no secret in it', async () => {
    const done = await sent({ outcome: 'done', text: 'Started hunter2-is-it.' }, { afterMs: 4000 });
    expect(done.shown.join()).toContain('Started ');
    expect(done.shown.join()).not.toContain('hunter2');
    const faults = [{ path: 'service', message: 'must match ^[a-z]+$' }];
    const refused = await sent({ outcome: 'refused', faults }, { afterMs: 4000 });
    expect(refused.shown.join()).toContain('service must match');
  });

  it('that somebody has closed is answered where it came from', async () => {
    const { told } = await sent({ outcome: 'done', text: 'Started restart.' }, { afterMs: 4000, isOpen: false });
    expect(told).toEqual(['Started restart.']);
  });
});

it('a form whose answer is there in time is acknowledged with it', async () => {
  const faults = [{ path: 'service', message: 'is missing' }];
  const { acknowledged, shown } = await sent({ outcome: 'refused', faults }, { afterMs: 100 });
  expect(acknowledged).toEqual([{ atMs: 100, with: '{"response_action":"errors","errors":{"service":"is missing"}}' }]);
  expect(shown).toEqual([]);
});
