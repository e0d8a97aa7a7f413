// Secrets on a whole engine in memory: no event holds one, snapshots and events agree, and only a step's input has it again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { planDigest } from '../../src/core/playbook/plan.ts';
import { createKnownSecrets } from '../../src/core/secret/known-secrets.ts';
import { createMasker } from '../../src/core/secret/masker.ts';
import { foldStream } from '../../src/core/timeline/fold-stream.ts';
import type { Action } from '../../src/spi/action.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { actions, ana, playbook } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

const secret = 'Hunter2/Tiger+Rock';
const caller = { principal: principalOf(ana), cause: 'req_1' };
const anInput =
  'inputs: { who: { type: string, default: x }, between: { type: string, default: x }, rest: { type: string, default: x } }\n';

/** An engine that knows the secret `db`, whose actions answer with `outputs` and note what they were given. */
function given(steps: string, outputs: { readonly [step: string]: Json } = {}, value = secret) {
  const world = new MemoryEngines();
  world.publish({ ...playbook(steps, anInput), name: 'test' });
  const seen = new Map<string, Json>();
  const own = new Map(
    [...actions].map(([name, action]): readonly [string, Action] => [
      name,
      {
        ...action,
        async run(input, { step }) {
          seen.set(step, input);
          return { outcome: 'succeeded', output: outputs[step] ?? null };
        },
      },
    ]),
  );
  const masker = createMasker(createKnownSecrets([{ name: 'db', value }]), Buffer.alloc(32, 1));
  const secrets = (name: string) => (name === 'db' ? value : undefined);
  const engine = world.engine({}, { masker, secrets, actions: own });
  const run = async (inputs: { readonly [name: string]: string } = {}) => {
    await engine.start();
    const ids = { run: 'run_1', incident: 'inc_1' };
    await engine.operations.startRun({ ...caller, playbook: 'test', inputs, incidentId: null, ids });
    await world.deliver(engine);
  };
  const events = () => [...world.tables.events.values()].flat();
  /** What is stored beside the events is what they lead to. */
  const expectFolded = () => {
    for (const [id, { incident }] of world.tables.incidents) {
      const folded = foldStream(world.tables.events.get(id) ?? []);
      expect(incident).toEqual(folded.incident);
      for (const [runId, told] of folded.runs) expect(world.tables.runs.get(runId)?.state).toEqual(told);
    }
  };
  const state = () => world.tables.runs.get('run_1')?.state;
  return { world, engine, run, seen, events, expectFolded, state };
}

const step = (id: string, ...command: readonly string[]) =>
  `  - { id: ${id}, uses: shell.run, with: { command: ${JSON.stringify(command)} } }\n`;

describe('a secret in a run', () => {
  it('that an input holds is stored masked, and the action is given it as it was', async () => {
    const { run, seen, events, expectFolded } = given(step('a', 'get', 'by ${{ inputs.who }}'));
    await run({ who: secret });
    expect(seen.get('a')).toMatchObject({ command: ['get', `by ${secret}`] });
    expect(JSON.stringify(events())).toContain('[secret:db#');
    expect(JSON.stringify(events())).not.toContain(secret);
    expectFolded();
  });

  it('that an output holds is stored masked, and a later action is given it as it was', async () => {
    const base64 = Buffer.from(`u:${secret}`).toString('base64');
    const { run, seen, events, state } = given(
      step('a', 'get') + step('b', 'use', '${{ steps.a.output.header }}', '${{ secrets.db }}'),
      { a: { header: `Basic ${base64}` } },
    );
    await run();
    expect(seen.get('b')).toMatchObject({ command: ['use', `Basic ${base64}`, secret] });
    expect(JSON.stringify([events(), state()])).not.toContain(Buffer.from(secret).toString('base64').slice(4, 16));
  });

  it('is not guessed at: what only has the name of a secret stays for the steps that use it', async () => {
    const page = { nextPageToken: 'page-two', state: 'open', token: 'abc', password: 'of nobody' };
    const { run, seen, state } = given(
      step('a', 'list') + step('b', 'list', '${{ steps.a.output.nextPageToken }}', '${{ steps.a.output.state }}'),
      { a: page },
    );
    await run();
    expect(seen.get('b')).toMatchObject({ command: ['list', 'page-two', 'open'] });
    expect(state()?.nodes['a']).toMatchObject({ output: page });
  });

  it('that an expression puts together is masked in the plan, and the digest is that of the masked plan', async () => {
    const { run, seen, events, expectFolded } = given(step('a', 'get', '${{ inputs.who + inputs.rest }}'));
    await run({ who: secret.slice(0, 8), between: 'and', rest: secret.slice(8) });
    const started = events().find(({ type }) => type === 'step.started');
    expect(JSON.stringify(events())).not.toContain(secret);
    expect(started?.data).toMatchObject({
      plan: { with: { command: ['get', expect.stringMatching(/^\[secret:db/)] } },
    });
    expect(seen.size).toBe(1);
    expectFolded();
  });

  it('that an expression puts together in a plan that people approve is masked in it, and the digest covers it so', async () => {
    const gate = '  - { id: a, uses: shell.run, approval: { from: ["@sre"] }, ';
    const { run, events, state } = given(`${gate}with: { command: [get, "\${{ inputs.who + inputs.rest }}"] } }\n`);
    await run({ who: secret.slice(0, 8), between: 'and', rest: secret.slice(8) });
    const [approval] = Object.values(state()?.approvals ?? {});
    expect(approval?.plan.with).toMatchObject({ command: ['get', expect.stringMatching(/^\[secret:db#/)] });
    // Of the bare secret it would let everybody who can read the record try guesses.
    expect(approval?.planDigest).toBe(approval && planDigest(approval.plan));
    expect(JSON.stringify(events())).not.toContain(secret);
  });

  it('that stands in an altered form fails the step that would use it, and the error says why', async () => {
    const { run, seen, state } = given(step('a', 'get') + step('b', 'use', '${{ steps.a.output.text }}'), {
      a: { text: [...secret].join(' ') },
    });
    await run();
    expect(seen.has('b')).toBe(false);
    expect(state()?.nodes['b']).toMatchObject({
      status: 'failed',
      error: {
        code: 'render_failed',
        message: expect.stringMatching(/secret db, which cannot be put back: .*altered/),
      },
    });
  });

  it('is not given to a step for a placeholder that somebody typed or copied', async () => {
    const first = given(step('a', 'get', '${{ inputs.who }}'));
    await first.run({ who: secret });
    const copied = /\[secret:db#[\w-]+\]/.exec(JSON.stringify(first.events()))?.[0] ?? '';
    for (const who of [copied, '[secret:db]']) {
      const { run, seen } = given(step('a', 'get', '${{ inputs.who }}'));
      await run({ who });
      expect(JSON.stringify(seen.get('a'))).toContain('[ secret:db');
      expect(JSON.stringify(seen.get('a'))).not.toContain(secret);
    }
  });

  it('differs in the plan that people approve as it differs itself, and a named one goes by its name', async () => {
    const asked = async (who: string, value = secret) => {
      const gated = `  - { id: a, uses: shell.run, approval: { from: ["@sre"] }, with: { command: [get, "\${{ inputs.who }}", "\${{ secrets.db }}"] } }\n`;
      const { run, state } = given(gated, {}, value);
      await run({ who });
      const [approval] = Object.values(state()?.approvals ?? {});
      if (!approval) throw new Error('nobody was asked');
      expect(approval.planDigest).toBe(planDigest(approval.plan));
      expect(JSON.stringify(approval)).not.toContain(value);
      return approval.planDigest;
    };
    const digests = [secret, secret.toUpperCase(), [...secret].join('-')].map((who) => asked(who));
    expect(new Set(await Promise.all(digests)).size).toBe(3);
    expect(await asked('nobody', 'one-secret-of-two')).toBe(await asked('nobody', 'two-secrets-of-two'));
  });
});

describe('the record', () => {
  it('holds no secret that got past the door, and its snapshots are what its events lead to', async () => {
    const { world, engine, events, expectFolded } = given(step('a', 'get'));
    world.deliveries.put([anAlert('down', { title: `${secret} is down`, labels: { password: secret } })]);
    await engine.drainIntake();
    await engine.operations.note({ ...caller, incidentId: [...world.tables.incidents.keys()][0] ?? '', text: secret });
    expect(events().length).toBeGreaterThan(2);
    expect(JSON.stringify([...world.tables.incidents.values(), ...events()])).not.toContain(secret);
    expectFolded();
  });

  it('holds no secret, whatever the secret is and wherever it comes in', async () => {
    const value = fc.stringMatching(/^[A-Za-z0-9!#$]{12,30}$/);
    const write = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => Buffer.from(text).toString('base64url'),
      (text) => [...text].join('\n'),
      (text) => [...text].reverse().join(''),
      (text) => text.toUpperCase(),
    );
    await fc.assert(
      fc.asyncProperty(value, write, fc.jsonValue({ maxDepth: 2 }), async (known, written, around) => {
        const text = written(known);
        const output = { around, deep: [{ [`k ${text}`]: text }], text: `a ${text} b` } as Json;
        const { world, engine, run, events, expectFolded } = given(
          step('a', 'get', '${{ inputs.who }}'),
          { a: output },
          known,
        );
        await run({ who: text });
        const incidentId = 'inc_1';
        await engine.operations.note({ ...caller, incidentId, text });
        await engine.operations.resolveIncident({ ...caller, incidentId, reason: text });
        world.deliveries.put([anAlert(text, { title: text, description: text, labels: { [text]: text } })]);
        await engine.drainIntake();
        const stored = JSON.stringify(events());
        for (const form of [text, known]) expect(stored).not.toContain(JSON.stringify(form).slice(1, -1));
        expectFolded();
      }),
      { numRuns: 25 },
    );
  });
});
