// The demo's service: answers /status until it is stopped. Ends by itself after half an hour.
import { createServer } from 'node:http';

const [name, port, release] = process.argv.slice(2);
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ service: name, state: 'up', release: Number(release), pid: process.pid }));
});
server.listen(Number(port), '127.0.0.1');
setTimeout(() => process.exit(0), 30 * 60_000);
