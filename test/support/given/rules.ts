// Rule books of tests, from policies and sections as people write them.

import { z } from 'zod';
import { ruleSections, rulesOfFile } from '../../../src/config/rules.ts';
import type { PastRun } from '../../../src/core/policy/history.ts';
import { compileRulebook } from '../../../src/core/policy/judge.ts';
import { readPolicy } from '../../../src/core/policy/read-policy.ts';
import type { Policy, Rulebook } from '../../../src/core/policy/rulebook.ts';
import type { Governance } from '../../../src/core/run/govern.ts';

/** A policy from its rules in YAML. */
export function policy(rules: string, { name = 'p', rest = '' } = {}): Policy {
  const read = readPolicy(`apiVersion: firebreak/v1\nname: ${name}\n${rest}rules:\n${rules}`);
  if (!read.policy)
    throw new Error(read.faults.map(({ line, col, message }) => `${line}:${col} ${message}`).join('\n'));
  return read.policy;
}

/** The faults of such a policy, each with its place. */
export const policyFaults = (rules: string): readonly string[] =>
  readPolicy(`apiVersion: firebreak/v1\nname: p\nrules:\n${rules}`).faults.map(
    ({ line, col, message }) => `${line}:${col} ${message}`,
  );

/** A rule book of policies, and of freezes and environments as the configuration has them. */
export function rulebook(
  policies: readonly Policy[],
  sections: { freezes?: unknown; environments?: unknown } = {},
): Rulebook {
  const said = z.strictObject(ruleSections).parse(sections);
  return { policies: [...policies], ...rulesOfFile({ ...said, intervals: {} }) };
}

/** Such a rule book in force. */
export const ruledBy = (book: Rulebook, history: readonly PastRun[] = []): Governance => ({
  rules: compileRulebook(book),
  history,
  stageOf: () => 'live',
});
