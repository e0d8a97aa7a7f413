// The rights table of the API: every route of the contract, asked by tokens that hold exactly one right each, by one that holds
// none, and by nobody. Whoever lacks the right is answered 403 with its name and changes nothing. The table is printed.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RouteContract, Sent } from '../../src/contract/route.ts';
import { partsOf, type RouteName, type Routes, routes } from '../../src/contract/routes.ts';
import { Right } from '../../src/core/authority/right.ts';
import { type RightsWorld, startRightsWorld } from '../support/cluster/rights-world.ts';
import { type Holding, type RightsRow, rightsTable, suffices } from '../support/given/rights-table.ts';

const columns: readonly Holding[] = ['nothing', ...Right.options, 'approve'];
let world: RightsWorld;
const tokens = new Map<Holding, string>();

beforeAll(async () => {
  world = await startRightsWorld();
  for (const holding of columns) {
    const rights = Right.options.filter((right) => right === holding && right !== 'bypass');
    tokens.set(holding, await world.tokenOf(holding, rights));
  }
});
afterAll(() => world.close());

const inAnHour = (hours = 1) => new Date(Date.now() + hours * 3_600_000).toISOString();

/** What is sent to each route, so that it would do something; a new route fails to compile here until it is said. */
function sent(): { readonly [N in RouteName]: Sent<Routes[N]> } {
  const { place } = world;
  const onIncident = { params: { id: '1' } };
  const onRun = { params: { id: place.run }, body: {} };
  const onApproval = { params: { id: place.approval }, body: { planDigest: place.planDigest } };
  const why = { reason: 'a reason' };
  return {
    'GET /me': {},
    'GET /incidents': {},
    'GET /incidents/:id': onIncident,
    'GET /insights': {},
    'GET /incidents/:id/similar': onIncident,
    'GET /incidents/:id/frame': onIncident,
    'GET /incidents/:id/ledger': onIncident,
    'GET /incidents/:id/ledger/:seq': { params: { id: '1', seq: 1 } },
    'GET /incidents/:id/timeline': onIncident,
    'POST /incidents': { body: { title: 'asked' } },
    'POST /incidents/:id/acknowledge': { ...onIncident, body: {} },
    'POST /incidents/:id/note': { ...onIncident, body: { text: 'a note' } },
    'POST /incidents/:id/severity': { ...onIncident, body: { severity: 2 } },
    'POST /incidents/:id/roles': { ...onIncident, body: { role: 'lead', user: 'ana' } },
    'POST /incidents/:id/merge': { ...onIncident, body: { into: '1' } },
    'POST /incidents/:id/split': { ...onIncident, body: { alerts: ['a'] } },
    'POST /incidents/:id/resolve': { ...onIncident, body: why },
    'POST /incidents/:id/reopen': { ...onIncident, body: why },
    'POST /incidents/:id/close': { ...onIncident, body: why },
    'GET /runs': {},
    'GET /runs/:id': { params: { id: place.run } },
    'POST /playbooks/:name/runs': { params: { name: 'held' }, body: {} },
    'POST /runs/:id/compensate': onRun,
    'POST /runs/:id/cancel': onRun,
    'POST /runs/:id/pause': onRun,
    'POST /runs/:id/resume': onRun,
    'POST /runs/:id/done': onRun,
    'POST /runs/:id/retry': onRun,
    'POST /runs/:id/signals/:name': { params: { id: place.run, name: 'later' }, body: {} },
    'GET /approvals': {},
    'POST /approvals/:id/approve': onApproval,
    'POST /approvals/:id/deny': onApproval,
    'POST /approvals/:id/delegate': { params: { id: place.approval }, body: { to: '@deciders' } },
    'POST /approvals/:id/remind': { params: { id: place.approval }, body: {} },
    'POST /approvals/:id/ask': { params: { id: place.approval }, body: { question: 'is it safe?' } },
    'POST /approvals/:id/refresh': { params: { id: place.approval }, body: {} },
    'GET /playbooks': {},
    'GET /playbooks/:name': { params: { name: 'held' } },
    'GET /register': {},
    'GET /playbooks/:name/versions': { params: { name: 'held' } },
    'GET /playbooks/:name/versions/:digest': { params: { name: 'held', digest: `sha256:${'0'.repeat(64)}` } },
    'GET /deliveries': {},
    'GET /deliveries/refused': {},
    'GET /deliveries/faults': {},
    'GET /deliveries/:id': { params: { id: 'dlv_none' } },
    'POST /deliveries/:id/replay': { params: { id: 'dlv_none' }, body: why },
    'POST /explain': { body: { fingerprint: 'none' } },
    'GET /alert-groups': {},
    'GET /alert-groups/:id': { params: { id: 'grp_none' } },
    'GET /kill-switches': {},
    'PUT /kill-switches/:scope': { params: { scope: 'held' }, body: why },
    'POST /kill-switches': { body: { scope: 'held', reason: 'another reason' } },
    'DELETE /kill-switches/:scope': { params: { scope: 'held' }, body: {} },
    'GET /tokens': {},
    'POST /tokens': { body: { name: 'made', expiresAt: new Date(Date.now() + 3_600_000).toISOString() } },
    'DELETE /tokens/:name': { params: { name: 'made' }, body: {} },
    'GET /sessions': {},
    'DELETE /sessions/:id': { params: { id: 'ses_none' }, body: {} },
    'GET /silences': {},
    'POST /silences': { body: { sets: [{ service: 'rights' }], endsAt: inAnHour(), ...why } },
    'POST /silences/preview': { body: { sets: [{ service: 'rights' }] } },
    'GET /silences/:id': { params: { id: 'sil_none' } },
    'DELETE /silences/:id': { params: { id: 'sil_none' }, body: {} },
    'GET /windows': {},
    'GET /on-call': {},
    'POST /windows': {
      body: { name: 'rights', where: { service: 'rights' }, startsAt: inAnHour(), endsAt: inAnHour(2), ...why },
    },
    'DELETE /windows/:id': { params: { id: 'rights' }, body: {} },
    'POST /record/accept-restore': { body: why },
    'GET /stream': {},
  };
}

type Answer = { readonly status: number; readonly code: string; readonly right: string | undefined };
type AnyRequest = {
  readonly query?: unknown;
  readonly params?: { readonly [name: string]: unknown };
  readonly body?: unknown;
};

/** Asks a route; of an answer that goes on for ever, its head. */
async function ask(name: RouteName, token: string | null): Promise<Answer> {
  const { method, path } = partsOf(name);
  const { params = {}, body }: AnyRequest = sent()[name];
  const filled = path.replace(/:([A-Za-z]+)/g, (_part, part: string) => encodeURIComponent(String(params[part])));
  const closer = new AbortController();
  const answer = await fetch(`${world.firebreak.url()}/api/v1${filled}`, {
    method,
    signal: closer.signal,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const said = /problem/.test(answer.headers.get('content-type') ?? '') ? await answer.json() : {};
  closer.abort();
  const { code = '', right } = said as { code?: string; right?: string };
  return { status: answer.status, code, right };
}

const names = Object.keys(routes) as RouteName[];
const rightOf = (name: RouteName): RouteContract['right'] => routes[name].right;

it('who may use which route: exactly those who hold its right, and others change nothing', async () => {
  const before = await world.changes();
  const may = new Map(names.map((name) => [name, new Map<Holding, boolean>()]));
  for (const name of names) {
    expect(await ask(name, null), `${name} by nobody`).toMatchObject({ status: 401, code: 'unauthorized' });
    const right = rightOf(name);
    for (const holding of columns.filter((column) => !suffices(column, right))) {
      const expected = { status: 403, code: 'not_allowed', right };
      expect(await ask(name, tokens.get(holding) ?? null), `${name} with ${holding}`).toEqual(expected);
      may.get(name)?.set(holding, false);
    }
  }
  expect(await world.changes()).toEqual(before);
  for (const name of names) {
    const right = rightOf(name);
    for (const holding of columns.filter((column) => suffices(column, right))) {
      const answer = await ask(name, tokens.get(holding) ?? null);
      expect([401, 403, 500], `${name} with ${holding}: ${answer.code}`).not.toContain(answer.status);
      may.get(name)?.set(holding, true);
    }
  }
  const rows = names.map((name): RightsRow => ({ surface: name, may: may.get(name) ?? new Map() }));
  console.log(rightsTable('API', columns, rows));
}, 300_000);

it('what each token says of itself is what it may do', async () => {
  for (const holding of columns) {
    const { actor, rights } = await world.as(tokens.get(holding) ?? '').call('GET /me', {});
    expect(actor.id).toBe(`token:${holding}`);
    expect(Object.entries(rights).flatMap(([right, held]) => (held ? [right] : []))).toEqual(
      Right.options.filter((right) => right === holding),
    );
  }
});
