// The alert rules, tried by the real promtool where it is on PATH: a slice, what happens within 20 minutes. test/full/alert-rules.test.ts
// tries all.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { isInstalled, promtool } from '../support/source/promtool.ts';
import { ruleFile, testFiles } from '../support/source/rules.ts';

type Tests = { readonly tests: readonly { readonly promql_expr_test?: readonly { readonly eval_time: string }[] }[] };

it('promtool takes the rules, and an alert of minutes fires when its test says and only then', () => {
  if (!isInstalled('promtool')) return;
  expect(promtool(['check', 'rules'], ruleFile('firebreak.rules.yaml'))).toMatch(/SUCCESS: \d+ rules found/);
  const all = parse(readFileSync(ruleFile(testFiles[0]), 'utf8')) as Tests;
  const tests = all.tests.filter(({ promql_expr_test: checks = [] }) =>
    checks.every(({ eval_time: at }) => /^1?\dm$|^20m$/.test(at)),
  );
  expect(tests.length).toBeGreaterThan(5);
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-rules-'));
  try {
    const slice = join(folder, 'slice.test.yaml');
    writeFileSync(slice, stringify({ ...all, rule_files: [ruleFile('firebreak.rules.yaml')], tests }));
    expect(promtool(['test', 'rules'], slice)).toContain('SUCCESS');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
