// How many connections one peer may keep that have proved nothing. Over the bound the one that has been silent longest is ended, so
// that whoever holds connections open locks nobody out: the newcomer is always let in.
import type { Server, Socket } from 'node:net';

/** The bounds for one peer address. */
export type ConnectionBound = {
  /** Connections that have proved nothing; above it silent ones are ended. */
  readonly maxSilent: number;
  /** Connections that have proved nothing, silent or not. */
  readonly maxUnproven: number;
  /** Without a byte for this long, in milliseconds, a connection is silent. */
  readonly silentMs: number;
};

/** What is known of the connections of a server. */
export type Connections = {
  /** A request on it has proved who sends: it counts no longer. */
  readonly proven: (socket: Socket) => void;
  /** What is to be waited for is ours to do; until the answer the connection is not silent. Answers how to say that it is over. */
  readonly busy: (socket: Socket) => () => void;
};

type Known = { bytes: number; atMs: number; busy: number };

/** The part of an address that one sender cannot choose: all of IPv4, the network of IPv6. */
export function peerOf(address: string | undefined): string {
  const text = (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  if (!text.includes(':')) return text;
  const [before = '', after] = text.split('::');
  const head = before.split(':').filter(Boolean);
  const tail = (after ?? '').split(':').filter(Boolean);
  const zeros =
    after === undefined ? [] : Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}

/** Applies the bound to the connections of `server`. */
export function boundConnections(
  server: Server,
  bound: ConnectionBound,
  nowMs: () => number = () => performance.now(),
): Connections {
  const peers = new Map<string, Map<Socket, Known>>();
  const entry = (socket: Socket) => {
    const peer = peers.get(peerOf(socket.remoteAddress));
    return peer?.get(socket);
  };
  function leave(peer: string, socket: Socket): void {
    const known = peers.get(peer);
    known?.delete(socket);
    if (known?.size === 0) peers.delete(peer);
  }

  /** The one of which nothing has come for longest; null if something comes on all of them. */
  function silentest(known: Map<Socket, Known>): Socket | null {
    let found: { readonly socket: Socket; readonly atMs: number } | null = null;
    for (const [socket, one] of known) {
      if (one.bytes !== socket.bytesRead) {
        one.bytes = socket.bytesRead;
        one.atMs = nowMs();
      }
      if (one.busy === 0 && one.atMs <= nowMs() - bound.silentMs && (found === null || one.atMs < found.atMs))
        found = { socket, atMs: one.atMs };
    }
    return found?.socket ?? null;
  }

  /** Where we were the ones that did not come round to reading, what has come is read before this looks again. */
  function endIfSilent(socket: Socket, one: Known | undefined): void {
    if (one) one.busy += 1;
    setImmediate(() =>
      setImmediate(() => {
        if (one) one.busy -= 1;
        if (one?.busy === 0 && one.bytes === socket.bytesRead) socket.destroy();
      }),
    );
  }

  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket.remoteAddress);
    const known = peers.get(peer) ?? new Map<Socket, Known>();
    if (known.size >= bound.maxSilent) {
      if (known.size >= bound.maxUnproven) {
        socket.destroy();
        return;
      }
      const victim = silentest(known);
      if (victim) endIfSilent(victim, known.get(victim));
    }
    peers.set(peer, known.set(socket, { bytes: 0, atMs: nowMs(), busy: 0 }));
    socket.once('close', () => leave(peer, socket));
  });

  return {
    proven: (socket) => leave(peerOf(socket.remoteAddress), socket),
    busy(socket) {
      const one = entry(socket);
      if (one) one.busy += 1;
      let over = false;
      return () => {
        if (one && !over) one.busy -= 1;
        over = true;
      };
    },
  };
}
