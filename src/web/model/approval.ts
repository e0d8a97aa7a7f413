// What a request for a decision asks, in words: its question, its one-line plan, who can answer. Pure.
import type { ApiApproval } from '../../contract/approval.ts';

type Asked = Pick<ApiApproval, 'rule' | 'assigned' | 'approvals' | 'missing'>;

/** What its step is called. */
export const stepName = ({ plan, step }: Pick<ApiApproval, 'plan' | 'step'>): string => plan.name ?? step;

/** The question as a title: `Restart checkout-api?` */
export function questionOf(approval: Pick<ApiApproval, 'plan' | 'step'>): string {
  const name = stepName(approval).trim();
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const { target, name: given } = approval.plan;
  const isSaid = target === null || title.toLowerCase().includes(target.toLowerCase());
  // A bare id is a verb, as in the message: "Restart checkout-api?".
  const about = isSaid ? '' : given === undefined ? ` ${target}` : ` on ${target}`;
  return `${title.replace(/[?.!]+$/, '')}${about}?`;
}

/** What it does in one line; without a summary, the action and its target. */
export const planLine = ({ summary, uses, target }: ApiApproval['plan']): string =>
  summary ?? (target === null ? uses : `${uses} on ${target}`);

/** `high risk, can be undone`. */
export const riskText = ({ risk, reversible }: ApiApproval['plan']): string =>
  `${risk} risk, ${reversible ? 'can be undone' : 'cannot be undone'}`;

/** What is said besides where a passkey signs. */
export const byPasskey = ' It takes your passkey: your browser asks for it, and it signs exactly this plan.';

/** Whom it asks. */
export const asked = ({ rule, assigned }: Pick<Asked, 'rule' | 'assigned'>): readonly string[] => assigned ?? rule.from;

/** Who must agree: `2 of @sre`; of a request that was handed on, who is asked now. `called`: how a name is shown. */
export const whoAnswers = (
  { rule, assigned }: Pick<Asked, 'rule' | 'assigned'>,
  called: (name: string) => string,
): string => (assigned === null ? whoIsAsked(rule, called) : severalOf(assigned, rule.quorum, called));

const severalOf = (names: readonly string[], quorum: number, called: (name: string) => string) =>
  `${names.map(called).join(', ')}${quorum > 1 ? `, ${quorum} of them` : ''}`;

/** Whom a rule asks: `@sre, 2 of them`; one with thresholds as its own words say, since a number of names would not be it. */
export const whoIsAsked = (
  { from, quorum, who }: Pick<ApiApproval['rule'], 'from' | 'quorum' | 'who'>,
  called: (name: string) => string = (name) => name,
): string => (who === `${quorum} of ${from.join(' or ')}` ? severalOf(from, quorum, called) : who);

/** How far it is: `Ana ✓ · one more from @sre`. */
export function progressText({ approvals, rule, assigned, missing }: Asked): string {
  const given = approvals.map(({ actor }) => `${actor.name ?? actor.id} ✓`);
  if (given.length > 0 || missing.length === 0) return [...given, ...missing].join(' · ');
  return `asks ${whoAnswers({ rule, assigned }, (name) => name)}`;
}

/** How much of its time is left, 0 to 1. */
export function timeLeft({ requestedAt, expiresAt }: Pick<ApiApproval, 'requestedAt' | 'expiresAt'>, nowMs: number) {
  const whole = Date.parse(expiresAt) - Date.parse(requestedAt);
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, (Date.parse(expiresAt) - nowMs) / whole));
}

/** The short form of a digest, as people compare it. */
export const shortDigest = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 12);
