// Attacks on the change control of playbooks, on whole engines in memory where the ledger decides: nobody brings an own version anywhere, and
// nothing comes into force that does not fit or cannot run.
import { beforeEach, describe, expect } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import { versionAt } from '../../src/core/change-control/state.ts';
import type { Actor } from '../../src/core/events.ts';
import { compilePlaybook } from '../../src/core/playbook/compile.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { err } from '../../src/core/result.ts';
import type { ChangeControlPorts } from '../../src/ports/change-control.ts';
import { attack } from '../support/attacks.ts';
import { token, user } from '../support/engine/approval-attack.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { actions, ana, ben } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';
import { playbookText } from '../support/given/texts.ts';
import { noChangeControl } from '../support/race/memory-lives.ts';

const people = { ana: { slack: ana.id, local: 'ana', subject: 'a' }, ben: { slack: ben.id } };
const step = '  - { id: a, uses: assert, with: { that: true } }\n';
const service = '  service: { type: string, required: false }\n';
/** `inputs`: besides those that playbooks of tests have. */
const textOf = (version: string, { steps = step, inputs = '' } = {}) => playbookText('restart', steps, inputs, version);

/** One installation in which versions are registered and promoted. */
class Installation {
  readonly world = new MemoryEngines();
  readonly sources = new Map<string, string>();
  /** What this process can do. */
  actions = actions;
  readonly engine;

  constructor() {
    const { world, sources } = this;
    const control: ChangeControlPorts = {
      ...noChangeControl((digest) => world.versions.get(digest) ?? null),
      mode: 'promoted',
      replace(playbooks) {
        world.books.clear();
        for (const playbook of playbooks) world.publish(playbook);
      },
      compile: (text, path) => {
        const compiled = compilePlaybook(text, path, this.actions);
        return compiled.ok ? compiled : err(compiled.error.map(({ message }) => message));
      },
      versions: {
        async keep(playbook, text) {
          const ref = playbookRef(playbook);
          world.versions.set(ref.digest, playbook);
          sources.set(ref.digest, text);
          return ref;
        },
        byDigest: async (digest) => world.versions.get(digest) ?? null,
      },
      history: {
        async find(name, digest) {
          const source = sources.get(digest);
          return source === undefined ? null : { ref: { name, version: '', digest }, since: world.at, source };
        },
      },
    };
    const access = Access.parse({ design: 'everyone', start: 'everyone' });
    this.engine = world.engine({ access, people }, { changeControl: control });
  }

  async register(who: Actor, text: string): Promise<string> {
    const caller = { principal: principalOf(who), cause: 'test' };
    const done = await this.engine.operations.registerPlaybook({ ...caller, source: text, path: 'restart.yaml' });
    return done.ok ? done.value.stage : done.error.code;
  }

  async promote(who: Actor, version: string, to: 'shadow' | 'canary' | 'live' = 'live'): Promise<string> {
    const caller = { principal: principalOf(who), cause: 'test' };
    const order = { playbook: 'restart', version, to, reason: 'it is good' };
    const done = await this.engine.operations.promotePlaybook({ ...caller, ...order });
    return done.ok ? done.value.stage : done.error.code;
  }

  async rollBack(who: Actor, version: string): Promise<string> {
    const caller = { principal: principalOf(who), cause: 'test' };
    const order = { playbook: 'restart', version, reason: 'it was better' };
    const done = await this.engine.operations.rollBackPlaybook({ ...caller, ...order });
    return done.ok ? done.value.stage : done.error.code;
  }

  /** The version that is live by the ledger, and the one that a start by hand would use. */
  async live(): Promise<readonly (string | null)[]> {
    const recorded = this.world.tables.lives.get('restart');
    const used = this.world.books.get('restart')?.version ?? null;
    return [recorded ? (versionAt(recorded.life, 'live')?.ref.version ?? null) : null, used];
  }
}

let it: Installation;
beforeEach(() => {
  it = new Installation();
});

/** Ana has registered both; the first is live. */
async function givenBoth(second = textOf('2.0.0')): Promise<void> {
  expect(await it.register(ana, textOf('1.0.0'))).toBe('draft');
  expect(await it.promote(ben, '1.0.0')).toBe('live');
  expect(await it.register(ana, second)).toBe('draft');
  expect(await it.live()).toEqual(['1.0.0', '1.0.0']);
}

describe('an attack on the versions of a playbook does not get past change control', () => {
  const faces: readonly (readonly [string, Actor])[] = [
    ['as whoever registered it', ana],
    ['by another linked identity', user('local:ana')],
    ['by the sign-in that is linked', user('oidc:a')],
    ['by a token that belongs to the author', token('token:ci', 'ana')],
  ];
  for (const [name, who] of faces)
    for (const to of ['shadow', 'canary', 'live'] as const)
      attack(`a promotion to ${to} by the author, ${name}`, async () => {
        await givenBoth();
        expect(await it.promote(who, '2.0.0', to)).toBe('not_allowed');
        expect(await it.live()).toEqual(['1.0.0', '1.0.0']);
      });

  attack('a version that somebody else registers again, so that its author is another', async () => {
    await givenBoth();
    await it.register(ben, textOf('2.0.0'));
    expect(await it.promote(ana, '2.0.0')).toBe('not_allowed');
    expect(await it.live()).toEqual(['1.0.0', '1.0.0']);
  });

  attack('other content under a number that is promoted', async () => {
    await givenBoth();
    const other = textOf('1.0.0', { steps: '  - { id: b, uses: assert, with: { that: false } }\n' });
    expect(await it.register(ben, other)).toBe('conflict');
    expect(await it.live()).toEqual(['1.0.0', '1.0.0']);
  });

  for (const [name, inputs] of [
    ['that has lost an input', ''],
    ['whose input is of another type', '  service: { type: number, required: false }\n'],
    ['that needs one more', `${service}  region: { type: string, required: true }\n`],
    ['that must be given what need not be now', '  service: { type: string, required: true }\n'],
    ['whose input takes less', '  service: { type: string, required: false, enum: [checkout] }\n'],
  ] as const)
    attack(`a canary of a version ${name}`, async () => {
      expect(await it.register(ana, textOf('1.0.0', { inputs: service }))).toBe('draft');
      expect(await it.promote(ben, '1.0.0')).toBe('live');
      expect(await it.register(ana, textOf('2.0.0', { inputs }))).toBe('draft');
      expect(await it.promote(ben, '2.0.0', 'canary')).toBe('wrong_state');
      expect(versionAt(it.world.tables.lives.get('restart')?.life ?? expect.fail(), 'canary')).toBe(null);
    });

  for (const [name, order] of [
    ['a rollback to', (version: string) => it.rollBack(ben, version)],
    ['a promotion of', (version: string) => it.promote(ben, version)],
  ] as const)
    attack(`${name} a version whose action is gone`, async () => {
      const calls = textOf('1.0.0', {
        steps: '  - { id: a, uses: http.request, with: { url: "http://127.0.0.1:1/" } }\n',
      });
      expect(await it.register(ana, calls)).toBe('draft');
      if (name === 'a rollback to') {
        expect(await it.promote(ben, '1.0.0')).toBe('live');
        expect(await it.register(ana, textOf('2.0.0'))).toBe('draft');
        expect(await it.promote(ben, '2.0.0')).toBe('live');
      }
      const before = await it.live();
      it.actions = new Map([...actions].filter(([action]) => action !== 'http.request'));
      expect(await order('1.0.0')).toBe('wrong_state');
      expect(await it.live()).toEqual(before);
    });

  for (const [name, who] of faces)
    attack(`19 the author of the version approves its step, ${name}`, async () => {
      const asking = '  - { id: a, uses: approval, approval: { from: ["@sre"] } }\n';
      expect(await it.register(ana, textOf('1.0.0', { steps: asking }))).toBe('draft');
      expect(await it.promote(ben, '1.0.0')).toBe('live');
      const { operations } = it.engine;
      const caller = (actor: Actor) => ({ principal: principalOf(actor), cause: 'test' });
      const started = await operations.startRun({ ...caller(ben), playbook: 'restart', inputs: {}, incidentId: null });
      if (!started.ok) throw new Error(started.error.message);
      const [request] = Object.values(started.value.run.approvals);
      if (!request) throw new Error('nothing was asked');
      const decision = { approvalId: request.id, planDigest: request.planDigest, decision: 'approve' } as const;
      expect(await operations.decideApproval({ ...caller(who), ...decision })).toMatchObject({ ok: false });
      const now = it.world.tables.runs.get(started.value.run.runId)?.state.approvals[request.id];
      expect(now?.status).toBe('open');
    });

  attack('a rollback to a version that never was live', async () => {
    await givenBoth();
    expect(await it.rollBack(ben, '2.0.0')).toBe('wrong_state');
    expect(await it.live()).toEqual(['1.0.0', '1.0.0']);
  });

  attack('a version whose text says something else by now', async () => {
    await givenBoth();
    const [digest = ''] = [...it.world.versions].filter(([, { version }]) => version === '2.0.0').map(([one]) => one);
    it.sources.set(digest, textOf('2.0.0', { steps: '  - { id: evil, uses: assert, with: { that: true } }\n' }));
    expect(await it.promote(ben, '2.0.0')).toBe('wrong_state');
    expect(await it.live()).toEqual(['1.0.0', '1.0.0']);
  });
});
