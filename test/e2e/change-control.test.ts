// A version on its way, on real parts: in shadow it differs, and that is seen, in Slack too; as a canary it fails, is taken back by itself,
// and Slack says so; the live version goes on, a rollback is one command, and the register shows what is in force. Last, a hang-up reads all files anew.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ApiPlaybookStages, ApiShadow } from '../../src/contract/change-control.ts';
import type { ApiRun } from '../../src/contract/run.ts';
import type { Channel } from '../../src/sandbox/entities.ts';
import { runCommand, runJson } from '../support/cluster/command-line.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-versions-'));
const playbooks = join(folder, 'playbooks');
const policies = join(folder, 'policies');
const config = join(folder, 'firebreak.yaml');
const textOf = (version: string, that: boolean) => `apiVersion: firebreak/v1
name: restart
version: ${version}
owner: { product: p, technical: t, escalation: "@sre" }
triggers: [{ source: alertmanager }]
steps:
  - { id: a, uses: assert, with: { that: ${that} } }
`;
const fileOf = (version: string, that = true): string => {
  const file = join(folder, `restart-${version}.yaml`);
  writeFileSync(file, textOf(version, that));
  return file;
};

const settings = `integrations: { alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: WEBHOOK_TOKEN } } } }
changeControl: promoted
policy: { storm: { runs: 10000, within: 5m } }
slack: { announce: "#announcements", loudness: { 1: channel, 2: none, 3: none, 4: none }, storm: { incidents: 100 } }
`;

let firebreak: Firebreak;
let announcements: Channel;
/** Somebody else than whoever sits at this machine: a service token of an approver. */
let token = '';
beforeAll(async () => {
  mkdirSync(playbooks);
  mkdirSync(policies);
  writeFileSync(join(playbooks, 'restart.yaml'), textOf('1.0.0', true));
  writeFileSync(config, settings);
  firebreak = await createFirebreak({
    ...{ FIREBREAK_PLAYBOOKS: playbooks, FIREBREAK_CONFIG: config, FIREBREAK_POLICIES: policies },
  });
  const { workspace } = firebreak.sandbox;
  announcements = workspace.createChannel('public', 'announcements', workspace.bot.userId);
  await firebreak.start();
  const made = await runJson<{ token: string }>(
    ['tokens', 'create', 'approver', '--right', 'design', '--expires', '1d'],
    mine(),
  );
  token = made.value.token;
}, 60_000);
afterAll(async () => {
  await firebreak.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As the user of this machine, who registers. */
const mine = () => ({ env: { FIREBREAK_DATA_DIR: firebreak.dataDir } });
/** As the one who promotes. */
const theirs = () => ({ env: { FIREBREAK_DATA_DIR: firebreak.dataDir, FIREBREAK_TOKEN: token } });

async function order(words: readonly string[], where: { env: { [name: string]: string } }): Promise<string> {
  const { code, stdout, stderr } = await runCommand(['playbooks', ...words], where);
  return code === 0 ? stdout.trim() : `exit ${code}: ${stderr.trim()}`;
}
const promote = (version: string, ...more: readonly string[]) =>
  order(['promote', 'restart', version, '--reason', 'reviewed', ...more], theirs());

let alerts = 0;
const fire = (severity = 'info') => {
  alerts += 1;
  return firebreak.alert('', { alertname: 'Down', severity, id: `alert-${alerts}` });
};
const runs = async (version: string) => {
  const { items } = await firebreak.get<{ items: ApiRun[] }>('/runs?limit=200');
  return items.filter(({ playbook }) => playbook.version === version);
};
/** Asks again and again until the answer is there; of other processes nothing is heard. */
const asked = <T>(look: () => Promise<T | null>): Promise<T> =>
  vi.waitFor(
    async () => {
      const found = await look();
      if (found === null) throw new Error('not yet');
      return found;
    },
    { timeout: 60_000, interval: 200 },
  );
/** What the register says of it, as the command prints it. */
const registered = async () => (await runCommand(['register'], mine())).stdout;
const stages = async () => (await firebreak.get<{ items: ApiPlaybookStages[] }>('/playbook-stages')).items[0];

it('a version goes from draft over shadow to canary, is taken back when it fails, and Slack says so once', async () => {
  const { sandbox } = firebreak;
  expect(await order(['register', fileOf('1.0.0')], mine())).toMatch(/^Registered: restart 1\.0\.0/);
  expect(await order(['promote', 'restart', '1.0.0', '--to', 'live', '--reason', 'x'], mine())).toMatch(
    /exit 1: .*may not promote it/,
  );
  expect(await promote('1.0.0', '--to', 'live')).toBe('restart 1.0.0 is live.');

  // In shadow it decides on a real trigger, does nothing, and differs.
  await order(['register', fileOf('2.0.0', false)], mine());
  expect(await promote('2.0.0')).toBe('restart 2.0.0 is shadow.');
  await fire('critical');
  const shadow = await asked(async () => {
    const found = await firebreak.get<ApiShadow>('/playbooks/restart/shadow');
    return found.decided > 0 ? found : null;
  });
  expect(shadow).toMatchObject({
    decided: 1,
    different: 1,
    items: [{ differences: ['step a: would do something else'] }],
  });
  expect(await order(['show', 'restart'], mine())).toMatch(/In shadow 2\.0\.0: 1 trigger\(s\) decided, 1 otherwise/);
  expect(await runs('2.0.0')).toEqual([]);
  const heard = await sandbox.waitFor(() =>
    [...sandbox.workspace.channels.values()]
      .flatMap(({ messages }) => messages)
      .find(({ text }) => text.startsWith('○ In shadow, restart 2.0.0 decided otherwise than 1.0.0.')),
  );
  expect(heard).toMatchObject({ threadTs: expect.stringMatching(/./), notified: [] });

  // As a canary it takes a quarter of the incidents and fails.
  expect(await promote('2.0.0', '--share', '25', '--runs', '0')).toBe('restart 2.0.0 is canary (25 %).');
  await asked(async () => {
    if (alerts < 150) await fire();
    const now = await stages();
    return now?.canary === null ? now : null;
  });
  expect(await stages()).toMatchObject({ live: { version: '1.0.0' }, canary: null, drafts: [{ version: '2.0.0' }] });
  const told = () => announcements.messages.filter(({ text }) => text.startsWith('↺ The canary'));
  await sandbox.waitFor(() => told().length > 0 || undefined, 40_000);
  expect(told()).toMatchObject([
    { text: expect.stringMatching(/restart 2\.0\.0 was taken back: .*fail.* 1\.0\.0 goes on/) },
  ]);

  // The live one goes on.
  const [tried, before] = [(await runs('2.0.0')).length, (await runs('1.0.0')).length];
  expect(tried).toBeGreaterThanOrEqual(3);
  expect(tried).toBeLessThan(before);
  await fire();
  await asked(async () => ((await runs('1.0.0')).length > before ? true : null));
  expect(await registered()).toMatch(/^restart 1\.0\.0 .* live /m);
  expect(await registered()).not.toContain('2.0.0');
  expect(told()).toHaveLength(1);

  // And back is one command.
  await order(['register', fileOf('1.1.0')], mine());
  expect(await promote('1.1.0', '--to', 'live')).toBe('restart 1.1.0 is live.');
  expect(await registered()).toMatch(/^restart 1\.1\.0 .* live /m);
  expect(await order(['rollback', 'restart', '--reason', 'it restarts too much'], mine())).toBe(
    'Live again: restart 1.0.0.',
  );
  expect((await stages())?.live?.version).toBe('1.0.0');
  expect(await registered()).toMatch(/^restart 1\.0\.0 .* live /m);
  const audit = await runCommand(['audit', 'verify'], mine());
  // 2: no checkpoint was sealed yet, which is done at full minutes.
  expect([0, 2], audit.stdout).toContain(audit.code);
}, 120_000);

it('a hang-up reads policies, access and silences anew without a restart, and with a fault nothing of it', async () => {
  const names = async (path: string) =>
    (await firebreak.get<{ items: { name: string }[] }>(path)).items.map(({ name }) => name);
  const ruleOf = (effect: string) => `apiVersion: firebreak/v1
name: quiet
rules: [{ id: r, at: start, effect: ${effect} }]
`;
  const silence = `{ name: calm, owner: ana, reason: the core moves, sets: [{ source: [x] }], startsAt: 2026-01-01T00:00:00Z, endsAt: 2030-01-01T00:00:00Z }`;
  writeFileSync(config, `${settings}access: { local: [view, start] }\nsilences: [${silence}]\n`);
  writeFileSync(join(policies, 'quiet.yaml'), ruleOf('{ allow: all }'));
  firebreak.signal('SIGHUP');
  await asked(async () => (firebreak.output().includes('nothing was reloaded') ? true : null));
  expect([await names('/policies'), await names('/silences')]).toEqual([[], []]);
  writeFileSync(join(policies, 'quiet.yaml'), ruleOf('{ deny: not now }'));
  firebreak.signal('SIGHUP');
  await asked(async () => ((await names('/silences')).length > 0 ? true : null));
  expect([await names('/policies'), await names('/silences')]).toEqual([['quiet'], ['calm']]);
  expect(await order(['rollback', 'restart', '--reason', 'again'], mine())).toMatch(/^exit 1: .*design/);
  const refused = await runCommand(['run', 'restart'], mine());
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/policy quiet \(r\) denies it: not now/) });
}, 60_000);
