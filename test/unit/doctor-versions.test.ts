// `firebreak doctor` says of a file that it is another version than its number says, and of a playbook that no version of it is live.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkVersions, versionChecks } from '../../src/cli/doctor/versions.ts';
import { announceServer } from '../../src/store/embedded/server-address.ts';

const ref = (version: string, content: string) => ({ name: 'it', version, digest: `sha256:${content}` });
const stages = (live: ReturnType<typeof ref> | null, drafts: ReturnType<typeof ref>[] = []) => [
  { playbook: 'it', live, canary: null, shadow: null, drafts },
];
const found = (...given: Parameters<typeof versionChecks>) =>
  versionChecks(...given).map(({ status, found: text }) => `${status} ${text}`);
const sound = ['ok every file is the version that its number says'];

it('the same number with other content is told, unless that content is known too', () => {
  const told = ['warn it 1.0.0 in the folder has other content than the it 1.0.0 that is recorded'];
  expect(found([ref('1.0.0', 'b')], stages(ref('1.0.0', 'a')), 'folder')).toEqual(told);
  expect(found([ref('1.0.0', 'b')], stages(ref('1.0.0', 'a')), 'promoted')).toEqual(told);
  expect(found([ref('1.0.0', 'b')], stages(ref('0.9.0', 'x'), [ref('1.0.0', 'a')]), 'promoted')).toEqual(told);
  expect(found([ref('1.0.0', 'a')], stages(ref('1.0.0', 'a')), 'promoted')).toEqual(sound);
  expect(found([ref('1.1.0', 'b')], stages(ref('1.0.0', 'a')), 'promoted')).toEqual(sound);
  expect(found([ref('1.0.0', 'b')], stages(ref('1.0.0', 'b'), [ref('1.0.0', 'a')]), 'folder')).toEqual(sound);
});

it('a playbook without a live version is told where the ledger decides, and not where the folder does', () => {
  const told = ['warn no version of it is live, so that nothing starts it'];
  expect(found([ref('1.0.0', 'a')], stages(null, [ref('1.0.0', 'a')]), 'promoted')).toEqual(told);
  expect(found([ref('1.0.0', 'a')], [], 'promoted')).toEqual(told);
  expect(found([ref('1.0.0', 'a')], [], 'folder')).toEqual(sound);
});

it('the living server is asked what is recorded; where none runs, nothing is told', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'firebreak-versions-'));
  const playbooks = join(dataDir, 'playbooks');
  mkdirSync(playbooks);
  const head =
    'apiVersion: firebreak/v1\nname: it\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: e }\n';
  const steps = 'triggers: [{ source: alertmanager }]\nsteps: [{ id: a, uses: wait, with: { for: 1s } }]\n';
  writeFileSync(join(playbooks, 'it.yaml'), head + steps);
  const config = { dataDir, playbooks, file: { approvals: {}, changeControl: 'promoted' } };
  const asked: string[] = [];
  const answers = async (url: string | URL | Request) => {
    asked.push(String(url));
    return Response.json({ items: stages(ref('1.0.0', 'a')) });
  };
  const check = () => checkVersions(config as never, answers as typeof fetch);
  expect(await check()).toEqual([]);
  const withdraw = announceServer(dataDir, 'http://127.0.0.1:9', new Date().toISOString());
  expect(await check()).toMatchObject([{ status: 'warn', found: expect.stringContaining('has other content') }]);
  withdraw();
  expect(asked).toEqual(['http://127.0.0.1:9/api/v1/playbook-stages']);
});
