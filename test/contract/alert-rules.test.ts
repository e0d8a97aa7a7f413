// The alert rules, tried by the real promtool where it is on PATH: those whose windows are minutes. test/full/alert-rules.test.ts tries all.
import { expect, it } from 'vitest';
import { isInstalled, promtool } from '../support/source/promtool.ts';
import { testFiles } from '../support/source/rules.ts';

it('promtool takes the rules, and every alert of minutes fires when its test says and only then', () => {
  if (!isInstalled('promtool')) return;
  expect(promtool(['check', 'rules'], 'firebreak.rules.yaml')).toMatch(/SUCCESS: \d+ rules found/);
  expect(promtool(['test', 'rules'], testFiles[0])).toContain('SUCCESS');
});
