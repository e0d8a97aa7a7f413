// References to secrets in firebreak.yaml: `{ <provider>: reference }`. Knows no provider by name; they stand in secrets/index.ts.
import { z } from 'zod';
import { nearest } from '../core/playbook/suggest.ts';
import { err, type Result } from '../core/result.ts';
import { secretProviders } from '../secrets/index.ts';
import type { SecretContext } from '../spi/secret-provider.ts';

const shapes = [...secretProviders.values()].map(({ id, reference }) => `{ ${id}: ${reference} }`).join(' or ');
const notAReference = `must be ${shapes}: a secret does not stand in this file`;

/** Where one secret is kept, as firebreak.yaml says it. An unknown provider is a fault at its own key. */
export const SecretRef = z.unknown().transform((value, context): { provider: string; reference: string } => {
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const [[provider, reference] = ['', null]] = entries;
  if (entries.length !== 1) context.addIssue({ code: 'custom', message: notAReference });
  else if (!secretProviders.has(provider)) {
    const known = [...secretProviders.keys()];
    const message = `there is no secret provider ${provider}${nearest(provider, known)}; there are ${known.join(', ')}`;
    context.addIssue({ code: 'custom', path: [provider], message });
  } else if (typeof reference !== 'string')
    context.addIssue({ code: 'custom', path: [provider], message: `must be text: ${shapes}` });
  else return { provider, reference };
  return z.NEVER;
});
export type SecretRef = z.output<typeof SecretRef>;

/** Fetches the secret behind a reference; the error is one line for people and holds no value. */
export function resolveSecret({ provider, reference }: SecretRef, context: SecretContext): Result<string, string> {
  return secretProviders.get(provider)?.resolve(reference, context) ?? err(`there is no secret provider ${provider}`);
}
