// A click on a request's buttons, as the edge deals with it: decided at once, but never unseen; and refused before a form opens.
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redact.ts';
import type { Approval, RunState } from '../../src/core/run/state.ts';
import type { InboundContext } from '../../src/slack/inbound/surface.ts';
import { buttons } from '../../src/slack/inbound/surfaces.ts';
import { ana, playbook, Story } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

/** A request about a command of so many characters, and what its clicks come to. */
function asked(length: number) {
  const step = `{ id: a, uses: shell.run, with: { command: [/bin/echo, ${'x'.repeat(length)}] }, risk: high, approval: { from: ["@sre"] } }`;
  const run = new Story(playbook(`  - ${step}\n`));
  run.when({ type: 'advance' });
  const [approval] = Object.values(run.state.approvals);
  if (!approval) throw new Error('nothing was asked');
  const decided: unknown[] = [];
  const forms: unknown[] = [];
  const context = {
    redact: createRedactor([]),
    authorised: async () => ({ ok: true, value: {} }),
    catalog: { byName: () => undefined },
    reads: {
      run: async () => ({ state: run.state as RunState, incident: 'open' as const, wakeAt: null, updatedAt: run.at }),
    },
    operations: {
      killSwitches: () => [],
      async decideApproval(what: unknown) {
        decided.push(what);
        run.approve(ana);
        return { ok: true, value: { run: run.state, approval: run.state.approvals[approval.id] } };
      },
    },
    async openForm(_trigger: string, view: unknown) {
      forms.push(view);
      return null;
    },
  } as unknown as InboundContext;
  const value = `${approval.id}|${approval.planDigest}`;
  const click = (name: string, given: unknown = value) =>
    buttons
      .get(name)
      ?.press(
        { value: given, caller: { principal: principalOf(ana), cause: 'x' }, channelId: 'C1', triggerId: 't' },
        context,
      );
  const become = (change: Partial<Approval>) => {
    run.state = { ...run.state, approvals: { [approval.id]: { ...approval, ...change } } };
  };
  return { click, decided, forms, approval, become };
}

describe('a click on Approve', () => {
  it('decides at once on the plan beside it', async () => {
    const { click, decided, forms, approval } = asked(10);
    expect(await click('approval_approve')).toBe('Approved. *A* starts now…');
    expect(decided).toMatchObject([{ approvalId: approval.id, planDigest: approval.planDigest, decision: 'approve' }]);
    expect(forms).toEqual([]);
  });

  it('on a plan that is too long for a message opens the form that shows all of it, and decides nothing', async () => {
    const { click, decided, forms } = asked(4000);
    expect(await click('approval_approve')).toBeNull();
    expect(decided).toEqual([]);
    expect(JSON.stringify(forms)).toContain('"decide_approval"');
  });

  it('with a value that is none of ours decides nothing', async () => {
    const { click, decided } = asked(10);
    for (const forged of [null, '', 'x|y', '__proto__|constructor', 'x'.repeat(3000)])
      expect(await click('approval_approve', forged)).toContain('not one that Firebreak offers');
    expect(decided).toEqual([]);
  });
});

describe('a choice from the menu of a request that no longer stands', () => {
  it('is told why, and nothing foreign in that comes alive', async () => {
    const { click, approval, become } = asked(10);
    become({ status: 'voided', reason: 'gone <!here>' });
    for (const move of ['question', 'reassign'])
      expect(await click('approval_more', `${move}|${approval.id}`)).toBe(
        'Not done: this request no longer stands: gone &lt;!here&gt;.',
      );
  });
});

describe('a click on Deny', () => {
  it('opens the form that asks why, however long the plan is, and decides nothing yet', async () => {
    const { click, decided, forms } = asked(4000);
    await click('approval_deny');
    expect(decided).toEqual([]);
    expect(JSON.stringify(forms)).toContain('"Deny this?"');
  });
});
