// Admission of requests: room for bodies, silent connections, traces of what is refused, wrong credentials. No network but loopback.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { boundConnections, peerOf } from '../../src/http/admission/connections.ts';
import { askAgain } from '../../src/http/admission/edge.ts';
import { type BodyFault, readBody } from '../../src/http/admission/read-body.ts';
import { createRefusals } from '../../src/http/admission/refusals.ts';
import { createRoom, type HeldRoom, type RoomBound } from '../../src/http/admission/room.ts';
import { createWrongCredentials } from '../../src/http/admission/wrong-credentials.ts';

const KB = 1024;
const bound: RoomBound = {
  maxBytes: 100 * KB,
  maxBytesPerSender: 60 * KB,
  maxRequestsPerSender: 10,
  maxWaitingPerSender: 3,
  waitMs: 60_000,
  silentMs: 40,
};
const gone = new AbortController().signal;
const ask = (sender: string, kb: number, onGivenUp = () => {}) => ({ sender, bytes: kb * KB, onGivenUp, gone });
const held = (taken: HeldRoom | string): HeldRoom => {
  if (typeof taken === 'string') throw new Error(taken);
  return taken;
};

describe('room for bodies', () => {
  it('is bounded for each sender, so that there is always some for another', async () => {
    const room = createRoom(bound);
    const first = held(await room.take(ask('a', 60)));
    let more = false;
    const waits = room.take(ask('a', 20)).then((taken) => {
      more = true;
      return held(taken);
    });
    held(await room.take(ask('b', 30))).release();
    expect(more).toBe(false);
    first.release();
    (await waits).release();
  });

  it('that becomes free goes to the sender that holds least, and large bodies are not passed over', async () => {
    const room = createRoom(bound);
    const [a, b] = [held(await room.take(ask('a', 60))), held(await room.take(ask('b', 40)))];
    a.complete();
    b.complete();
    const order: string[] = [];
    const note = (name: string) => (taken: HeldRoom | string) => {
      order.push(name);
      held(taken).release();
    };
    const all = [
      room.take(ask('b', 15)).then(note('b')),
      room.take(ask('c', 50)).then(note('c')),
      room.take(ask('c', 5)).then(note('c, later')),
    ];
    b.release();
    await delay(5);
    // 60 of 100 are taken: c's 50 do not fit yet, and nothing smaller is let in before.
    expect(order).toEqual(['b']);
    a.release();
    await Promise.all(all);
    expect(order).toEqual(['b', 'c', 'c, later']);
  });

  it('for which too many wait is refused at once, and to wait has an end', async () => {
    const room = createRoom({ ...bound, waitMs: 20 });
    held(await room.take(ask('a', 60))).complete();
    const waiting = [1, 2, 3].map(() => room.take(ask('a', 10)));
    expect(await room.take(ask('a', 10))).toBe('full');
    expect(await Promise.all(waiting)).toEqual(['full', 'full', 'full']);
  });

  it('is taken from whoever holds it and sends nothing, once another waits; whoever goes on keeps it', async () => {
    const room = createRoom(bound);
    let lost = '';
    held(await room.take(ask('a', 30, () => (lost += 'silent'))));
    const busy = held(await room.take(ask('a', 30, () => (lost += 'busy'))));
    const pulse = setInterval(busy.progressed, 5);
    await delay(60);
    expect(lost).toBe('');
    held(await room.take(ask('a', 30)));
    clearInterval(pulse);
    expect(lost).toBe('silent');
  });

  it('is not kept for whoever went away while waiting', async () => {
    const room = createRoom(bound);
    const first = held(await room.take(ask('a', 60)));
    const left = new AbortController();
    const waiting = room.take({ ...ask('a', 60), gone: left.signal });
    left.abort();
    expect(await waiting).toBe('gone');
    first.release();
    held(await room.take(ask('a', 60)));
  });
});

describe('a body', () => {
  const limits = { maxBytes: 50 * KB, beginMs: 30, readMs: 60 };
  const incoming = (payload: PassThrough, declaredBytes: number | null) => ({
    ...{ payload, declaredBytes, extraBytes: 0, sender: 'a', onBegun: () => {} },
  });
  const textOf = (read: Awaited<ReturnType<typeof readBody>>) => (read.ok ? read.value.raw.toString() : read.error);

  it('is read whole, with and without a size in its head', async () => {
    for (const size of [5, null]) {
      const payload = new PassThrough();
      const read = readBody(incoming(payload, size), createRoom(bound), limits);
      payload.write('he');
      payload.end('llo');
      expect(textOf(await read)).toBe('hello');
    }
  });

  it('of which only the head comes holds no room', async () => {
    // Nothing ends by time: it is the other body that shows whose the room is.
    const room = createRoom({ ...bound, maxRequestsPerSender: 1, silentMs: 60_000 });
    const patient = { ...limits, beginMs: 60_000, readMs: 60_000 };
    const head = new PassThrough();
    const silent = readBody(incoming(head, 1000), room, patient);
    const other = new PassThrough();
    other.end('x');
    expect(textOf(await readBody(incoming(other, 1), room, patient))).toBe('x');
    head.destroy();
    expect(textOf(await silent)).toBe('gone');
    expect(textOf(await readBody(incoming(new PassThrough(), 1000), room, limits))).toBe('too_slow');
  });

  it('that is too large, too slow or cut off is given up', async () => {
    const room = createRoom(bound);
    expect(textOf(await readBody(incoming(new PassThrough(), 51 * KB), room, limits))).toBe('too_large');
    const endless = new PassThrough();
    const tooMuch = readBody(incoming(endless, null), room, limits);
    endless.write(Buffer.alloc(51 * KB));
    expect(textOf(await tooMuch)).toBe('too_large');
    const slow = new PassThrough();
    const tooSlow = readBody(incoming(slow, 40 * KB), room, limits);
    slow.write(Buffer.alloc(20 * KB));
    expect(textOf(await tooSlow)).toBe('too_slow');
    const cut = new PassThrough();
    const broken = readBody(incoming(cut, 40 * KB), room, limits);
    cut.write(Buffer.alloc(20 * KB));
    setTimeout(() => cut.destroy(), 5);
    expect(textOf(await broken)).toBe('gone');
  });
});

describe('connections of one peer', () => {
  const opened: Socket[] = [];
  const server = createServer((_, response) => response.end('served'));
  afterEach(() => {
    for (const socket of opened) socket.destroy();
    server.close();
  });

  it('that are silent give way to the next, so that nobody is locked out', async () => {
    boundConnections(server, { maxSilent: 20, maxUnproven: 60, silentMs: 20 });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    let ended = 0;
    for (let n = 0; n < 50; n++) {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket.resume().once('close', () => {
        ended += 1;
      });
      opened.push(socket);
      await once(socket, 'connect');
      if (n % 10 === 9) await delay(30);
    }
    expect(ended).toBeGreaterThan(15);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('served');
  });

  it('are told apart by what a sender cannot choose of its address', () => {
    expect(peerOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(peerOf('2001:db8:1:2:aaaa::1')).toBe(peerOf('2001:db8:1:2:bbbb::2'));
    expect(peerOf('2001:db8:1:2::1')).not.toBe(peerOf('2001:db8:1:3::1'));
    expect(peerOf('::1')).toBe('0:0:0:0');
  });
});

describe('what is refused', () => {
  it('is counted each time, and said a few times a minute with how often it happened besides', () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    let counted = 0;
    let now = 0;
    const refusals = createRefusals({ log, count: () => (counted += 1), nowMs: () => now });
    const refused = { at: 'generic', about: 'ci', outcome: 'unauthorized', peer: '192.0.2.7', reason: 'wrong' };
    for (let n = 0; n < 100; n++) refusals.note(refused);
    refusals.note({ ...refused, outcome: 'too_large' });
    expect(counted).toBe(101);
    expect(lines).toHaveLength(6);
    now = 61_000;
    refusals.note(refused);
    expect(lines.at(-1)).toMatchObject({ ...refused, unsaid: 95 });
  });
});

describe('wrong credentials', () => {
  it('cost nothing a few times, then more and more, for each peer and what it tried', () => {
    let now = 0;
    const wrong = createWrongCredentials(() => now);
    const penalties = Array.from({ length: 14 }, () => wrong.failed('192.0.2.7', 'generic/ci'));
    expect(penalties.slice(0, 10)).toEqual(Array(10).fill(null));
    const waits = penalties.slice(10).map((penalty) => penalty?.retryAfterMs);
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    expect(wrong.failed('192.0.2.7', 'generic/other')).toBeNull();
    expect(wrong.failed('192.0.2.8', 'generic/ci')).toBeNull();
    for (let n = 0; n < 100; n++) wrong.failed('192.0.2.7', 'generic/ci');
    expect(wrong.failed('192.0.2.7', 'generic/ci')).toEqual({ delayMs: 2000, retryAfterMs: 60_000 });
    now = 61_000;
    expect(wrong.failed('192.0.2.7', 'generic/ci')).toBeNull();
  });
});

describe('a body that was not read', () => {
  it('is asked for again after a while where its sender did nothing wrong, and never else', () => {
    const told = (fault: BodyFault): unknown => {
      let after: unknown = null;
      const reply = { header: (_name: string, value: unknown) => (after = value) };
      askAgain(reply as unknown as FastifyReply, fault);
      return after;
    };
    expect([told('too_busy'), told('too_slow')]).toEqual(['5', '5']);
    expect([told('too_large'), told('gone')]).toEqual([null, null]);
  });
});
