// Asks every route of digests, and of how busy it is, once.
import { expect } from 'vitest';
import type { ApiClient } from '../../../src/client/api-client.ts';

/** Asks them; `ask` checks each answer. */
export async function askDigests(ask: ApiClient['call']): Promise<void> {
  for (const kind of ['daily', 'weekly', 'monthly'] as const) {
    const digest = await ask('GET /digests/:kind', { params: { kind } });
    expect(digest).toMatchObject({ kind, timezone: 'UTC' });
    const before = await ask('GET /digests/:kind', { params: { kind }, query: { at: digest.from } });
    expect(before.to).toBe(digest.from);
  }
  const load = await ask('GET /load', {});
  expect(load.queues.map(({ id }) => id)).toEqual(expect.arrayContaining(['intake', 'runs/default']));
}
