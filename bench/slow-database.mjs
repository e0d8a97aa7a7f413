// Stands before a PostgreSQL and holds back what asks something of it. Signing in takes no longer: only queries do.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** First bytes of messages that belong to a query, simple or extended (PostgreSQL documentation, Message Formats). */
const ofQueries = new Set([...'QPBDESCHF'].map((letter) => letter.charCodeAt(0)));

/** `url` leads through it; `delayBy` changes how many milliseconds each query is held back, from none. */
export async function slowDatabase(databaseUrl) {
  const { username, password, pathname, hostname, port } = new URL(databaseUrl);
  const host = decodeURIComponent(hostname);
  const target = host.startsWith('/')
    ? { path: `${host}/.s.PGSQL.${port}` }
    : { host, port: Number(port), noDelay: true };
  let delayMs = 0;
  const open = new Set();
  const server = createServer((socket) => {
    const upstream = connect(target);
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ]) {
      open.add(one);
      one.on('error', () => undefined);
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    upstream.pipe(socket);
    let before = Promise.resolve();
    socket.on('data', (chunk) => {
      const ms = ofQueries.has(chunk[0]) ? delayMs : 0;
      const held = new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : resolve()));
      before = Promise.all([before, held]).then(() => void upstream.write(chunk));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${server.address().port}${pathname}`,
    delayBy(ms) {
      delayMs = ms;
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
