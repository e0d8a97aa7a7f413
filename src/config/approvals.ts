// `approvals:` and `webhooks:` in firebreak.yaml: approval policies by name, and the endpoints outside that a ladder may tell. Tells nobody.
import { z } from 'zod';
import { type ApprovalPolicies, compileApproval, NamedApprovalDocument } from '../core/approval/document.ts';
import { approvalFaults } from '../core/approval/faults.ts';
import { nearest } from '../core/playbook/suggest.ts';
import type { WebhookEndpoint } from '../ports/approvals.ts';
import { Secret, type SecretRef } from '../spi/secret.ts';

const Name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _');

/** Approval policies by their names. */
export const ApprovalsSetting = z.record(Name, NamedApprovalDocument).default({});

/** Endpoints by their names. The address may be a secret; with `secret` what is sent is signed. */
export const WebhooksSetting = z
  .record(
    Name,
    z.strictObject({
      url: z.union([z.url({ protocol: /^https?$/ }), Secret], { error: 'must be an http or https URL, or a secret' }),
      secret: Secret.optional(),
    }),
  )
  .default({});

type Fault = (path: readonly PropertyKey[], message: string) => void;

/** The rules of the policies; what contradicts itself, and endpoints that are not there, are faults. */
export function readApprovals(
  said: z.output<typeof ApprovalsSetting>,
  { webhooks, fault }: { readonly webhooks: readonly string[]; readonly fault: Fault },
): ApprovalPolicies {
  for (const [name, document] of Object.entries(said)) {
    for (const { path, message } of approvalFaults(document, {})) fault(['approvals', name, ...path], message);
    (document.ladder ?? []).forEach(({ to }, i) => {
      if (Array.isArray(to) || webhooks.includes(to.webhook)) return;
      const message = `there is no webhook \`${to.webhook}\`${nearest(to.webhook, webhooks)}; add it to \`webhooks:\``;
      fault(['approvals', name, 'ladder', i, 'to', 'webhook'], message);
    });
  }
  return Object.fromEntries(Object.entries(said).map(([name, document]) => [name, compileApproval(document)]));
}

/** The endpoints with their secrets fetched. */
export const readWebhooks = (
  said: z.output<typeof WebhooksSetting>,
  fetch: (ref: SecretRef, path: readonly PropertyKey[]) => string,
): readonly WebhookEndpoint[] =>
  Object.entries(said).map(([name, { url, secret }]) => ({
    name,
    url: typeof url === 'string' ? url : fetch(url, ['webhooks', name, 'url']),
    secret: secret === undefined ? null : fetch(secret, ['webhooks', name, 'secret']),
  }));
