// Rules of approval in words: who must agree, who is still missing, who is called further. Pure.
import { formatDuration } from '../time.ts';
import { ladderOf } from './ladder.ts';
import type { ApprovalFactor, Threshold } from './rule.ts';
import type { Missing } from './threshold.ts';

type Called = (name: string) => string;

/** A rule as far as words say it. */
type Worded = {
  readonly from: readonly string[];
  readonly quorum: number;
  readonly expiresInMs: number;
  readonly escalate: readonly string[];
  readonly excludeRequester: boolean;
  readonly excludeAuthor?: true | undefined;
  readonly thresholds?: readonly Threshold[] | undefined;
  readonly ladder?: Parameters<typeof ladderOf>[0]['ladder'];
  readonly fallback?: readonly string[] | undefined;
  readonly gates?: readonly { readonly name: string }[] | undefined;
  readonly policy?: string | undefined;
  readonly stepUpFor?: readonly string[] | undefined;
};

const either = (names: readonly string[], called: Called) => names.map(called).join(' or ');

function factorWords({ n, of, where, groups }: ApprovalFactor, called: Called): string {
  const different = groups === undefined ? '' : `, out of ${groups} different groups`;
  return `${n} of ${either(of, called)}${where === undefined ? '' : ` where ${where}`}${different}`;
}

function thresholdWords({ factors, people }: Threshold, called: Called): string {
  const all = factors.map((factor) => factorWords(factor, called)).join(' and ');
  return people === undefined || factors.length === 1 ? all : `${all} (${people} different people)`;
}

/** Who must agree: `2 of @sre and 1 of @oncall:payments; or 1 of @cto`. */
export const whoInWords = ({ from, quorum, thresholds }: Worded, called: Called = (name) => name): string =>
  thresholds === undefined
    ? `${quorum} of ${either(from, called)}`
    : thresholds.map((threshold) => thresholdWords(threshold, called)).join('; or ');

/** What a rule says besides that: who is called further, what must answer, who is excluded, how long it stands. */
export function restInWords(rule: Worded): readonly string[] {
  const rungs = ladderOf(rule).map(({ afterMs, to, notify }) => {
    const called = [...to, ...(notify === undefined ? [] : [`the endpoint ${notify}`])].join(', ');
    return `after ${formatDuration(afterMs)} ${called} ${to.length === 0 ? 'is told' : 'is called and may decide'}`;
  });
  return [
    ...rungs,
    ...(rule.fallback === undefined ? [] : [`where nobody of a group may decide, ${rule.fallback.join(', ')} may`]),
    ...(rule.gates ?? []).map(({ name }) => `${name} must answer yes`),
    ...(rule.stepUpFor === undefined ? [] : [`${rule.stepUpFor.join(', ')} approve with a passkey only`]),
    ...(rule.excludeRequester ? ['whoever started the run may not approve'] : []),
    ...(rule.excludeAuthor ? ['whoever registered the version may not approve'] : []),
    `it expires after ${formatDuration(rule.expiresInMs)}`,
    ...(rule.policy === undefined ? [] : [`by the approval policy ${rule.policy}`]),
  ];
}

/** Who is still missing; null: nobody. The alternatives of several thresholds stand beside each other. */
export function missingInWords(
  thresholds: readonly (readonly Missing[])[],
  hasVotes: boolean,
  called: Called = (name) => name,
): string | null {
  if (thresholds.some((missing) => missing.length === 0)) return null;
  const more = (n: number) => (n === 1 ? `one${hasVotes ? ' more' : ''}` : `${n}${hasVotes ? ' more' : ''}`);
  const words = thresholds.map((missing) =>
    missing
      .map(({ n, of, where }) => {
        if (of.length === 0) return `${more(n)} ${n === 1 ? 'person' : 'people'}`;
        return `${more(n)} from ${either(of, called)}${where === undefined ? '' : ` where ${where}`}`;
      })
      .join(' and '),
  );
  return [...new Set(words)].join('; or ');
}
