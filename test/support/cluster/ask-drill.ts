// Asks for a drill of the playbook `exercise` and what it has proven, and for one of `broken` and the incident that its failure opens.
import { expect } from 'vitest';
import type { ApiClient } from '../../../src/client/api-client.ts';

/** Asks; `ask` checks each answer. */
export async function askDrill(ask: ApiClient['call']): Promise<void> {
  const { id, run, incident } = await ask('POST /drills', { body: { playbook: 'exercise', reason: 'game day' } });
  expect(run).toMatchObject({ inputs: { host: 'spare' }, trigger: { drill: true, reason: 'game day' } });
  let ended = run;
  while (ended.finishedAt === null) ended = await ask('GET /runs/:id', { params: { id } });
  expect(ended).toMatchObject({ status: 'compensated', drill: { outcome: 'passed', undone: ['only'] } });
  expect(await ask('GET /incidents/:id', { params: { id: incident.id } })).toMatchObject({ status: 'resolved' });
  const [entry] = (await ask('GET /register', {})).items.filter(({ playbook }) => playbook === 'exercise');
  expect(entry).toMatchObject({ undoProven: { runId: id, outcome: 'passed' }, lastDrill: { runId: id } });
  await askFailedDrill(ask);
}

async function askFailedDrill(ask: ApiClient['call']): Promise<void> {
  const { id, run } = await ask('POST /drills', { body: { playbook: 'broken' } });
  let ended = run;
  while (ended.finishedAt === null) ended = await ask('GET /runs/:id', { params: { id } });
  expect(ended).toMatchObject({ status: 'failed', drill: { outcome: 'failed', undone: [] } });
  const { items } = await ask('GET /incidents', { query: { status: 'open' } });
  const opened = items.filter(({ title }) => title.startsWith('Drill of broken'));
  expect(opened).toMatchObject([
    { title: expect.stringMatching(/^Drill of broken failed: /), severity: 4 },
    { title: 'Drill of broken' },
  ]);
  for (const { id: incident } of opened)
    await ask('POST /incidents/:id/resolve', { params: { id: incident }, body: { reason: 'it is meant to' } });
}
