// The sockets of Socket Mode: who is connected, whose turn it is, and the frames that ask to come back. Knows no payload.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** Slack takes up to ten connections of one app. */
const maxConnections = 10;

/** The connected sockets. */
export type SocketHub = {
  /** Takes an upgrade whose ticket is good; anything else is cut off. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** True once a socket was ever there: from then on nothing goes over HTTP. */
  readonly isUsed: () => boolean;
  /** One of the open sockets, in turn. */
  readonly next: () => WebSocket | undefined;
  readonly count: () => number;
  readonly disconnect: (reason: string) => void;
  readonly terminate: () => void;
};

/** No sockets yet. `changed` is called when one has come or gone. */
export function createSocketHub(appId: string, takeLink: (id: string) => boolean, changed: () => void): SocketHub {
  const server = new WebSocketServer({ noServer: true });
  const sockets = new Set<WebSocket>();
  let used = false;
  let turn = 0;
  const debug_info = { host: 'sandbox', started: '', build_number: 0, approximate_connection_time: 3600 };
  const disconnected = (socket: WebSocket, reason: string) =>
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: debug_info.host } }));
  return {
    upgrade(request, socket, head) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox');
      if (pathname !== '/link/' || !takeLink(searchParams.get('ticket') ?? '')) return void socket.destroy();
      server.handleUpgrade(request, socket, head, (ws) => {
        if (sockets.size >= maxConnections) {
          disconnected(ws, 'too_many_websockets');
          return ws.close();
        }
        used = true;
        sockets.add(ws);
        ws.on('close', () => {
          sockets.delete(ws);
          changed();
        });
        const connection_info = { app_id: appId };
        ws.send(JSON.stringify({ type: 'hello', connection_info, num_connections: sockets.size, debug_info }));
        changed();
      });
    },
    isUsed: () => used,
    next() {
      const open = [...sockets].filter((socket) => socket.readyState === socket.OPEN);
      turn += 1;
      return open[turn % Math.max(open.length, 1)];
    },
    count: () => sockets.size,
    disconnect(reason) {
      for (const socket of sockets) {
        disconnected(socket, reason);
        // A closing socket takes no more payloads, even before it is gone.
        if (reason !== 'warning') socket.close();
      }
    },
    terminate() {
      for (const socket of sockets) socket.terminate();
    },
  };
}
