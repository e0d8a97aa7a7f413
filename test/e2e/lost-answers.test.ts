// Every order of the API that takes an Idempotency-Key, sent again under its key after its answer was lost: it is answered as at first, and
// records nothing anew. What is lost is what the server kept of the answer, as if it had died between carrying out and answering.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KeyHeader } from '../../src/contract/requests.ts';
import type { RouteContract } from '../../src/contract/route.ts';
import { partsOf, type RouteName, routes } from '../../src/contract/routes.ts';
import { addressOfRunning } from '../../src/store/embedded/visitor.ts';
import { apiToken } from '../support/cluster/api.ts';
import { type RightsWorld, startRightsWorld } from '../support/cluster/rights-world.ts';
import { type AnyRequest, filledPath, sentTo } from '../support/cluster/sent-requests.ts';

let world: RightsWorld;
let database: pg.Client;
let sent: ReturnType<typeof sentTo>;
beforeAll(async () => {
  world = await startRightsWorld();
  sent = sentTo({ incident: '1', actionItem: '1-1', ...world.place });
  database = new pg.Client({ connectionString: await addressOfRunning(world.firebreak.dataDir, 5000) });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await world?.close();
});

async function send(name: RouteName, key: string) {
  const request: AnyRequest = sent[name];
  const answer = await fetch(`${world.firebreak.url()}/api/v1${filledPath(name, request)}`, {
    method: partsOf(name).method,
    headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(request.body ?? {}),
  });
  const text = await answer.text();
  return { status: answer.status, text };
}

/** What people have recorded so far. */
const recorded = async () =>
  (await database.query("SELECT stream_id, seq, type FROM events WHERE actor->>'kind' <> 'system' ORDER BY 1, 2")).rows;

/** What ends what the others are about, in this order. */
const last: readonly RouteName[] = [
  'POST /runs/:id/cancel',
  'POST /incidents/:id/resolve',
  'POST /incidents/:id/reopen',
  'POST /incidents/:id/close',
];
/** In the order of the contract; what undoes another order stands after it there. */
const keyed = (Object.keys(routes) as RouteName[])
  .filter((name) => (routes[name] as RouteContract).headers === KeyHeader && !last.includes(name))
  .concat(last);

it('every keyed order is carried out once, although its answer was lost', async () => {
  const faults: string[] = [];
  const tried: string[] = [];
  for (const name of keyed) {
    if (name === 'DELETE /tokens/:name') await world.as(apiToken).call('POST /tokens', sent['POST /tokens']);
    const key = `once-${name.replaceAll(/\W+/g, '-')}`;
    const first = await send(name, key);
    // What is refused at first does nothing, and is refused again.
    if (first.status >= 300) continue;
    tried.push(name);
    const before = await recorded();
    await database.query('UPDATE idempotency_keys SET response = NULL');
    const second = await send(name, key);
    const after = await recorded();
    if (second.status !== first.status) faults.push(`${name}: ${first.status}, then ${second.status} ${second.text}`);
    const more = after.filter((row) => !before.some((one) => one.stream_id === row.stream_id && one.seq === row.seq));
    if (more.length > 0) faults.push(`${name} recorded anew: ${JSON.stringify(more)}`);
  }
  console.log(`${tried.length} of ${keyed.length} keyed orders: ${tried.join(', ')}`);
  expect(faults).toEqual([]);
});
