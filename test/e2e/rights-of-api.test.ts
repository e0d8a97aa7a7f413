// The rights table of the API: every route of the contract, asked by tokens that hold exactly one right each, by one that holds
// none, and by nobody. Whoever lacks the right is answered 403 with its name and changes nothing. The table is printed.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RouteContract } from '../../src/contract/route.ts';
import { partsOf, type RouteName, routes } from '../../src/contract/routes.ts';
import { Right } from '../../src/core/authority/right.ts';
import { type RightsWorld, startRightsWorld } from '../support/cluster/rights-world.ts';
import { type AnyRequest, filledPath, sentTo } from '../support/cluster/sent-requests.ts';
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

type Answer = { readonly status: number; readonly code: string; readonly right: string | undefined };
/** Asks a route; of an answer that goes on for ever, its head. */
async function ask(name: RouteName, token: string | null): Promise<Answer> {
  const { method } = partsOf(name);
  const request: AnyRequest = sentTo({ incident: '1', actionItem: '1-1', ...world.place })[name];
  const { body } = request;
  const closer = new AbortController();
  const answer = await fetch(`${world.firebreak.url()}/api/v1${filledPath(name, request)}`, {
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

/** Whoever may break the glass shows a passkey for that too. */
const opens = (name: RouteName, holding: Holding): boolean =>
  suffices(holding, rightOf(name)) || (name === 'POST /approvals/:id/challenge' && holding === 'bypass');

it('who may use which route: exactly those who hold its right, and others change nothing', async () => {
  const before = await world.changes();
  const may = new Map(names.map((name) => [name, new Map<Holding, boolean>()]));
  for (const name of names) {
    expect(await ask(name, null), `${name} by nobody`).toMatchObject({ status: 401, code: 'unauthorized' });
    const right = rightOf(name);
    for (const holding of columns.filter((column) => !opens(name, column))) {
      const expected = { status: 403, code: 'not_allowed', right };
      expect(await ask(name, tokens.get(holding) ?? null), `${name} with ${holding}`).toEqual(expected);
      may.get(name)?.set(holding, false);
    }
  }
  expect(await world.changes()).toEqual(before);
  for (const name of names) {
    for (const holding of columns.filter((column) => opens(name, column))) {
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
