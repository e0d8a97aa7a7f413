// Dead-man's switches: held while work flows, let go and said why when it does not, whatever their targets do.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createPing } from '../../src/actions/dead-man/ping.ts';
import type { DeadManEntry } from '../../src/core/dead-man/entry.ts';
import { type FlowLook, standsBecause } from '../../src/core/dead-man/flow.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { createDeadMan, entriesOf } from '../../src/engine/dead-man/hold.ts';

const flows: FlowLook = {
  database: null,
  standstill: null,
  clock: null,
  oldestDeliveryMs: 0,
  reconciledAgoMs: 2000,
  accepts: null,
};
const entry = (changes: Partial<DeadManEntry> = {}): DeadManEntry => ({
  name: 'deadman.0',
  url: 'https://ping.example/secret-path',
  everyMs: 60_000,
  method: 'GET',
  role: null,
  ...changes,
});

describe('whether work flows', () => {
  it('Each thing that stops work is a reason to send no ping', () => {
    expect(standsBecause(flows)).toBeNull();
    const stopped: readonly [Partial<FlowLook>, RegExp][] = [
      [{ database: 'it did not answer in time' }, /database does not serve/],
      [{ standstill: 'the database went back in time' }, /went back/],
      [{ clock: "this machine's clock is 9000 ms ahead" }, /clock/],
      [{ accepts: 'its own port does not answer' }, /requests are not accepted/],
      [{ oldestDeliveryMs: 301_000 }, /a delivery waits for 5m 1s: intake does not drain/],
      [{ reconciledAgoMs: 61_000 }, /nothing has looked for 1m 1s what is due/],
      [{ reconciledAgoMs: null }, /nothing has looked yet/],
    ];
    for (const [change, why] of stopped) expect(standsBecause({ ...flows, ...change })).toMatch(why);
  });

  it('A process holds the switches of its role, and those that are for every process', () => {
    const [web, worker, all] = [entry({ role: 'web' }), entry({ role: 'worker' }), entry()];
    const entries = [web, worker, all];
    expect(entriesOf(entries, { serves: true, works: false })).toEqual([web, all]);
    expect(entriesOf(entries, { serves: false, works: true })).toEqual([worker, all]);
    expect(entriesOf(entries, { serves: true, works: true })).toEqual(entries);
  });
});

/** A process whose work and targets a test steers. */
function process(entries: readonly DeadManEntry[], ping: (one: DeadManEntry) => Promise<Result<null, string>>) {
  const world = {
    ms: 0,
    look: flows,
    pinged: [] as string[],
    heard: [] as string[],
    said: [] as (readonly [string, string | undefined])[],
  };
  const hold = createDeadMan({
    entries,
    look: async () => world.look,
    ping: (one) => {
      world.pinged.push(one.name);
      return ping(one);
    },
    count: (outcome) => void world.heard.push(outcome),
    report: (_part, status, error) => void world.said.push([status, error]),
    runtime: { monotonicMs: () => world.ms },
  });
  const at = async (ms: number) => {
    world.ms = ms;
    await hold();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { world, at };
}

describe('holding the switch', () => {
  it('A ping goes out each time it is due while work flows, and none while it does not', async () => {
    const { world, at } = process([entry()], async () => ok(null));
    await at(0);
    await at(1000);
    expect(world.pinged).toHaveLength(1);
    world.look = { ...flows, oldestDeliveryMs: 600_000 };
    await at(60_000);
    await at(61_000);
    expect(world.pinged).toHaveLength(1);
    expect(world.said.at(-1)).toEqual(['away', 'no ping is sent: a delivery waits for 10m: intake does not drain']);
    world.look = flows;
    await at(62_000);
    expect(world.pinged).toHaveLength(2);
    expect(world.said.at(-1)?.[0]).toBe('up');
    expect(world.heard).toEqual(['heard', 'heard']);
  });

  it('A target that never answers holds neither another one nor the process, and is not asked a second time meanwhile', async () => {
    const [dead, alive] = [entry({ name: 'dead' }), entry({ name: 'alive' })];
    const { world, at } = process([dead, alive], (one) =>
      one.name === 'dead' ? new Promise(() => undefined) : Promise.resolve(ok(null)),
    );
    for (const ms of [0, 60_000, 120_000]) await at(ms);
    expect(world.pinged).toEqual(['dead', 'alive', 'alive', 'alive']);
  });

  it('A target that is not reached is said to be, by its place in the file', async () => {
    const { world, at } = process([entry()], async () => err('it answered 500'));
    await at(0);
    expect(world.said.at(-1)).toEqual(['away', 'deadman.0 was not reached: it answered 500']);
    expect(world.heard).toEqual(['unheard']);
  });
});

describe('a ping', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  async function target(status: number | null): Promise<{ url: string; port: number; asked: () => readonly string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (status !== null) response.writeHead(status).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/secret-path`, port, asked: () => asked };
  }

  it('An address of the inner network is refused unless it is allowed, and no error tells the address', async () => {
    const { url, asked } = await target(200);
    const refused = await createPing([])({ url, method: 'GET' });
    expect(refused).toMatchObject({ ok: false, error: expect.stringContaining('its address is refused') });
    expect(JSON.stringify(refused)).not.toContain('secret-path');
    expect(asked()).toEqual([]);
  });

  it('An answer that is no success, and one that never comes, are told apart', async () => {
    const [sound, broken, silent] = [await target(200), await target(500), await target(null)];
    const allow = [sound, broken, silent].map(({ port }) => `127.0.0.1:${port}`);
    const ping = createPing(allow, { limitMs: 300 });
    expect(await ping({ url: sound.url, method: 'POST' })).toEqual(ok(null));
    expect(sound.asked()).toEqual(['POST /secret-path']);
    expect(await ping({ url: broken.url, method: 'GET' })).toEqual(err('it answered 500'));
    expect(await ping({ url: silent.url, method: 'GET' })).toEqual(err('it did not answer within 300ms'));
  });
});
