// What the API answers about versions of playbooks where the folder decides: what is known, a draft that is registered, and who is refused.
import { expect } from 'vitest';
import type { ApiClient } from '../../../src/client/api-client.ts';
import type { RouteName } from '../../../src/contract/routes.ts';

/** Asks all of it; `ask` holds each answer against its description. Answers the orders that a folder refuses. */
export async function askPlaybookVersions(ask: ApiClient['call'], client: ApiClient): Promise<readonly RouteName[]> {
  const params = { name: 'exercise' };
  const [known] = (await ask('GET /playbooks/:name/versions', { params })).items;
  const one = { params: { ...params, digest: known?.digest ?? '' } };
  const { source } = await ask('GET /playbooks/:name/versions/:digest', one);
  const next = source.replace('version: 1.0.0', 'version: 1.1.0');
  const draft = await ask('POST /playbook-versions', { body: { source: next, path: 'exercise.yaml' } });
  expect(draft).toMatchObject({ version: '1.1.0', stage: 'draft', author: { id: 'token:bootstrap' }, inForce: false });
  const stages = (await ask('GET /playbook-stages', {})).items.find(({ playbook }) => playbook === 'exercise');
  expect(stages).toMatchObject({ live: { version: '1.0.0' }, canary: null, drafts: [{ version: '1.1.0' }] });
  const { live, items } = await ask('GET /playbooks/:name/life', { params });
  expect([live?.version, items.length]).toEqual(['1.0.0', 3]);
  expect(await ask('GET /playbooks/:name/shadow', { params })).toMatchObject({ version: null, decided: 0, items: [] });
  expect(await ask('GET /playbooks/:name/diff', { params })).toMatchObject({ to: { version: '1.1.0' } });
  expect(await ask('POST /reload', {})).toEqual({ changes: [] });
  // Where the ledger decides they are answered in test/e2e/change-control.test.ts, with the schema that registering has.
  const reason = 'it held';
  const refused = { code: 'wrong_state', message: expect.stringContaining('what is in the folder is live') };
  const promoted = { params, body: { version: '1.1.0', to: 'live' as const, reason } };
  await expect(client.call('POST /playbooks/:name/promote', promoted)).rejects.toMatchObject(refused);
  await expect(client.call('POST /playbooks/:name/rollback', { params, body: { reason } })).rejects.toMatchObject(
    refused,
  );
  const retired = { params, body: { version: '1.1.0', reason } };
  await expect(client.call('POST /playbooks/:name/retire', retired)).rejects.toMatchObject(refused);
  return ['POST /playbooks/:name/promote', 'POST /playbooks/:name/rollback', 'POST /playbooks/:name/retire'];
}

/** Asks of policies and freezes, of which there are none: nothing holds the run that an exception is asked for. */
export async function askRules(ask: ApiClient['call'], client: ApiClient): Promise<readonly RouteName[]> {
  expect((await ask('GET /policies', {})).items).toEqual([]);
  expect((await ask('GET /freezes', {})).items).toEqual([]);
  await ask('POST /policies/explain', { body: { playbook: 'exercise' } });
  expect(await ask('POST /policies/diff', { body: { policies: [] } })).toEqual({ judged: 0, items: [] });
  const [run] = (await ask('GET /runs', { query: { playbook: 'exercise' } })).items;
  const excepted = client.call('POST /runs/:id/except', {
    params: { id: run?.id ?? '' },
    body: { reason: 'it burns' },
  });
  await expect(excepted).rejects.toMatchObject({ code: 'not_allowed' });
  return ['POST /runs/:id/except'];
}
