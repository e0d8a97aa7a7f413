// The form of playbook tests (`<playbook>.test.yaml`): cases of an alert or inputs, what actions answer, and what is expected.

import { z } from 'zod';
import { JsonValue } from '../alert/alert.ts';
import { Severity } from '../alert/severity.ts';
import { err, ok, type Result } from '../result.ts';
import { issuesOf } from '../schema-issues.ts';
import { Duration } from '../time.ts';
import type { PlaybookFault } from './compile.ts';
import { parseYaml } from './parse-yaml.ts';
import { ErrorClass } from './playbook.ts';
import { quoteAdvice, withoutExtensions } from './read-document.ts';

const texts = z.record(z.string(), z.string());

/** What an action answers to one try. */
const ScriptedAnswer = z.union(
  [
    z.strictObject({ output: JsonValue, takes: Duration.optional() }),
    z.strictObject({
      fails: ErrorClass,
      message: z.string().optional(),
      code: z.string().optional(),
      retryAfter: Duration.optional(),
      takes: Duration.optional(),
    }),
    /** The worker dies in the middle: nobody knows whether it took effect. */
    z.strictObject({ lost: z.literal(true) }),
  ],
  { error: 'must be { output: ... }, { fails: <error class> } or { lost: true }' },
);
export type ScriptedAnswer = z.output<typeof ScriptedAnswer>;

const Order = z.strictObject({
  order: z.enum(['retry', 'compensate', 'cancel', 'pause', 'resume', 'done']),
  step: z.string().optional(),
});

const Expectation = z.strictObject({
  /** Whether the alert starts the playbook; a case with an alert expects it unless it says otherwise. */
  triggered: z.boolean().optional(),
  /** Part of the message with which the inputs are refused. */
  refused: z.string().optional(),
  inputs: z.record(z.string(), JsonValue).optional(),
  outcome: z.enum(['succeeded', 'failed', 'cancelled', 'compensated', 'compensation_failed', 'running']).optional(),
  /** Steps that asked people, in order. */
  approvals: z.array(z.string()).optional(),
  /** `type` or `type step`, in this order; others may stand between them. */
  events: z.array(z.string()).optional(),
  /** Events that must not happen. */
  never: z.array(z.string()).optional(),
  /** What a step runs with: members that are named must be equal. */
  plans: z.record(z.string(), z.record(z.string(), JsonValue)).optional(),
});
/** What a case says must come of it; what it does not name may be anything. */
export type Expectation = z.output<typeof Expectation>;

const Case = z.strictObject({
  name: z.string().min(1),
  /** An alert in Firebreak's own form; what is left out is made up. */
  alert: z
    .strictObject({
      source: z.string().optional(),
      title: z.string().optional(),
      severity: Severity.optional(),
      service: z.string().optional(),
      status: z.enum(['firing', 'resolved']).optional(),
      labels: texts.optional(),
      annotations: texts.optional(),
    })
    .optional(),
  /** Or a file with an alert as its source sends it, beside the test. */
  alertFile: z.string().optional(),
  inputs: z.record(z.string(), JsonValue).default({}),
  env: texts.default({}),
  /** By step, or `<step>~undo`: one answer for every try, or a list with one for each; the last one stays. */
  results: z.record(z.string(), z.union([ScriptedAnswer, z.array(ScriptedAnswer).min(1)])).default({}),
  /** By step; `ignore` lets the request run out. Everything else is approved. */
  approvals: z.record(z.string(), z.enum(['approve', 'deny', 'ignore'])).default({}),
  /** What people order once nothing else moves any more. */
  orders: z.array(Order).default([]),
  expect: Expectation,
});
/** One case of a test: what is given, what the actions answer, and what is expected. */
export type Case = z.output<typeof Case>;

const Document = z.strictObject({
  /** The playbook's file, seen from the test; default: the file of the same name beside it, or one folder up. */
  playbook: z.string().optional(),
  cases: z.array(Case).min(1),
});
/** A test of a playbook as it is written in its file. */
export type TestDocument = z.output<typeof Document>;

/** Reads a test; every fault with its place. */
export function readTest(text: string, file: string): Result<TestDocument, readonly PlaybookFault[]> {
  const { source, faults } = parseYaml(text);
  if (!source) return err(faults.map((fault) => ({ file, ...fault })));
  const parsed = Document.safeParse(withoutExtensions(source.data));
  if (parsed.success) return ok(parsed.data);
  return err(
    issuesOf(parsed.error).map((issue) => {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
      const what = issue.code === 'unrecognized_keys' ? 'is not known here' : issue.message;
      const advice = quoteAdvice(path, what, source);
      return {
        file,
        ...source.placeOf(path),
        message: `${path.map(String).join('.') || 'the file'}: ${what}${advice}`,
      };
    }),
  );
}
