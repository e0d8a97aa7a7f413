// Reading all anew: everything is read before anything is used, so that a fault anywhere leaves everything as it is.
import { expect, it } from 'vitest';
import { type Playbook, playbookRef } from '../../src/core/playbook/playbook.ts';
import { err, ok } from '../../src/core/result.ts';
import { createInForce } from '../../src/engine/playbooks/in-force.ts';
import type { ChangeControlPorts } from '../../src/ports/change-control.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';
import { policy, rulebook } from '../support/given/rules.ts';
import { Versions, versionWith } from '../support/given/versions.ts';
import { noChangeControl } from '../support/race/memory-lives.ts';

function given(more: Partial<ChangeControlPorts>) {
  const world = new MemoryEngines();
  const inForce: Playbook[] = [];
  const used: string[] = [];
  const control: ChangeControlPorts = {
    ...noChangeControl(() => null),
    replace: (playbooks) => void inForce.splice(0, inForce.length, ...playbooks),
    readFolder: () => ok([{ playbook: versionWith('1.0.0'), text: 'text', path: 'it.yaml' }]),
    reloadables: [
      {
        name: 'roles',
        read: () =>
          ok(() => {
            used.push('roles');
            return ['roles changed'];
          }),
      },
    ],
    ...more,
  };
  const engine = world.engine({}, { changeControl: control });
  const reload = () => engine.operations.reload({ principal: principalOf(ana), cause: 'test' });
  return { reload, inForce, used, engine };
}

it('what is otherwise is in force and told, and a second reload tells nothing of the folder', async () => {
  const { reload, inForce, used } = given({});
  expect(await reload()).toEqual({ ok: true, value: { changes: ['roles changed', 'it 1.0.0 is live'] } });
  expect(inForce.map(({ version }) => version)).toEqual(['1.0.0']);
  expect(used).toEqual(['roles']);
  expect(await reload()).toEqual({ ok: true, value: { changes: ['roles changed'] } });
});

it.each([
  ['the folder', { readFolder: () => err(['it.yaml:1:1  is no playbook']) }, /it\.yaml:1:1 {2}is no playbook/],
  ['the policies', { readRules: () => err(['p.yaml: no rule']) }, /p\.yaml: no rule/],
  ['a part', { reloadables: [{ name: 'policies', read: () => err(['p.yaml: no CEL']) }] }, /policies: p\.yaml: no CEL/],
  [
    'one of two parts',
    {
      reloadables: [
        { name: 'roles', read: () => ok(() => ['roles changed']) },
        { name: 'policies', read: () => err(['p.yaml: no CEL']) },
      ],
    },
    /policies: p\.yaml: no CEL/,
  ],
] as const)('a fault anywhere leaves everything as it is: in %s', async (_, more, said) => {
  const { reload, inForce, used } = given(more);
  expect(await reload()).toMatchObject({ ok: false, error: { code: 'invalid', message: expect.stringMatching(said) } });
  expect([inForce, used]).toEqual([[], []]);
});

it('what is in the folder no longer is live no more', async () => {
  const folder = [{ playbook: versionWith('1.0.0'), text: 'text', path: 'it.yaml' }];
  const { reload, inForce } = given({ readFolder: () => ok([...folder]), reloadables: [] });
  await reload();
  folder.pop();
  expect(await reload()).toEqual({ ok: true, value: { changes: ['it is live no more'] } });
  expect(inForce).toEqual([]);
});

const denying = policy(
  '  - { id: g, at: policyChange, when: change.removed.size() > 0, effect: { deny: nothing goes } }',
);

it('policies come into force with the rest, once', async () => {
  const { reload, engine } = given({
    reloadables: [],
    readFolder: () => ok([]),
    readRules: () => ok({ book: rulebook([denying]), source: 'the folder' }),
  });
  expect(await reload()).toEqual({ ok: true, value: { changes: ['policies changed'] } });
  expect(engine.rules.rules().book.policies.map(({ name }) => name)).toEqual(['p']);
  expect(await reload()).toEqual({ ok: true, value: { changes: [] } });
});

it('policies that those in force refuse keep everything as it is', async () => {
  const { reload, engine, inForce, used } = given({
    readRules: () => ok({ book: rulebook([]), source: 'the folder' }),
  });
  await engine.takeOverRules(rulebook([denying]), 'the folder');
  const refused = { code: 'invalid', message: expect.stringContaining('the rules in force deny the change') };
  expect(await reload()).toMatchObject({ ok: false, error: refused });
  expect([inForce, used, engine.rules.rules().book.policies.length]).toEqual([[], [], 1]);
});

it('how far a version has come is what the ledger says; the folder makes all of it live', async () => {
  const versions = new Versions();
  const [live, canary, other] = [versionWith('1.0.0'), versionWith('2.0.0'), versionWith('3.0.0')];
  versions.register(live);
  versions.promote(live, 'live');
  versions.register(canary);
  versions.promote(canary, 'canary');
  const head = { version: 4, hash: 'h' };
  const lives = {
    heads: async () => new Map([['it', head]]),
    load: async () => ({ life: versions.life, head }),
  };
  const control = { ...noChangeControl(() => null), mode: 'promoted' as const };
  const stagesIn = async (mode: ChangeControlPorts['mode']) => {
    const inForce = createInForce({ ...control, mode }, lives, { error: () => undefined });
    await inForce.refresh();
    return [live, canary, other].map((version) => inForce.stageOf(playbookRef(version).digest));
  };
  expect(await stagesIn('promoted')).toEqual(['live', 'canary', 'draft']);
  expect(await stagesIn('folder')).toEqual(['live', 'live', 'live']);
});
