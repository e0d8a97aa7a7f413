// The alert rules over hours and days, tried by the real promtool. Needs Debian's package prometheus.
import { expect, it } from 'vitest';
import { promtool } from '../support/source/promtool.ts';
import { ruleFile, testFiles } from '../support/source/rules.ts';

it.each(testFiles)('every alert of %s fires when its test says, and only then', (file) => {
  expect(promtool(['test', 'rules'], ruleFile(file))).toContain('SUCCESS');
});
