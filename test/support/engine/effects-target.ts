// What the steps of a test act upon: an HTTP target that writes down every effect with its idempotency key and can make callers wait.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** One request that acted. */
type Effect = { readonly path: string; readonly key: string };

/** The target. */
export type EffectsTarget = {
  readonly url: string;
  /** Every POST that arrived, in order; the same key again and again if it did. */
  readonly effects: readonly Effect[];
  /** Keys that arrived at a path, each once. */
  readonly keys: (path: string) => readonly string[];
  /** Answers to this path wait until `release`. The effect takes place at once. */
  readonly hold: (path: string) => void;
  readonly release: (path: string) => void;
  /** Resolves when the n-th POST to this path arrives. */
  readonly reached: (path: string, n?: number) => Promise<void>;
  readonly close: () => void;
};

/** Starts one on the loopback. */
export async function startEffectsTarget(): Promise<EffectsTarget> {
  const effects: Effect[] = [];
  const held = new Map<string, (() => void)[]>();
  const watchers = new Set<() => void>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    request.resume();
    const answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}');
    if (request.method === 'POST') {
      effects.push({ path, key: String(request.headers['idempotency-key']) });
      for (const look of watchers) look();
    }
    const waiting = held.get(path);
    if (waiting) waiting.push(answer);
    else answer();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    effects,
    keys: (path) => [...new Set(effects.filter((effect) => effect.path === path).map(({ key }) => key))],
    hold: (path) => void held.set(path, held.get(path) ?? []),
    release(path) {
      for (const answer of held.get(path) ?? []) answer();
      held.delete(path);
    },
    reached: (path, n = 1) =>
      new Promise((resolve) => {
        const look = () => {
          if (effects.filter((effect) => effect.path === path).length < n) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
