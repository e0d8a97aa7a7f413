// Asks for a drill of the playbook `exercise`, and for what it has proven.
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
}
