// Reading all anew: everything is read before anything is used, so that a fault anywhere leaves everything as it is.
import { expect, it } from 'vitest';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import { err, ok } from '../../src/core/result.ts';
import type { ChangeControlPorts } from '../../src/ports/change-control.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';
import { versionWith } from '../support/given/versions.ts';
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
