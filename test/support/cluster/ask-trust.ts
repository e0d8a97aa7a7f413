// What the API answers about trust in playbooks, before and after people lower and raise it.
import { expect } from 'vitest';
import type { ApiClient } from '../../../src/client/api-client.ts';

/** Asks all of it; `ask` holds each answer against its description. */
export async function askTrust(ask: ApiClient['call']): Promise<void> {
  expect((await ask('GET /trust', {})).items).toContainEqual(
    expect.objectContaining({ playbook: 'ship', level: 'trusted' }),
  );
  const trusting = { params: { name: 'exercise' }, body: { reason: 'it loops' } };
  expect(await ask('POST /trust/:name/lower', trusting)).toMatchObject({ level: 'supervised', because: null });
  expect(await ask('POST /trust/:name/raise', trusting)).toMatchObject({ level: 'trusted' });
  expect((await ask('POST /trust/:name/review', trusting)).reviewedAt).not.toBe(null);
}
