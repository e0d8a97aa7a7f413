// The alert rules of deploy/prometheus and their tests, as far as tests of ours say something about them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

/** The file in deploy/prometheus. */
export const ruleFile = (name: string) => fileURLToPath(new URL(`../../../deploy/prometheus/${name}`, import.meta.url));
const read = (name: string): unknown => parse(readFileSync(ruleFile(name), 'utf8'));

const Recording = z.strictObject({ record: z.string(), expr: z.string() });
const Alert = z.strictObject({
  alert: z.string().regex(/^Firebreak[A-Z]\w+$/),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket', 'none']), window: z.string().optional() }),
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
});
const Rules = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(z.union([Recording, Alert])) })),
});
const rules = Rules.parse(read('firebreak.rules.yaml')).groups.flatMap((group) => group.rules);

export const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule] : []));
export const recordings = rules.flatMap((rule) => ('record' in rule ? [rule] : []));

/** Files of tests for promtool; the first takes a second, the others half a minute of processor time each. */
export const testFiles = [
  'firebreak.rules.test.yaml',
  'firebreak.hours.test.yaml',
  'firebreak.days.test.yaml',
] as const;

const Tests = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      input_series: z.array(z.object({ series: z.string() })),
      promql_expr_test: z
        .array(
          z.object({
            eval_time: z.string(),
            exp_samples: z.array(z.object({ labels: z.string(), value: z.number() })),
          }),
        )
        .default([]),
    }),
  ),
});
/** Each test: which metrics it is given, and what fires at each time. */
export const ruleTests = testFiles.flatMap((file) =>
  Tests.parse(read(file)).tests.map(({ name, input_series: given, promql_expr_test: checks }) => ({
    name,
    metrics: given.map(({ series }) => series.replace(/\{.*/, '')),
    firing: checks.map(({ exp_samples: samples }) => samples.map(({ labels }) => labels)),
  })),
);
