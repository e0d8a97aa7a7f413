// Asks what the page of an incident reads, and what people say of one that is private.
import { expect } from 'vitest';
import type { ApiClient } from '../../../src/client/api-client.ts';

/** Asks each route once; `ask` checks each answer. */
export async function askIncidentPage(ask: ApiClient['call']): Promise<void> {
  const { id } = await ask('POST /incidents', { body: { title: 'checkout is slow', severity: 2, private: true } });
  const params = { id };
  expect((await ask('POST /incidents/:id/invite', { params, body: { members: ['U0BEN'] } })).private).toBe(true);
  await ask('POST /incidents/:id/uninvite', { params, body: { members: ['U0BEN'] } });
  await ask('POST /incidents/:id/update', { params, body: { text: 'half of the shops work again' } });
  await ask('POST /incidents/:id/mitigate', { params, body: { reason: 'the other pool serves' } });
  const frame = await ask('GET /incidents/:id/frame', { params });
  expect(frame).toMatchObject({ at: null, incident: { id, title: 'checkout is slow' } });
  const { items } = await ask('GET /incidents/:id/ledger', { params });
  expect(items.length).toBe(frame.events);
  const [first] = items;
  if (!first) throw new Error('the ledger is empty');
  const entry = await ask('GET /incidents/:id/ledger/:seq', { params: { id, seq: first.seq } });
  expect(entry.entry.id).toBe(first.id);
  await ask('GET /incidents/:id/similar', { params });
  await ask('GET /insights', {});
}
