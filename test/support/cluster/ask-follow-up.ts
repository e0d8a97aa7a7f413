// Asks every route of postmortems and action items once, of an incident of its own.
import { expect } from 'vitest';
import type { ApiClient } from '../../../src/client/api-client.ts';

/** Asks them; `ask` checks each answer. */
export async function askFollowUp(ask: ApiClient['call'], client: ApiClient): Promise<void> {
  const { id } = await ask('POST /incidents', { body: { title: 'checkout is slow', severity: 2 } });
  const params = { id };
  await ask('POST /incidents/:id/resolve', { params, body: { reason: 'rolled back' } });
  const drafted = await ask('GET /incidents/:id/postmortem', { params });
  expect(drafted).toMatchObject({ status: 'draft', version: 0, edits: {} });
  const refs = [{ stream: id, seq: 1 }];
  const sections = { summary: 'It was slow.', factors: [{ type: 'capacity' as const, text: 'a small pool', refs }] };
  const edited = await ask('PUT /incidents/:id/postmortem', { params, body: { expectedVersion: 0, sections } });
  expect(edited).toMatchObject({ version: 1, sections: { summary: 'It was slow.', factors: [{ id: 'f1' }] } });
  await expect(
    client.call('PUT /incidents/:id/postmortem', {
      params,
      body: { expectedVersion: 0, sections: { summary: 'x' } },
    }),
  ).rejects.toMatchObject({ status: 409 });
  await ask('POST /incidents/:id/postmortem/status', { params, body: { to: 'in_review' } });
  const review = { verdict: 'approves' as const, expectedVersion: 2 };
  const reviewed = await ask('POST /incidents/:id/postmortem/reviews', { params, body: review });
  expect(reviewed).toMatchObject({ status: 'in_review', reviews: [{ verdict: 'approves' }] });
  const body = { incident: id, text: 'a larger pool', due: '2w', factor: 'f1' };
  const item = await ask('POST /action-items', { body });
  expect(item).toMatchObject({ status: 'open', factor: 'f1', overdue: false });
  const done = await ask('PATCH /action-items/:id', { params: { id: item.id }, body: { status: 'done' } });
  expect(done).toMatchObject({ id: item.id, status: 'done' });
  expect((await ask('GET /action-items', { query: { incident: id } })).items).toMatchObject([{ id: item.id }]);
  expect((await ask('GET /action-items', {})).items.map(({ id: one }) => one)).toContain(item.id);
  expect(await ask('DELETE /action-items/:id', { params: { id: item.id }, body: {} })).toEqual({ id: item.id });
}
