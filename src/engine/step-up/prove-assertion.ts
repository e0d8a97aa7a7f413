// Takes the challenge of an assertion and raises the count of its passkey, both once, before the approval is decided. Whether it shows what
// it must is asked here only so that nobody else's word moves a count; the decision asks it again, by the same rules.
import { actorOf, type Principal } from '../../core/authority/principal.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type Assertion, assertionFault, type StepUp, signCountOf } from '../../core/step-up/assertion.ts';
import type { StepUpContext } from '../../core/step-up/needs-step-up.ts';
import { passkeyOf } from '../../core/step-up/passkey.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import { aboutApproving } from './passkey-operations.ts';

/** What proving needs. */
export type ProveAssertionParts = Pick<EnginePorts, 'stepUp'> & {
  readonly systemStream: Pick<EnginePorts['systemStream'], 'load'>;
  readonly settings: NonNullable<EngineOptions['stepUp']>;
};

/** What is asked to be approved, by whom, and with what. */
type Asked = {
  readonly principal: Principal;
  readonly approvalId: string;
  readonly planDigest: string;
  readonly assertion: Assertion;
};

const refused = (why: string) =>
  err<Refusal>({ code: 'step_up_refused', message: `the passkey does not count: ${why}` });

/** The assertion as it is recorded. */
export type ProveAssertion = (asked: Asked) => Promise<Result<StepUp, Refusal>>;

/** Makes what proves assertions. */
export const createProveAssertion =
  ({ stepUp, systemStream, settings: { site } }: ProveAssertionParts): ProveAssertion =>
  async ({ principal, approvalId, planDigest, assertion }) => {
    const taken = await stepUp.take(assertion.nonce);
    if (taken === null) return refused('its challenge was answered before, or its time is over; try again');
    if (taken.who !== actorOf(principal).id || taken.about !== aboutApproving(approvalId, planDigest))
      return refused('its challenge was made for another request, another plan or somebody else');
    const passkey = passkeyOf((await systemStream.load()).state.passkeys ?? {}, assertion.credentialId);
    if (!passkey || !site) return refused('it is not registered here');
    const { rpId, origin } = site;
    const proof: StepUp = { ...assertion, publicKey: passkey.publicKey, rpId, origin };
    const fault = assertionFault(proof, { approvalId, planDigest });
    if (fault !== null) return refused(fault);
    if (!(await stepUp.count(assertion.credentialId, signCountOf(assertion))))
      return refused('its counter went back, so it was copied; revoke it and register another one');
    return ok(proof);
  };

/** What a decision knows of step-up that an assertion came with. */
export async function stepUpContext(
  { systemStream, settings }: Omit<ProveAssertionParts, 'stepUp'>,
  { credentialId }: Pick<Assertion, 'credentialId'>,
): Promise<StepUpContext> {
  const { roles, site, page } = settings;
  const passkey = passkeyOf((await systemStream.load()).state.passkeys ?? {}, credentialId) ?? null;
  return { roles, site, page, passkey };
}
