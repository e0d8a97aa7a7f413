// Attacks on approvals by the ways in: Slack's requests and buttons, tokens, and a process that dies between a yes and its step; threats 20, 25
// and 27. None may get past the rule, and each refusal leaves a trace.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/core/authority/principal.ts';
import { createRedactor } from '../../src/core/redact.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import type { Result } from '../../src/core/result.ts';
import { refusalText } from '../../src/http/problem.ts';
import { createDirectory } from '../../src/slack/directory.ts';
import { createAdmit } from '../../src/slack/inbound/admit.ts';
import { askBreakGlass } from '../../src/slack/inbound/ask-break-glass.ts';
import { reassignApproval } from '../../src/slack/inbound/modals/reassign-approval.ts';
import type { InboundContext } from '../../src/slack/inbound/surface.ts';
import { buttons } from '../../src/slack/inbound/surfaces.ts';
import { attack } from '../support/attacks.ts';
import { type Asked, one, two } from '../support/engine/approval-attack.ts';
import { as, askedApproval, cto, starter } from '../support/engine/asked-approval.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, ben, playbook } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

/** Whether a click that says so of itself is let through. */
async function isAdmitted(body: object, known = true): Promise<boolean> {
  let through = false;
  const admit = createAdmit({
    identity: async () => (known ? { teamId: 'T1', appId: 'A1' } : null),
    used: { use: async () => true },
    log: pino({ level: 'silent' }),
    nowMs: () => 0,
  });
  const action = { type: 'block_actions', actions: [{ action_id: 'approval_approve' }], trigger_id: '1.1' };
  const next = async () => {
    through = true;
  };
  const context = { came: 'envelope/1', acknowledge: async () => undefined };
  await admit({ body: { ...action, ...body }, context, ack: async () => undefined, next } as never);
  return through;
}

/** A click on a button of Slack that carries such a value. */
async function press({ engine, runNow, made }: Asked, value: unknown): Promise<void> {
  const context = {
    redact: createRedactor([]),
    authorised: async () => ({ ok: true, value: {} }),
    people: {},
    reads: { run: async () => ({ state: runNow(), incident: 'open', wakeAt: null, updatedAt: made.at }) },
    operations: engine.operations,
    openForm: async () => null,
  } as unknown as InboundContext;
  const caller = { principal: principalOf(ana), cause: 'click' };
  await buttons.get('approval_approve')?.press({ value, caller, channelId: 'C1', triggerId: 't' }, context);
}

describe('an attack by way of Slack does not get past it', () => {
  for (const [name, info] of [
    ['a bot', async () => ({ user: { is_bot: true } })],
    ['a deactivated user', async () => ({ user: { deleted: true } })],
    ['somebody of whom Slack knows nothing', async () => Promise.reject(new Error('no connection'))],
  ] as const)
    attack(`19 a click by ${name}, who still stands in the role`, async () => {
      const asked = await askedApproval(one);
      const roles = { sre: { users: [ana.id], groups: [], people: [], tokens: [] } };
      const slack = {
        client: { users: { info } } as never,
        nowMs: () => asked.made.ms,
        log: pino({ level: 'silent' }),
      };
      const directory = createDirectory({ roles, people: {} }, slack);
      const engine = asked.made.engine({}, { directory: () => directory });
      const { id: approvalId, planDigest } = asked.request();
      const caller = { principal: principalOf(ana), cause: 'click' };
      await engine.operations.decideApproval({ ...caller, approvalId, planDigest, decision: 'approve' });
      expect(asked.request().status).toBe('open');
    });

  for (const [name, body, known] of [
    ['another workspace', { team: { id: 'T2' }, api_app_id: 'A1' }],
    [
      'another workspace that names ours as the one of its user',
      { team_id: 'T2', user: { team_id: 'T1' }, api_app_id: 'A1' },
    ],
    ['another app of our workspace', { team: { id: 'T1' }, api_app_id: 'A2' }],
    ['no workspace at all', { api_app_id: 'A1' }],
    ['our workspace while Slack does not tell which one that is', { team: { id: 'T1' }, api_app_id: 'A1' }, false],
  ] as const)
    attack(`20 a click of ${name}`, async () => expect(await isAdmitted(body, known)).toBe(false));

  for (const [name, change] of [
    ['the digest of another plan', (value: string) => value.replace(/.{4}$/, '0000')],
    ['the id of another run', (value: string) => value.replace(/^apr_\d{4}/, 'apr_9999')],
    ['the id of another step', (value: string) => value.replace(/1\|/, '2|')],
    ['no digest', (value: string) => value.split('|')[0]],
    ['an empty digest', (value: string) => `${value.split('|')[0]}|`],
    ['id and digest the wrong way round', (value: string) => value.split('|').reverse().join('|')],
    ['an object', (value: string) => ({ approvalId: value })],
    ['more than one value', (value: string) => `${value}|${value}`],
  ] as const)
    attack(`20 a button whose value was changed to ${name}`, async () => {
      const asked = await askedApproval(one);
      const { id, planDigest } = asked.request();
      const changed = change(`${id}|${planDigest}`);
      expect(changed).not.toBe(`${id}|${planDigest}`);
      await press(asked, changed);
      expect(asked.request().status).toBe('open');
    });
});

it('the form that breaks the glass is not opened for whoever may not break this glass, and is for whoever may', async () => {
  const { runNow, request } = await askedApproval(one);
  const opened: unknown[] = [];
  const asked: unknown[] = [];
  const formFor = (may: boolean) => {
    const context = {
      redact: createRedactor([]),
      reads: { run: async () => ({ state: runNow() }) },
      catalog: { byName: () => ({ labels: { team: 'core' } }) },
      publicUrl: 'http://here',
      authorised: async (_: Principal, right: string, resource: object) => {
        asked.push([right, resource]);
        const refusal = { code: 'not_allowed', message: 'bypass is for @duty-manager' };
        return may ? { ok: true, value: {} } : { ok: false, error: refusal };
      },
      openForm: async (_: string, view: unknown) => {
        opened.push(view);
        return null;
      },
    } as unknown as InboundContext;
    const caller = { principal: principalOf(ana), cause: 'command' };
    const where = { channelId: 'C1', triggerId: 't', incident: null };
    return askBreakGlass({ approvalId: request().id, caller, ...where }, context);
  };
  expect([await formFor(false), opened.length]).toEqual([expect.stringMatching(/bypass is for @duty-manager/), 0]);
  expect([await formFor(true), opened.length]).toEqual([null, 1]);
  expect(asked[0]).toEqual(['bypass', expect.objectContaining({ playbook: 'gate', labels: { team: 'core' } })]);
});

it('a hand-over in Slack ends when it was said to, and an end that is none is refused at its field', async () => {
  const orders: object[] = [];
  const submit = (until: string | null) => {
    const values = { to: '@sre', ...(until !== null && { until }) };
    const context = {
      clock: { nowMs: () => Date.parse('2026-03-01T00:00:00.000Z') },
      operations: {
        attendApproval: async (asked: object) => {
          orders.push(asked);
          return { ok: false, error: { code: 'wrong_state', message: 'no' } };
        },
      },
    } as unknown as InboundContext;
    const caller = { principal: principalOf(ana), cause: 'form' };
    const origin = { channelId: 'C1', approvalId: 'apr_1' };
    return reassignApproval.submit({ origin, values: valuesOf(values), caller } as never, context);
  };
  expect(await submit('soon')).toMatchObject({ outcome: 'refused', faults: [{ path: 'until' }] });
  expect(orders).toEqual([]);
  await submit('30m');
  await submit(null);
  expect(orders).toMatchObject([{ until: '2026-03-01T00:30:00.000Z' }, { until: undefined }]);
});

/** A form as Slack sends it. */
const valuesOf = (texts: { readonly [field: string]: string }) =>
  Object.fromEntries(
    Object.entries(texts).map(([field, value]) => [field, { value: { type: 'plain_text_input', value } }]),
  );

const bare: Principal = { type: 'token', name: 'ci', rights: [], owner: null, via: 'api' };
type Order = (asked: Asked, by: { principal: Principal; cause: string }) => Promise<Result<unknown, Refusal>>;
const orders: readonly (readonly [string, Order])[] = [
  [
    'approves',
    ({ engine, request }, by) => {
      const { id: approvalId, planDigest } = request();
      return engine.operations.decideApproval({ ...by, approvalId, planDigest, decision: 'approve' });
    },
  ],
  [
    'breaks the glass',
    ({ engine, request }, by) => {
      const { id: approvalId, planDigest } = request();
      return engine.operations.breakGlass({ ...by, approvalId, planDigest, reason: 'now' });
    },
  ],
  [
    'hands the request on',
    ({ engine, request }, by) =>
      engine.operations.attendApproval({ ...by, approvalId: request().id, order: 'reassign', to: ana.id }),
  ],
  [
    'makes an exception from freezes',
    ({ engine, runNow }, by) => engine.rules.exceptRun({ ...by, runId: runNow()?.runId ?? '', reason: 'now' }),
  ],
  [
    'gives a playbook back its trust',
    ({ engine }, by) => engine.operations.orderTrust({ ...by, type: 'raise_trust', playbook: 'gate', reason: 'now' }),
  ],
  [
    'starts another run of it',
    ({ engine }, by) => engine.operations.startRun({ ...by, playbook: 'gate', inputs: {}, incidentId: null }),
  ],
];

describe('an attack by a token does not get past it, and is answered 403 and logged', () => {
  for (const [name, order] of orders)
    attack(`27 a token without the right ${name}`, async () => {
      const asked = await askedApproval(one);
      const answer = await order(asked, { principal: bare, cause: 'req_27' });
      if (answer.ok) throw new Error('it was carried out');
      expect(refusalText(answer.error).status).toBe(403);
      expect(asked.made.logged).toContainEqual(
        expect.objectContaining({
          msg: 'refused',
          code: 'not_allowed',
          cause: 'req_27',
          by: expect.stringContaining('ci'),
        }),
      );
      expect(asked.request().status).toBe('open');
    });

  attack('27 a token with every right but that to approve', async () => {
    const asked = await askedApproval(one);
    const rights = ['start', 'order', 'operate', 'design', 'administer'] as const;
    const { id: approvalId, planDigest } = asked.request();
    const by = { principal: { ...bare, rights }, cause: 'req_27' };
    const answer = await asked.engine.operations.decideApproval({ ...by, approvalId, planDigest, decision: 'approve' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
    expect(asked.request().status).toBe('open');
  });
});

/** A step that acts and waits for people, on a ledger that several processes share. */
function ledger(rule: string) {
  const made = new MemoryEngines();
  const step = `{ id: a, uses: shell.run, with: { command: [/bin/true] }, risk: high, approval: ${rule} }`;
  made.publish({ ...playbook(`  - ${step}\n`), name: 'act' });
  const web = () => made.engine({ worker: 'wrk_web', works: false });
  const works = async (worker: string) => {
    const engine = made.engine({ worker });
    await engine.start();
    return engine;
  };
  const run = () => [...made.tables.runs.values()].map(({ state }) => state)[0];
  const events = () => [...made.tables.events.values()].flat().map(({ type }) => type);
  const request = () => {
    const [first] = Object.values(run()?.approvals ?? {});
    if (!first) throw new Error('nothing was asked');
    return first;
  };
  const decide = (engine: ReturnType<typeof web>, actor: typeof ana) => {
    const { id: approvalId, planDigest } = request();
    return engine.operations.decideApproval({ ...as(actor), approvalId, planDigest, decision: 'approve' });
  };
  const ask = async () => {
    const first = web();
    await first.operations.startRun({ ...as(starter), playbook: 'act', inputs: {}, incidentId: null });
    await made.deliver(first);
  };
  const count = (type: string) => events().filter((event) => event === type).length;
  return { made, web, works, run, request, decide, ask, count };
}

describe('an attack by the death of a process does not get past it', () => {
  attack('25 it dies between a yes and the step: the step runs once, with that approval', async () => {
    const { made, web, works, run, request, decide, ask, count } = ledger(one);
    await ask();
    expect(await decide(web(), ana)).toMatchObject({ ok: true });
    expect([request().status, count('step.started')]).toEqual(['granted', 0]);
    // What woke the run is lost with the process; two others find it at once.
    made.jobs.clear();
    const others = [await works('wrk_2'), await works('wrk_3')];
    made.ms += 60_000;
    const runId = run()?.runId ?? '';
    await Promise.all(others.flatMap((engine) => [engine.dispatch(runId), engine.dispatch(runId)]));
    made.held.take(runId, 'a').succeed(null);
    for (const engine of others) await made.deliver(engine);
    expect(run()?.status).toBe('succeeded');
    expect([count('step.started'), count('approval.granted'), count('approval.requested')]).toEqual([1, 1, 1]);
  });

  attack('25 it dies with one yes of two: nothing runs, and the one yes is kept', async () => {
    const { made, web, works, run, request, decide, ask, count } = ledger(two);
    await ask();
    await decide(web(), ana);
    made.jobs.clear();
    const other = await works('wrk_2');
    await other.dispatch(run()?.runId ?? '');
    await other.reconcile();
    await made.deliver(other);
    expect([request().status, request().approvals.length, count('step.started')]).toEqual(['open', 1, 0]);
    await decide(other, ana);
    expect(count('step.started')).toBe(0);
    expect(await decide(web(), ben)).toMatchObject({ ok: true });
    expect(request().status).toBe('granted');
  });

  attack(
    '25 it dies before the yes is recorded: nothing is granted, and the same click counts once afterwards',
    async () => {
      const { made, works, run, request, decide, ask, count } = ledger(one);
      await ask();
      const broken = made.engine(
        { worker: 'wrk_2' },
        {
          events: {
            ...made.store,
            append: async () => {
              throw new Error('the process is gone');
            },
          },
        },
      );
      await expect(decide(broken, ana)).rejects.toThrow('the process is gone');
      expect([request().status, count('step.started')]).toEqual(['open', 0]);
      const next = await works('wrk_3');
      await decide(next, ana);
      expect(await decide(next, ana)).toMatchObject({ ok: false, error: { code: 'already_decided' } });
      await made.deliver(next);
      expect(count('step.started')).toBe(1);
      made.held.take(run()?.runId ?? '', 'a').succeed(null);
      await made.deliver(next);
      expect([run()?.status, count('approval.granted')]).toEqual(['succeeded', 1]);
    },
  );

  attack('25 an approval of a round that failed does not count for the next: it is asked anew', async () => {
    const { made, web, works, run, decide, ask, count } = ledger(one);
    await ask();
    await decide(web(), ana);
    const engine = await works('wrk_2');
    await made.deliver(engine);
    await engine.dispatch(run()?.runId ?? '');
    const runId = run()?.runId ?? '';
    made.held.take(runId, 'a').fail({ class: 'invalid', code: 'x', message: 'x' });
    await made.deliver(engine);
    const retry = await engine.operations.orderRun({ ...as(cto), runId, order: 'retry' });
    expect(retry).toMatchObject({ ok: true });
    await made.deliver(engine);
    expect([count('approval.requested'), count('step.started')]).toEqual([2, 1]);
  });
});
