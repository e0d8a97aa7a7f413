// Passkeys: make one, confirm it, take it back, list them, begin to approve with one. The rules are the system stream's; what a browser
// says is read by a port.
import { areOnePerson } from '../../core/authority/distinct.ts';
import type { People } from '../../core/authority/membership.ts';
import { actorOf, type Principal } from '../../core/authority/principal.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { resourceOfRun } from '../../core/run/resource-of-run.ts';
import { findApproval } from '../../core/run/state.ts';
import { namesToDecide } from '../../core/run/who-decides.ts';
import { challengeOf } from '../../core/step-up/assertion.ts';
import { notCounting, type Passkey, type Passkeys, type ProvenBy, passkeyOf } from '../../core/step-up/passkey.ts';
import { noSite } from '../../core/step-up/site.ts';
import { elapsedMs, formatDuration } from '../../core/time.ts';
import type { PasskeyOperations } from '../../ports/passkeys.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import type { Pipeline } from '../pipeline.ts';
import { type CommandSystem, stateOf } from '../system/command-system.ts';

/** What the operations need. */
export type PasskeyParts = Pick<EnginePorts, 'stepUp' | 'systemStream' | 'runtime'> & {
  readonly pipeline: Pick<Pipeline, 'authorised'>;
  readonly commandSystem: CommandSystem;
  readonly people: People;
  readonly stepUp: EnginePorts['stepUp'];
  /** The playbooks in force. */
  readonly library: (name: string) => Playbook | undefined;
  readonly site: NonNullable<EngineOptions['stepUp']>['site'];
};

/** How long a challenge may be answered: a person has to find the key. */
const challengeMs = 2 * 60_000;
/** How fresh a sign-in must be to make a passkey with it. */
const freshMs = 10 * 60_000;
/** What a challenge for making a passkey is about. */
const aboutMaking = 'passkey';

/** What a challenge for approving is about. */
export const aboutApproving = (approvalId: string, planDigest: string): string => `${approvalId} ${planDigest}`;

const refuse = (code: Refusal['code'], message: string) => err<Refusal>({ code, message });

/** The operations on passkeys. */
export function createPasskeyOperations(parts: PasskeyParts): PasskeyOperations {
  const { pipeline, commandSystem, systemStream, people, stepUp, site, runtime, library } = parts;
  const now = () => new Date(runtime.nowMs()).toISOString();
  const all = async (): Promise<Passkeys> => (await systemStream.load()).state.passkeys ?? {};
  const isOwn = (principal: Principal) => {
    const actor = actorOf(principal);
    return ({ owner }: Passkey) => areOnePerson(owner, actor, people);
  };
  const counting = async (principal: Principal) =>
    Object.values(await all()).filter((one) => isOwn(principal)(one) && notCounting(one, now()) === null);

  const whatToDo = async (principal: Principal) =>
    Object.values(await all()).some((one) => isOwn(principal)(one) && notCounting(one, now()) === 'waits')
      ? 'yours waits until somebody else who holds `administer` confirms it'
      : 'register one under Settings, Passkeys';

  return {
    async passkeys({ principal }) {
      const [kept, mayAll] = await Promise.all([all(), pipeline.authorised(principal, 'administer', {})]);
      return ok(Object.values(kept).filter((one) => mayAll.ok || isOwn(principal)(one)));
    },

    async beginPasskey({ principal }) {
      if (!site) return refuse('wrong_state', noSite);
      const proven = provenBy(principal, now());
      if (!proven.ok) return proven;
      const [nonce, actor] = [stepUp.mintNonce(), actorOf(principal)];
      const expiresAt = await stepUp.keep(nonce, { who: actor.id, about: aboutMaking }, challengeMs);
      const credentials = Object.values(await all()).filter((one) => isOwn(principal)(one) && one.revoked === null);
      const ids = credentials.map(({ credentialId }) => credentialId);
      return ok({ ...site, nonce, challenge: nonce, expiresAt, credentials: ids, user: actor.name ?? actor.id });
    },

    async registerPasskey({ principal, cause, name, nonce, ...made }) {
      const allowed = await pipeline.authorised(principal, 'view', {});
      if (!allowed.ok) return err(allowed.error);
      if (!site) return refuse('wrong_state', noSite);
      const proven = provenBy(principal, now());
      if (!proven.ok) return proven;
      const kept = await stepUp.take(nonce);
      if (kept === null || kept.about !== aboutMaking || kept.who !== actorOf(principal).id) return stale;
      const { rpId, origin } = site;
      const read = await stepUp.readMade(made, { challenge: nonce, rpId, origin });
      if (!read.ok) return refuse('step_up_refused', `the passkey does not count: ${read.error}`);
      const { credentialId } = made;
      const { publicKey, signCount } = read.value;
      const of = { credentialId, name, publicKey, rpId, provenBy: proven.value };
      const command = { type: 'register_passkey', ...of } as const;
      const outcome = stateOf(await commandSystem({ caller: { principal, cause }, right: 'view', command }));
      if (!outcome.ok) return outcome;
      await stepUp.count(credentialId, signCount);
      return ok(present(outcome.value.passkeys, credentialId));
    },

    ...settling({ commandSystem, all, isOwn }),

    async beginStepUp({ principal, approvalId, planDigest, run }) {
      const approval = findApproval(run, approvalId);
      if (!approval) return refuse('not_found', `there is no approval ${approvalId}`);
      const about = resourceOfRun(run, library(run.playbook.name));
      const allowed = await pipeline.authorised(principal, 'approve', { ...about, approvers: namesToDecide(approval) });
      if (!allowed.ok && !(await pipeline.authorised(principal, 'bypass', about)).ok) return allowed;
      if (!site) return refuse('wrong_state', noSite);
      const own = await counting(principal);
      if (own.length === 0)
        return refuse('wrong_state', `you have no passkey that counts: ${await whatToDo(principal)}`);
      const nonce = stepUp.mintNonce();
      const kept = { who: actorOf(principal).id, about: aboutApproving(approvalId, planDigest) };
      const expiresAt = await stepUp.keep(nonce, kept, challengeMs);
      const challenge = challengeOf({ approvalId, planDigest }, nonce);
      const credentials = own.map(({ credentialId }) => credentialId);
      return ok({ ...site, nonce, challenge, expiresAt, credentials });
    },
  };
}

/** Confirming and revoking. */
const settling = ({
  commandSystem,
  all,
  isOwn,
}: Pick<PasskeyParts, 'commandSystem'> & {
  readonly all: () => Promise<Passkeys>;
  readonly isOwn: (principal: Principal) => (passkey: Passkey) => boolean;
}): Pick<PasskeyOperations, 'confirmPasskey' | 'revokePasskey'> => ({
  async confirmPasskey({ principal, cause, credentialId }) {
    const command = { type: 'confirm_passkey', credentialId, asLocal: principal.type === 'local' } as const;
    const outcome = stateOf(await commandSystem({ caller: { principal, cause }, right: 'administer', command }));
    return outcome.ok ? ok(present(outcome.value.passkeys, credentialId)) : outcome;
  },

  async revokePasskey({ principal, cause, credentialId, reason }) {
    const known = passkeyOf(await all(), credentialId);
    if (!known) return refuse('not_found', 'there is no such passkey');
    const right = isOwn(principal)(known) ? 'view' : 'administer';
    const command = { type: 'revoke_passkey', credentialId, reason } as const;
    const outcome = stateOf(await commandSystem({ caller: { principal, cause }, right, command }));
    return outcome.ok ? ok(present(outcome.value.passkeys, credentialId)) : outcome;
  },
});

const stale = refuse('step_up_refused', 'this was asked for too long ago, or was answered before; begin again');

/** How whoever registers was proven, if that is enough; a session of Slack's own signatures never is. */
function provenBy(principal: Principal, at: string): Result<ProvenBy, Refusal> {
  if (principal.type === 'local') return ok('local');
  if (principal.type !== 'person') return refuse('wrong_state', 'only people have passkeys');
  const { signedIn } = principal;
  if (signedIn === undefined)
    return refuse('not_allowed', 'sign in to the page to register a passkey; it takes a session of a browser');
  if (elapsedMs(signedIn.at, at) > freshMs)
    return refuse('not_allowed', `sign in again first: you did ${formatDuration(elapsedMs(signedIn.at, at))} ago`);
  return ok(signedIn.with);
}

function present(passkeys: Passkeys = {}, credentialId: string): Passkey {
  const passkey = passkeyOf(passkeys, credentialId);
  if (!passkey) throw new Error('the passkey was written and is not there');
  return passkey;
}
