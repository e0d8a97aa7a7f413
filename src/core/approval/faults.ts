// What an approval contradicts in itself, or names that is not there. Reports, never throws.
import { compileExpression } from '../playbook/expression.ts';
import { nearest } from '../playbook/suggest.ts';
import { formatDuration } from '../time.ts';
import { type ApprovalDocument, type ApprovalPolicies, compileApproval, thresholdsOf } from './document.ts';
import { gateNames } from './gate.ts';
import { ladderOf } from './ladder.ts';
import type { ApprovalFactor, Threshold } from './rule.ts';
import { voterNames } from './threshold.ts';

type Path = readonly PropertyKey[];

/** A fault with its place within the approval. */
export type ApprovalFault = { readonly path: Path; readonly message: string };

/** Every fault of one approval. */
export function approvalFaults(document: ApprovalDocument, policies: ApprovalPolicies): readonly ApprovalFault[] {
  const faults: ApprovalFault[] = [];
  const report = (path: Path, message: string) => faults.push({ path, message });
  const { from, quorum, allOf, anyOf, people, policy } = document;
  if (policy !== undefined) return policyFaults(document, policies);
  const ways = Object.entries({ from, allOf, anyOf }).filter(([, value]) => value !== undefined);
  if (ways.length === 0) return [{ path: [], message: 'must say who approves: `from`, `allOf`, `anyOf` or `policy`' }];
  for (const [name] of ways.slice(1)) report([name], `stands beside \`${ways[0]?.[0]}\`; an approval has one of them`);
  if (quorum !== undefined && from === undefined) report(['quorum'], 'belongs to `from`; each factor has its own `n`');
  if (people !== undefined && allOf === undefined) report(['people'], 'belongs to `allOf`');
  if (from && quorum !== undefined && tooFew(from, quorum))
    report(['quorum'], `asks for ${quorum} people, but names only ${new Set(from).size}`);
  thresholdsOf(document)?.forEach((threshold, i) => {
    checkThreshold(report, anyOf ? ['anyOf', i] : [], threshold);
  });
  checkLadder(report, document);
  checkGates(report, document);
  return faults;
}

type Report = (path: Path, message: string) => void;

/** Beside a policy stands only what makes it stricter. */
function policyFaults(document: ApprovalDocument, policies: ApprovalPolicies): readonly ApprovalFault[] {
  const { policy = '', excludeRequester, stepUp, ...rest } = document;
  const known = Object.keys(policies);
  const unknown = Object.hasOwn(policies, policy)
    ? []
    : [
        {
          path: ['policy'],
          message: `there is no approval policy \`${policy}\`${nearest(policy, known)}; ${known.length === 0 ? 'name it under `approvals:` in firebreak.yaml' : `there are ${known.join(', ')}`}`,
        },
      ];
  const beside = Object.entries(rest).filter(([, value]) => value !== undefined);
  const loose = Object.entries({ excludeRequester, stepUp }).filter(([, value]) => value === false);
  return [
    ...unknown,
    ...beside.map(([name]) => ({ path: [name], message: 'is said by the policy; a step cannot say otherwise' })),
    ...loose.map(([name]) => ({ path: [name], message: 'cannot loosen the policy; leave it out' })),
  ];
}

/** Whether fewer people are named than are asked for, where everybody is named. */
const tooFew = (names: readonly string[], n: number): boolean =>
  names.every((name) => /^[UW][A-Z0-9]+$/.test(name)) && n > new Set(names).size;

function checkThreshold(report: Report, at: Path, { factors, people }: Threshold): void {
  const sum = factors.reduce((all, { n }) => all + n, 0);
  const most = Math.max(...factors.map(({ n }) => n));
  if (people !== undefined && people > sum)
    report([...at, 'people'], `is more than the ${sum} that the factors ask for; nothing says who the others are`);
  if (people !== undefined && people < most)
    report([...at, 'people'], `is less than the ${most} that one factor asks for`);
  factors.forEach((factor, i) => {
    checkFactor(report, [...at, 'allOf', i], factor);
  });
}

function checkFactor(report: Report, at: Path, { n, of, where, groups }: ApprovalFactor): void {
  if (tooFew(of, n)) report([...at, 'n'], `asks for ${n} people, but names only ${of.length}`);
  if (groups !== undefined && groups > of.length)
    report([...at, 'groups'], `asks for ${groups} different groups, but names only ${of.length}`);
  if (groups !== undefined && groups > n)
    report([...at, 'groups'], `asks for ${groups} different groups out of ${n} people`);
  if (where !== undefined) checkExpression(report, [...at, 'where'], { text: where, known: voterNames });
}

function checkLadder(report: Report, document: ApprovalDocument): void {
  if (document.ladder && document.escalate)
    report(['ladder'], 'stands beside `escalate`, which is a ladder of one rung; write it as a rung');
  const { expiresInMs, ...rule } = compileApproval(document);
  let before = 0;
  ladderOf({ expiresInMs, ...rule }).forEach(({ afterMs }, i) => {
    if (!document.ladder) return;
    const at = ['ladder', i, 'after'];
    if (afterMs >= expiresInMs)
      report(at, `would be called when the request has expired, after ${formatDuration(expiresInMs)}`);
    else if (afterMs <= before) report(at, `must come after the rung before it, at ${formatDuration(before)}`);
    before = afterMs;
  });
}

function checkGates(report: Report, { gates = [] }: ApprovalDocument): void {
  gates.forEach(({ name, http, expect, timeout = 5000 }, i) => {
    const at = ['gates', i];
    if (gates.findIndex((other) => other.name === name) !== i)
      report([...at, 'name'], `${name} is another gate's name`);
    if (!/^https?:\/\/[^\s@]+$/.test(http.url) || !URL.canParse(http.url))
      report([...at, 'http', 'url'], 'must be an http or https URL without a user name');
    if (timeout < 100 || timeout > 60_000) report([...at, 'timeout'], 'must be between 100ms and 1m');
    if (expect !== undefined) checkExpression(report, [...at, 'expect'], { text: expect, known: gateNames });
  });
}

function checkExpression(
  report: Report,
  at: Path,
  { text, known }: { readonly text: string; readonly known: readonly string[] },
): void {
  const expression = compileExpression(text);
  if (!expression.ok) return report(at, expression.error);
  const roots = new Set(expression.value.references.map(([root = '']) => root));
  for (const root of roots)
    if (!known.includes(root)) report(at, `\`${root}\` is not known here; what is known: ${known.join(', ')}`);
}
