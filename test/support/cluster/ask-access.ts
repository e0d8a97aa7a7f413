// Asks who has which right, and why.
import { expect } from 'vitest';
import type { ApiClient } from '../../../src/client/api-client.ts';

/** Asks each route once; `ask` checks each answer. */
export async function askAccess(ask: ApiClient['call']): Promise<void> {
  const { items } = await ask('GET /access', {});
  expect(items).toContainEqual({ right: 'view', at: 'access.view[0]', to: ['everyone'], where: 'everywhere' });
  const query = { user: 'local:stranger', right: 'bypass' as const };
  expect(await ask('GET /access/check', { query })).toMatchObject({ allowed: false, by: [], incident: null });
}
