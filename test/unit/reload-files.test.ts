// What a reload takes from the files: everything that it says it takes, wherever it is used; and what `reload: watch` looks at.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { actionTraits } from '../../src/actions/registry.ts';
import { changeControlPorts, watchFiles } from '../../src/change-control.ts';
import { readConfig } from '../../src/config/environment.ts';
import { engineOptions } from '../../src/engine-options.ts';

let folder = '';
const file = () => join(folder, 'firebreak.yaml');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firebreak-reload-'));
  for (const name of ['playbooks', 'policies']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configOf(text: string) {
  writeFileSync(file(), text);
  const config = readConfig(
    {
      FIREBREAK_CONFIG: file(),
      FIREBREAK_PLAYBOOKS: join(folder, 'playbooks'),
      FIREBREAK_POLICIES: join(folder, 'policies'),
      FIREBREAK_DATA_DIR: join(folder, 'data'),
    },
    false,
  );
  if (!config.ok) throw new Error(config.error.join('\n'));
  return config.value;
}
const portsOf = (config: ReturnType<typeof configOf>) =>
  changeControlPorts({ config, actions: actionTraits as never, catalog: {} as never, store: {} as never });

it('roles, access and approval policies of the file are used anew wherever they were taken from it', () => {
  const config = configOf('roles: { sre: { users: [U0ANA0000] } }\napprovals: { prod: { from: ["@sre"] } }\n');
  const options = engineOptions(
    config,
    { archiveAfter: null },
    {
      ...{ worker: 'w', pool: 'p', works: false, rulebook: { policies: [], freezes: [], environments: [] } },
    },
  );
  const steps = 'steps: [{ id: a, uses: wait, with: { for: 1s }, risk: high, approval: { policy: prod } }]';
  const owner = 'owner: { product: p, technical: t, escalation: "@sre" }';
  const book = `apiVersion: firebreak/v1\nname: it\nversion: 1.0.0\n${owner}\ntriggers: []\n${steps}\n`;
  writeFileSync(join(folder, 'playbooks', 'it.yaml'), book);
  const ports = portsOf(config);
  const quorum = () => {
    const read = ports.readFolder();
    return read.ok ? read.value.map(({ playbook }) => playbook.steps[0]?.approval?.quorum) : read.error;
  };
  expect([quorum(), options.stepUp?.roles, options.access.selfApproval]).toEqual([[1], [], 'never']);
  writeFileSync(
    file(),
    'roles: { sre: { users: [U0ANA0000], stepUp: true } }\napprovals: { prod: { from: ["@sre"], quorum: 2 } }\naccess: { selfApproval: byRule }\n',
  );
  expect(quorum()).toEqual([2]);
  const changes = ports.reloadables.flatMap(({ read }) => {
    const next = read();
    return next.ok ? next.value() : next.error;
  });
  expect(changes).toEqual(['roles changed', 'access changed', 'approvals changed']);
  expect([options.stepUp?.roles, options.access.selfApproval]).toEqual([['@sre'], 'byRule']);
  const compiled = ports.compile(book, 'it.yaml');
  expect(compiled).toMatchObject({ ok: true, value: { steps: [{ approval: { quorum: 2 } }] } });
});

it.each([
  ['the configuration', 'firebreak.yaml'],
  ['the folder of playbooks', 'playbooks/new.yaml'],
  ['the folder of policies', 'policies/new.yaml'],
])('what is watched is read anew once it has stood still: %s', async (_, path) => {
  const config = configOf('roles: {}\n');
  let reloads = 0;
  const look = watchFiles(config, async () => {
    reloads += 1;
  });
  await look();
  writeFileSync(join(folder, path), 'other: text\n');
  await look();
  expect(reloads).toBe(0);
  await look();
  expect(reloads).toBe(1);
  await look();
  expect(reloads).toBe(1);
});
