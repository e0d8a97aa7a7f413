// Routes, inhibition and time intervals against what Alertmanager said to the same questions (recorded by test/full/alertmanager.test.ts,
// so that nothing needs to be installed), and against the real amtool where it is on PATH.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { amtoolReceivers, hasAmtool } from '../../src/cli/alerts/amtool.ts';
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
