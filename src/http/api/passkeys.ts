// Passkeys over /api/v1. Parses and hands on; the rules are behind Operations.
import type { ApiPasskey } from '../../contract/passkey.ts';
import { runOfApproval } from '../../core/ids.ts';
import { err, ok } from '../../core/result.ts';
import { findApproval } from '../../core/run/state.ts';
import type { Passkey } from '../../core/step-up/passkey.ts';
import type { PasskeyOperations } from '../../ports/passkeys.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** Adds the routes. */
export function addPasskeys(serve: ServeRoutes, { operations }: { readonly operations: PasskeyOperations }): void {
  serve.read('GET /passkeys', async ({ principal }) => {
    const found = await operations.passkeys({ principal });
    return found.ok ? ok({ items: found.value.map(show), cursor: null }) : found;
  });
  serve.order('POST /passkeys/challenge', async ({ principal }) => {
    const begun = await operations.beginPasskey({ principal });
    return begun.ok ? ok({ ...begun.value, credentials: [...begun.value.credentials] }) : begun;
  });
  serve.order('POST /passkeys', async ({ body, principal }, { cause }) => {
    const { name, nonce, credentialId, attestationObject, clientDataJSON } = body;
    const made = { name, nonce, credentialId, attestationObject, clientDataJSON };
    const registered = await operations.registerPasskey({ principal, cause, ...made });
    return registered.ok ? ok(show(registered.value)) : registered;
  });
  serve.order('POST /passkeys/:id/confirm', async ({ params, principal }, { cause }) => {
    const confirmed = await operations.confirmPasskey({ principal, cause, credentialId: params.id });
    return confirmed.ok ? ok(show(confirmed.value)) : confirmed;
  });
  serve.order('DELETE /passkeys/:id', async ({ params, body: { reason }, principal }, { cause }) => {
    const request = { principal, cause, credentialId: params.id };
    const revoked = await operations.revokePasskey(reason === undefined ? request : { ...request, reason });
    return revoked.ok ? ok(show(revoked.value)) : revoked;
  });
  serve.order('POST /approvals/:id/challenge', async ({ params: { id }, body: { planDigest }, principal, reads }) => {
    const runId = runOfApproval(id);
    const row = runId === null ? null : await reads.run(runId);
    const approval = row ? findApproval(row.state, id) : undefined;
    if (!row || !approval) return err({ code: 'not_found', message: `there is no approval ${id}` });
    if (approval.planDigest !== planDigest)
      return err({
        code: 'plan_changed',
        message: 'the plan you were shown is not the plan that stands now; look again and decide anew',
      });
    const begun = await operations.beginStepUp({ principal, approvalId: id, planDigest, run: row.state });
    return begun.ok ? ok({ ...begun.value, credentials: [...begun.value.credentials] }) : begun;
  });
}

const show = (passkey: Passkey): ApiPasskey => {
  const { credentialId: id, name, owner, publicKey, rpId, provenBy, registeredAt, countsSince, revoked } = passkey;
  const status = revoked === null ? (countsSince === null ? 'waits' : 'counts') : 'revoked';
  const { algorithm } = publicKey;
  return { id, name, owner, algorithm, rpId, provenBy, registeredAt, status, countsSince, revoked };
};
