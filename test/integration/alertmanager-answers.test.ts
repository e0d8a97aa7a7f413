// Routes, inhibition and time intervals against what Alertmanager said to the same questions (recorded by test/full/alertmanager.test.ts,
// so that nothing needs to be installed), and against the real amtool where it is on PATH.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { amtoolReceivers, hasAmtool } from '../../src/cli/alerts/amtool.ts';
import { createProgram } from '../../src/cli/session/program.ts';
import { compared, ourAnswer } from '../support/alertmanager/our-answer.ts';
import type { Answer, Question } from '../support/alertmanager/random-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-amtool-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = fileURLToPath(new URL('../fixtures/alertmanager/answers.jsonl', import.meta.url));
const recorded = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly question: Question; readonly answer: Answer });

it('sends, mutes and times alerts as Alertmanager does', () => {
  const all = recorded.map(({ question, answer }) => compared(question, answer));
  expect(all.flatMap(({ differences }) => differences)).toEqual([]);
  expect(recorded.flatMap(({ question }) => question.alerts).length).toBeGreaterThanOrEqual(300);
  const answers = recorded.map(({ answer }) => answer);
  // What is asked is worth asking: alerts go to several places, some are inhibited and some are not, some instants are in and some are not.
  expect(new Set(answers.flatMap(({ receivers }) => receivers.flat())).size).toBeGreaterThan(4);
  expect(new Set(answers.flatMap(({ inhibited }) => inhibited)).size).toBe(2);
  expect(new Set(answers.flatMap(({ within }) => Object.values(within).flat())).size).toBe(2);
});

it('sends alerts where amtool says, or where it said when that was recorded', async () => {
  const isThere = await hasAmtool();
  for (const [n, { question, answer }] of recorded.slice(0, 10).entries()) {
    const config = join(folder, `${n}.yml`);
    writeFileSync(config, question.config);
    const ours = ourAnswer(question).receivers;
    for (const [at, labels] of question.alerts.slice(0, 3).entries())
      expect(ours[at]).toEqual(isThere ? await amtoolReceivers(config, labels) : answer.receivers[at]);
  }
  if (isThere)
    expect(execFileSync('amtool', ['check-config', join(folder, '0.yml')], { encoding: 'utf8' })).toContain('SUCCESS');
});

describe('firebreak import alertmanager', () => {
  const teams = fileURLToPath(new URL('../fixtures/alertmanager/teams.yml', import.meta.url));
  const path = process.env.PATH ?? '';
  afterEach(() => {
    process.env.PATH = path;
    process.exitCode = undefined;
  });

  /** Runs the command; what it writes, and the code with which it ends. */
  async function run(...args: readonly string[]) {
    const written = { out: [] as string[], err: [] as string[] };
    const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.out.push(String(text)) > 0);
    const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.err.push(String(text)) > 0);
    process.exitCode = undefined;
    try {
      await (await createProgram()).parseAsync(['import', 'alertmanager', ...args], { from: 'user' });
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
    return { out: written.out.join(''), err: written.err.join(''), code: Number(process.exitCode ?? 0) };
  }

  it('writes the sections with what it left out, and replaces no file', async () => {
    const file = join(folder, 'routes.yaml');
    const { out, err, code } = await run(teams, '--out', file);
    expect([out, code]).toEqual(['', 0]);
    expect(err).toMatch(/^route: group_interval is left out/m);
    expect(err).toMatch(
      (await hasAmtool()) ? /^proven: 2\d alerts go where amtool says$/m : /^not proven: amtool is not on PATH/m,
    );
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^# - receivers\[2\]: pagerduty_configs of team-DB-pager is left out/m);
    expect(Object.keys(parse(text) as object)).toEqual(['intervals', 'routes', 'groups', 'inhibition']);
    await expect(run(teams, '--out', file)).rejects.toThrow(/routes\.yaml cannot be written/);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('ends with 1 where something was left out and --strict is given, or where amtool says otherwise', async () => {
    const amtool = join(folder, 'amtool');
    writeFileSync(amtool, '#!/bin/sh\necho elsewhere\n');
    chmodSync(amtool, 0o755);
    process.env.PATH = folder;
    const otherwise = await run(teams, '--json');
    expect(otherwise.code).toBe(1);
    expect(JSON.parse(otherwise.out)).toMatchObject({
      proof: { type: 'differs', ours: ['everything'], amtool: ['elsewhere'] },
    });
    rmSync(amtool);
    expect(await run(teams)).toMatchObject({ code: 0, err: expect.stringMatching(/^not proven/m) });
    expect((await run(teams, '--strict')).code).toBe(1);
  });

  it('says with line and column why a file cannot be taken', async () => {
    const file = join(folder, 'broken.yml');
    writeFileSync(file, 'route:\n  receiver: [a]\n');
    await expect(run(file)).rejects.toThrow(/broken\.yml:2:3 {2}route\.receiver: /);
    writeFileSync(file, 'route: { receiver: a, matchers: ["a=~("] }\n');
    await expect(run(file)).rejects.toThrow(/^route: .*is not an RE2 pattern/);
    writeFileSync(file, 'route: { receiver: a, routes: [{ match: { a: b }, mute_time_intervals: [gone] }] }\n');
    await expect(run(file)).rejects.toThrow(/^routes\.0\.routes\.0\.muteDuring\.0: there is no time interval gone/);
  });
});
