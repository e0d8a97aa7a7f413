// Stands before a Slack sandbox and notes every call of the Web API with what it was answered. Changes nothing of it.
import { createServer } from 'node:http';
import { request } from 'undici';

/** A server of its own on a free port. */
export async function listener(answer) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** `apiUrl` is what Firebreak is to call; `calls` are `{ method, atMs, status, doneMs }` in the order in which they began. */
export async function proxyOf(sandbox) {
  const calls = [];
  const proxy = await listener(async (req, res) => {
    const call = { method: req.url.split('/').at(-1), atMs: performance.now(), status: 0, doneMs: Number.NaN };
    calls.push(call);
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
    call.status = answer.statusCode;
    call.doneMs = performance.now();
  });
  const path = new URL(sandbox.apiUrl).pathname.slice(1);
  return { apiUrl: `${proxy.url}${path}`, calls, close: proxy.close };
}
