// A network between two programs that can go silent: connections stay open and nothing passes, until it passes again or they break.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A proxy to one port of the loopback. */
export type TcpProxy = {
  readonly port: number;
  /** Nothing passes any more, in neither direction, on old connections and on new ones. Nobody is told. */
  readonly hold: () => void;
  /** Everything passes again, what was held first. */
  readonly resume: () => void;
  /** Connections that are open are silent for ever, as after a firewall forgot them; later ones pass. */
  readonly forget: () => void;
  /** Connections that are open are reset; later ones pass. */
  readonly reset: () => void;
  readonly close: () => void;
};

/** Starts one. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const forgotten = new Set<Socket>();
  let held = false;
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.once('end', () => to.end());
      from.on('error', () => to.destroy());
      from.once('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (held) from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const reset = () => {
    held = false;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    hold() {
      held = true;
      for (const socket of sockets) socket.pause();
    },
    forget() {
      for (const socket of sockets) {
        socket.pause();
        forgotten.add(socket);
      }
      sockets.clear();
    },
    resume() {
      held = false;
      for (const socket of sockets) socket.resume();
    },
    reset,
    close() {
      server.close();
      reset();
      for (const socket of forgotten) socket.destroy();
    },
  };
}
