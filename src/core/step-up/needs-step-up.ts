// Whether an approval needs a passkey, and whether the one that came counts. Pure.

import type { Actor } from '../actor.ts';
import { areOnePerson } from '../authority/distinct.ts';
import type { People } from '../authority/membership.ts';
import type { Refusal } from '../refusal.ts';
import type { Approval } from '../run/state.ts';
import { assertionFault, type StepUp, type StepUpSite } from './assertion.ts';
import { notCounting, type Passkey } from './passkey.ts';

/** What is known of step-up where an approval is decided. */
export type StepUpContext = {
  /** Roles, as `@sre`, whose members approve high risk with a passkey only. */
  readonly roles: readonly string[];
  /** Where passkeys count; null: people do not reach this Firebreak under a name that browsers would let count. */
  readonly site: StepUpSite | null;
  /** Where requests are shown, without the id; null: nowhere. */
  readonly page: string | null;
  /** The passkey that the assertion names; null: there is none, or no assertion came. */
  readonly passkey: Passkey | null;
};

/** Before anything is configured. */
export const noStepUp: StepUpContext = { roles: [], site: null, page: null, passkey: null };

/** Whether an approval by members of these names counts only with a passkey, by its stored rule and by what their roles say now. */
const demandsStepUp = (
  { rule, plan }: Pick<Approval, 'rule' | 'plan'>,
  as: readonly string[],
  roles: readonly string[],
): boolean => ruleDemandsStepUp(rule, as) || (plan.risk === 'high' && as.some((name) => roles.includes(name)));

/** Whether a stored rule says so. */
export const ruleDemandsStepUp = ({ stepUp, stepUpFor = [] }: StepUpRule, as: readonly string[]): boolean =>
  stepUp === true || as.some((name) => stepUpFor.includes(name));

/** Whether a stored rule wants a passkey of somebody: of everybody, or of members of a role. */
export const wantsStepUp = ({ stepUp, stepUpFor = [] }: StepUpRule): boolean => stepUp === true || stepUpFor.length > 0;

type StepUpRule = Pick<Approval['rule'], 'stepUp' | 'stepUpFor'>;

/**
 * Why an approval, or a broken glass, does not count as it was given; null: it needs no passkey, or came with one that counts. `as`: the
 * names that it is given as; a glass is broken in the place of all whom the rule names.
 */
export function needsStepUp(
  {
    at,
    people = {},
    stepUp: context = noStepUp,
  }: { readonly at: string; readonly people?: People; readonly stepUp?: StepUpContext },
  approval: Pick<Approval, 'id' | 'rule' | 'plan' | 'planDigest'>,
  {
    as,
    stepUp,
    act = 'approve it',
  }: { readonly as: readonly string[]; readonly stepUp?: StepUp | undefined; readonly act?: string },
  actor: Actor,
): Refusal | null {
  if (stepUp === undefined) {
    if (!demandsStepUp(approval, as, context.roles)) return null;
    const where = context.page === null ? 'on its page' : `at ${context.page}${approval.id}`;
    return { code: 'step_up_required', message: `this takes your passkey: ${act} ${where}` };
  }
  const refused = (why: string): Refusal => ({
    code: 'step_up_refused',
    message: `the passkey does not count: ${why}`,
  });
  const { passkey, site } = context;
  if (!site || site.rpId !== stepUp.rpId || site.origin !== stepUp.origin) return refused('it is of another site');
  if (!passkey || passkey.credentialId !== stepUp.credentialId) return refused('it is not registered here');
  if (!areOnePerson(passkey.owner, actor, people)) return refused('it is of somebody else');
  switch (notCounting(passkey, at)) {
    case 'revoked':
      return refused('it was revoked');
    case 'waits':
      return refused('nobody has confirmed it yet; ask somebody who holds `administer`');
    default:
  }
  if (passkey.rpId !== site.rpId) return refused(`it was registered for ${passkey.rpId}; register it anew`);
  if (passkey.publicKey.key !== stepUp.publicKey.key) return refused('its key is another one');
  const fault = assertionFault(stepUp, { approvalId: approval.id, planDigest: approval.planDigest });
  return fault === null ? null : refused(fault);
}
