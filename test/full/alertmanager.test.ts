// Routes, inhibition and time intervals against Alertmanager's own packages: no alert goes elsewhere, none is muted or told differently.
// Needs Go and Debian's golang-github-prometheus-alertmanager-dev.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { amtoolReceivers, hasAmtool } from '../../src/cli/alerts/amtool.ts';
import { route } from '../../src/core/alert/route.ts';
import { compared, imported } from '../support/alertmanager/our-answer.ts';
import { type Answer, type Question, randomQuestions } from '../support/alertmanager/random-config.ts';
import { firingAlert } from '../support/given/firing-alert.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-alertmanager-'));
const helper = join(folder, 'helper');
const recorded = fileURLToPath(new URL('../fixtures/alertmanager/answers.jsonl', import.meta.url));
const fixtures = { configs: 40, alerts: 8, instants: 12 };

beforeAll(() => {
  const source = fileURLToPath(new URL('alertmanager/main.go', import.meta.url));
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };
  try {
    execFileSync('go', ['build', '-o', helper, source], { env, encoding: 'utf8' });
  } catch (error) {
    const what = 'apt-get install golang-go golang-github-prometheus-alertmanager-dev';
    throw new Error(`the helper cannot be built; ${what}`, { cause: error });
  }
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

function askAlertmanager(questions: readonly Question[]): readonly Answer[] {
  const input = questions.map((question) => JSON.stringify(question)).join('\n');
  const output = execFileSync(helper, { input, encoding: 'utf8', maxBuffer: 1 << 30 });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

it('sends, mutes and times at least 20 000 alerts as Alertmanager does', { timeout: 1_800_000 }, () => {
  const counts = { configurations: 0, alerts: 0, inhibited: 0, instants: 0, within: 0, shortMonths: 0 };
  const found: string[] = [];
  for (let seed = 1; seed <= 10; seed++) {
    const questions = randomQuestions(seed, { configs: 100, alerts: 25, instants: 20 });
    const answers = askAlertmanager(questions);
    for (const [n, question] of questions.entries()) {
      const answer = answers[n];
      if (answer === undefined) throw new Error('the helper left a question without an answer');
      const { differences, shortMonths } = compared(question, answer);
      found.push(...differences);
      counts.shortMonths += shortMonths;
      counts.configurations += 1;
      counts.alerts += question.alerts.length;
      counts.inhibited += answer.inhibited.filter(Boolean).length;
      const within = Object.values(answer.within).flat();
      counts.instants += within.length;
      counts.within += within.filter(Boolean).length;
    }
  }
  process.stdout.write(`against Alertmanager: ${JSON.stringify(counts)}, differences ${found.length}\n`);
  expect(found.slice(0, 5)).toEqual([]);
  expect(counts.alerts).toBeGreaterThanOrEqual(20_000);
});

it('sends alerts where the real amtool says', { timeout: 600_000 }, async () => {
  if (!(await hasAmtool())) throw new Error('there is no amtool; apt-get install prometheus-alertmanager');
  let asked = 0;
  for (const [n, { config, alerts }] of randomQuestions(11, { configs: 40, alerts: 6, instants: 0 }).entries()) {
    const { alerts: sections, receivers } = imported(config);
    const file = join(folder, `${n}.yml`);
    writeFileSync(file, config);
    for (const labels of alerts.filter(isSayable)) {
      const { matched } = route(firingAlert(labels), '2026-01-01T00:00:00.000Z', sections);
      const ours = matched.map((name) => receivers.get(name));
      expect({ config, labels, to: ours }).toEqual({ config, labels, to: await amtoolReceivers(file, labels) });
      asked += 1;
    }
  }
  process.stdout.write(`against amtool config routes test: ${asked} alerts, differences 0\n`);
  expect(asked).toBeGreaterThan(100);
});

/** amtool takes labels as words, and a line break in one for the end of it. */
const isSayable = (labels: Question['alerts'][number]): boolean =>
  Object.values(labels).every((value) => value !== '' && !value.includes('\n'));

it('has recorded what Alertmanager says, for where it is not installed', async () => {
  const questions = randomQuestions(9, fixtures);
  const answers = askAlertmanager(questions);
  const lines = questions.map((question, n) => `${JSON.stringify({ question, answer: answers[n] })}\n`).join('');
  await expect(lines).toMatchFileSnapshot(recorded);
});
