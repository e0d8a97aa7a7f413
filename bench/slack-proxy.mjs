// Stands before a Slack sandbox and notes how each call of the Web API was answered. Changes nothing of it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { request } from 'undici';

/** `apiUrl` is what Firebreak is to call; `calls` are `{ method, status }`, in the order in which they were answered. */
export async function proxyOf(sandbox) {
  const calls = [];
  const server = createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const { host: _, 'content-length': __, connection: ___, ...headers } = req.headers;
    const body = chunks.length > 0 ? Buffer.concat(chunks) : null;
    const answer = await request(new URL(req.url, sandbox.apiUrl), { method: req.method, headers, body });
    const retryAfter = answer.headers['retry-after'];
    res.writeHead(answer.statusCode, {
      'content-type': String(answer.headers['content-type'] ?? 'application/json'),
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    });
    res.end(Buffer.from(await answer.body.arrayBuffer()));
    calls.push({ method: req.url.split('/').at(-1), status: answer.statusCode });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const apiUrl = `http://127.0.0.1:${server.address().port}${new URL(sandbox.apiUrl).pathname}`;
  return { apiUrl, calls, close: () => server.close() };
}
