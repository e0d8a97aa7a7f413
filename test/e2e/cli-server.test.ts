// `--server URL`: every question and order over the network, as the token in FIREBREAK_TOKEN; and the living server that wants one.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiIncident } from '../../src/contract/incident.ts';
import type { ApiKillSwitch } from '../../src/contract/operation.ts';
import { type Env, type Failure, runCommand, runJson } from '../support/cluster/command-line.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';
import { freePort } from '../support/global-setup.ts';

/** Of the name `bootstrap`; no role lists it, so it may look and nothing else. */
const token = 'a-token-that-may-look-only';
const folder = mkdtempSync(join(tmpdir(), 'firebreak-cli-'));
const cwd = join(folder, 'elsewhere');
let firebreak: Firebreak;
beforeAll(async () => {
  mkdirSync(cwd);
  writeFileSync(join(folder, 'firebreak.yaml'), 'access: { view: everyone, respond: [] }\n');
  const settings = { FIREBREAK_API_TOKEN: token, FIREBREAK_CONFIG: join(folder, 'firebreak.yaml') };
  firebreak = await createFirebreak(settings);
  await firebreak.start();
});
afterAll(async () => {
  await firebreak.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('with --server and a token that may view', () => {
  const there = (args: readonly string[]) => args.concat('--server', firebreak.url());
  const run = (args: readonly string[], env: Env = { FIREBREAK_TOKEN: token }) => runCommand(there(args), { env, cwd });

  it.each([['runs'], ['incidents'], ['approvals'], ['halted'], ['register']])('`%s` is answered', async (...words) => {
    expect(await run(words)).toMatchObject({ code: 0 });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([
    ['operate', ['halt', '--reason', 'x']],
    ['operate', ['release']],
    ['respond', ['incidents', 'declare', 'something is wrong']],
    ['start', ['run', 'fault', '--input', 'target=http://127.0.0.1', '--input', 'fail=no']],
  ] as const)('the right `%s` is named where it is missing: %j', async (right, words) => {
    const refused = await runJson<Failure>(there(words), { env: { FIREBREAK_TOKEN: token }, cwd });
    expect(refused).toMatchObject({ code: 1, value: { error: { code: 'not_allowed', right } } });
    expect(refused.value.error.message).toContain(`token:bootstrap lacks the right \`${right}\``);
  });

  it('says what to do without a token, with another one, and where nobody or somebody else answers', async () => {
    const without = await run(['runs'], {});
    expect(without).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/wants a token: put one into FIREBREAK_TOKEN/),
    });
    const wrong = await run(['runs'], { FIREBREAK_TOKEN: 'another-token-than-that' });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/refuses the token in FIREBREAK_TOKEN/) });
    const closed = `http://127.0.0.1:${await freePort()}`;
    const nobody = await runCommand(['runs', '--server', closed], { env: {}, cwd });
    expect(nobody).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^http:\S+ does not answer: .*ECONNREFUSED/),
    });
    expect(await runCommand(['runs', '--server', 'here'], { env: {}, cwd })).toMatchObject({ code: 2 });

    const other = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const stranger = await runCommand(['runs', '--server', url], { env: {}, cwd });
    expect(stranger).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no answer of Firebreak; is .* a Firebreak/),
    });
    other.close();
    other.closeAllConnections();
  });
});

describe('beside a living server that wants a token', () => {
  const env = () => ({ FIREBREAK_DATA_DIR: firebreak.dataDir });

  it('acts as the token where there is one', async () => {
    const where = { env: { ...env(), FIREBREAK_TOKEN: token }, cwd };
    expect(await runCommand(['runs'], where)).toMatchObject({ code: 0 });
    const refused = await runJson<Failure>(['halt', '--reason', 'x'], where);
    expect(refused).toMatchObject({ code: 1, value: { error: { right: 'operate' } } });
    const wrong = { env: { ...env(), FIREBREAK_TOKEN: 'another-token-than-that' }, cwd };
    expect(await runCommand(['runs'], wrong)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/refuses the token/),
    });
  });

  it('acts on its database as the user of this machine where there is none, and the server learns of it', async () => {
    const halted = await runJson<ApiKillSwitch>(['halt', '--reason', 'the core is moved'], { env: env(), cwd });
    const me = { id: `local:${userInfo().username}`, via: 'cli' };
    expect(halted).toMatchObject({ code: 0, value: { scope: '*', by: me } });
    const asked = () =>
      runJson<{ items: ApiKillSwitch[] }>(['halted', '--server', firebreak.url()], {
        env: { FIREBREAK_TOKEN: token },
        cwd,
      });
    await expect.poll(async () => (await asked()).value.items, { timeout: 30_000, interval: 500 }).toHaveLength(1);
    const declared = await runJson<ApiIncident>(['incidents', 'declare', 'checkout is slow'], { env: env(), cwd });
    expect(declared).toMatchObject({ code: 0, value: { number: 1 } });
    expect(readdirSync(cwd)).toEqual([]);
  });
});
