// The register and the versions of playbooks as the API answers them: runs only through the guard, texts only with secrets masked.
import { expect, it } from 'vitest';
import { unknownPlaybook } from '../../src/core/change-control/state.ts';
import { addPlaybookVersions, type PlaybookVersionDeps } from '../../src/http/api/playbook-versions.ts';
import { addRegister, type RegisterRouteDeps } from '../../src/http/api/register.ts';
import type { ServeRoutes } from '../../src/http/api/serve-routes.ts';
import { playbook } from '../support/given/given.ts';

const one = playbook('  - { id: a, uses: wait, with: { for: 1s } }\n');
const digest = `sha256:${'a'.repeat(64)}`;
const since = '2026-03-01T00:00:00.000Z';
const kept = { ref: { name: one.name, version: one.version, digest }, since };
const deps: RegisterRouteDeps & Omit<PlaybookVersionDeps, 'operations'> = {
  catalog: { all: () => [one], byName: (name) => (name === one.name ? one : undefined) },
  traits: new Map(),
  roles: {},
  lookAtSlo: async () => ({ at: since, lines: [{ subject: one.name, status: 'burned' }] }) as never,
  history: {
    list: async () => [kept],
    find: async (_name, wanted) => (wanted === digest ? { ...kept, source: 'key: hunter2' } : null),
  },
  trials: { shadowed: async () => ({ decided: 0, different: 0, items: [] }) },
  lives: {
    mode: 'folder',
    names: async () => [],
    life: async (name) => unknownPlaybook(name),
    liveAt: async () => null,
    canary: async () => null,
    events: async () => [],
    diff: async () => ({ ok: false, error: { code: 'not_found', message: 'nothing is kept' } }),
  },
  nowMs: () => Date.parse(since),
  mask: (text) => text.replaceAll('hunter2', '•••'),
};

/** Asks a route of the register as somebody to whom the guard shows nothing. */
async function answer(name: string, params: object, asked: string[] = []): Promise<unknown> {
  const handlers = new Map<string, (request: unknown) => Promise<unknown>>();
  const read = (route: string, handler: unknown) =>
    handlers.set(route, handler as (request: unknown) => Promise<unknown>);
  const serve = { read, order: () => undefined } as unknown as ServeRoutes;
  addRegister(serve, deps);
  addPlaybookVersions(serve, deps as unknown as PlaybookVersionDeps);
  const runs = async (filter: { playbook?: string }) => {
    asked.push(filter.playbook ?? '');
    return { items: [], cursor: null };
  };
  return handlers.get(name)?.({ params, reads: { runs } });
}

it('the register counts only runs that the guard shows to whoever asks', async () => {
  const asked: string[] = [];
  const register = await answer('GET /register', {}, asked);
  expect(register).toMatchObject({
    ok: true,
    value: {
      items: [{ playbook: one.name, lastRun: null, kept: { runs: 0 }, stage: 'live', slo: 'burned', runbook: null }],
    },
  });
  expect([...new Set(asked)]).toEqual([one.name]);
});

it('the text of a version comes with known secrets masked, and a version that never was is not found', async () => {
  const route = 'GET /playbooks/:name/versions/:digest';
  const found = await answer(route, { name: one.name, digest });
  expect(found).toMatchObject({ ok: true, value: { source: 'key: •••', inForce: false, since } });
  const missing = await answer(route, { name: one.name, digest: `sha256:${'b'.repeat(64)}` });
  expect(missing).toMatchObject({ ok: false, error: { code: 'not_found' } });
});
