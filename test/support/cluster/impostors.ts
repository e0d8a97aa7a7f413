// Programs that are not what a setting says they are, on a port of their own: one that says nothing, one that answers anything with a page.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** One of them; the port is free again once it is closed. */
export type Impostor = { readonly port: number; readonly close: () => Promise<void> };

/** Accepts connections and is silent for ever. */
export const startSilence = (): Promise<Impostor> => listen(() => undefined);

const page = '<!doctype html><title>It works</title>';
const answer = `HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: ${page.length}\r\nconnection: close\r\n\r\n${page}`;

/** Answers whatever it hears with a web page. */
export const startWebPage = (): Promise<Impostor> =>
  listen((socket) => void socket.once('data', () => void socket.end(answer)));

async function listen(greet: (socket: Socket) => void): Promise<Impostor> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    greet(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
