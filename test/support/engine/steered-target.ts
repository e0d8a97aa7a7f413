// A real HTTP target that does what a test tells it to: answers in turn, holds answers back, remembers who asked for what.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request as it came. */
type Call = {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: string;
  readonly headers: Headers;
};

/** What is answered: a status, or more of it. */
type Answer = number | { readonly status: number; readonly body?: unknown; readonly headers?: Headers };
type Headers = { readonly [name: string]: string };

/** A path whose answers are held back. */
type Hold = {
  /** Resolves when so many requests wait here. */
  readonly arrived: (count?: number) => Promise<void>;
  readonly waiting: () => number;
  /** Answers those that wait now, the longest waiting first; without a number all of them, and from now on everybody at once. */
  readonly release: (count?: number) => void;
};

/** The target. */
export type SteeredTarget = {
  readonly url: string;
  readonly calls: readonly Call[];
  /** Paths that were asked for, in order. */
  readonly paths: () => readonly string[];
  readonly callsOf: (path: string) => readonly Call[];
  /** Answers in turn; the last one stays. Without any, everything is answered 200. */
  readonly answer: (path: string, ...answers: readonly Answer[]) => void;
  readonly hold: (path: string) => Hold;
  readonly close: () => void;
};

/** Starts one on a port of its own. */
export async function startSteeredTarget(): Promise<SteeredTarget> {
  const calls: Call[] = [];
  const answers = new Map<string, Answer[]>();
  const holds = new Map<string, { waiting: ServerResponse[]; open: boolean; watchers: Set<() => void> }>();

  function reply(path: string, response: ServerResponse): void {
    const turns = answers.get(path) ?? [];
    const next = (turns.length > 1 ? turns.shift() : turns[0]) ?? 200;
    const { status, body = { done: true }, headers = {} } = typeof next === 'number' ? { status: next } : next;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const key = String(request.headers['idempotency-key']);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    calls.push({ method: request.method ?? '', path, key, headers, body: await text(request) });
    const hold = holds.get(path);
    if (!hold || hold.open) return reply(path, response);
    hold.waiting.push(response);
    for (const look of hold.watchers) look();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    paths: () => calls.map(({ path }) => path),
    callsOf: (path) => calls.filter((call) => call.path === path),
    answer: (path, ...turns) => void answers.set(path, [...turns]),
    hold(path) {
      const hold = { waiting: [] as ServerResponse[], open: false, watchers: new Set<() => void>() };
      holds.set(path, hold);
      return {
        waiting: () => hold.waiting.length,
        arrived: (count = 1) =>
          new Promise((resolve) => {
            const look = () => {
              if (hold.waiting.length < count) return;
              hold.watchers.delete(look);
              resolve();
            };
            hold.watchers.add(look);
            look();
          }),
        release(count) {
          if (count === undefined) hold.open = true;
          for (const response of hold.waiting.splice(0, count ?? hold.waiting.length)) reply(path, response);
        },
      };
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
