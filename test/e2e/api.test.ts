// The API over real HTTP against a real Firebreak: done once, dry, followed live, described, bounded; and the page people open.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFirebreak, type Firebreak, startTarget, type Target } from '../support/cluster/firebreak-process.ts';

const token = 'a-token-of-the-api-for-tests';
let firebreak: Firebreak;
let target: Target;
beforeAll(async () => {
  target = await startTarget();
  firebreak = await createFirebreak({ FIREBREAK_API_TOKEN: token });
  await firebreak.start();
});
afterAll(async () => {
  await firebreak.close();
  target.close();
});

type Headers = { readonly [name: string]: string };
type Body = Record<string, unknown> & { code?: string; detail?: string };
const authorization = { authorization: `Bearer ${token}` };

async function call(method: string, path: string, body?: unknown, headers: Headers = {}) {
  const answer = await fetch(`${firebreak.url()}${path}`, {
    method,
    headers: { ...authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, headers: answer.headers, text, body: (isJson ? JSON.parse(text) : {}) as Body };
}
const get = (path: string, headers?: Headers) => call('GET', path, undefined, headers);
const post = (path: string, body: unknown, headers?: Headers) => call('POST', path, body, headers);
const runs = async () =>
  (await get('/api/v1/runs?limit=200')).body.items as { id: string; inputs: { target: string } }[];

const startPath = '/api/v1/playbooks/fault/runs';
/** Inputs that tell the runs of one test from those of the others. */
const inputsOf = (name: string) => ({ target: `${target.url}/${name}`, fail: 'no' });
const start = async (name: string) => (await post(startPath, { inputs: inputsOf(name) })).body as { id: string };

describe('a request with an Idempotency-Key', () => {
  it('is carried out once however often and however fast it comes, with the same answer each time', async () => {
    const body = { inputs: inputsOf('often'), reason: 'again and again' };
    const send = () => post(startPath, body, { 'idempotency-key': '"5f0c9b7e-often"' });
    const answers = await Promise.all(Array.from({ length: 12 }, send));
    answers.push(await send());
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.at(-1)?.headers.get('idempotency-replayed')).toBe('true');
    // The quotes are the header's form, not part of the key.
    const bare = await post(startPath, body, { 'idempotency-key': '5f0c9b7e-often' });
    expect(bare.text).toBe(answers[0]?.text);
    const made = (await runs()).filter(({ inputs }) => inputs.target.endsWith('/often'));
    expect(made.map(({ id }) => id)).toEqual([answers[0]?.body.id]);
  });

  it('belongs to one body and one path', async () => {
    const key = { 'idempotency-key': 'one-body' };
    expect((await post(startPath, { inputs: inputsOf('one-body') }, key)).status).toBe(201);
    const other = await post(startPath, { inputs: inputsOf('another-body') }, key);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
    const elsewhere = await post('/api/v1/runs/run_none/pause', {}, key);
    expect(elsewhere).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
  });

  it('must be readable', async () => {
    const answer = await post(startPath, { inputs: {} }, { 'idempotency-key': 'two words' });
    expect(answer).toMatchObject({ status: 400, body: { faults: [{ path: 'idempotency-key' }] } });
  });

  it('gives an order its effect once', async () => {
    const { id } = await start('paused');
    const pause = () =>
      post(`/api/v1/runs/${id}/pause`, { reason: 'look first' }, { 'idempotency-key': `pause-${id}` });
    const answers = await Promise.all([pause(), pause(), pause()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await post(`/api/v1/runs/${id}/pause`, {})).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  });

  it('is carried out once although the process dies before the answer is kept', async () => {
    const crashing = await createFirebreak();
    const send = () =>
      fetch(`${crashing.url()}${startPath}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'across-a-crash' },
        body: JSON.stringify({ inputs: inputsOf('crash') }),
      });
    try {
      await crashing.start({ FIREBREAK_FAULT_POINT: 'run.started' });
      await expect(send()).rejects.toThrow();
      await crashing.killAll();
      await crashing.start();
      const answer = await send();
      const { id } = (await answer.json()) as { id: string };
      expect(answer.status).toBe(201);
      const { items } = await crashing.get<{ items: { id: string }[] }>('/runs');
      expect(items.map((run) => run.id)).toEqual([id]);
      expect((await crashing.get<{ items: unknown[] }>('/incidents')).items).toHaveLength(1);
      expect(await (await send()).text()).toContain(id);
    } finally {
      await crashing.close();
    }
  });
});

describe('a dry run', () => {
  it('says what would happen, and nothing happens', async () => {
    const before = (await runs()).length;
    const answer = await post(startPath, { inputs: inputsOf('dry'), dryRun: true });
    expect(answer).toMatchObject({ status: 200, body: { dryRun: true, outcome: 'succeeded' } });
    expect(answer.body.steps).toMatchObject([
      { step: 'first', would: 'run', approval: null, plan: { with: { url: `${target.url}/dry/first` } } },
      { step: 'risky', would: 'run', approval: { from: ['@sre'], quorum: 1, who: '1 of @sre' } },
      { step: 'last', would: 'skip' },
    ]);
    expect(await runs()).toHaveLength(before);
    expect(target.order.filter((path) => path.startsWith('/dry'))).toEqual([]);
  });

  it('is refused as the run would be', async () => {
    const wrong = await post(startPath, { inputs: { nope: 1 }, dryRun: true });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'invalid' } });
    expect(await post('/api/v1/playbooks/none/runs', { dryRun: true })).toMatchObject({ status: 404 });
  });
});

type Told = { readonly event: string; readonly id: string; readonly data: Record<string, unknown> };

/** Reads a stream of server-sent events until `enough` says so, or to its end. */
async function listen(headers: Headers, enough: (told: readonly Told[]) => boolean, ready = async () => {}) {
  const closer = new AbortController();
  const answer = await fetch(`${firebreak.url()}/api/v1/stream`, {
    headers: { ...authorization, ...headers },
    signal: closer.signal,
  });
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const told: Told[] = [];
  let text = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
      const data = field('data');
      if (data === undefined) continue;
      const event = field('event') ?? 'message';
      told.push({ event, id: field('id') ?? '', data: JSON.parse(data) as Record<string, unknown> });
      if (event === 'ready') void ready();
    }
    if (enough(told)) break;
  }
  closer.abort();
  return told;
}
const changesOf = (told: readonly Told[], incident: unknown) =>
  told.filter(({ data }) => data.incident === incident).map(({ data }) => data);

describe('the stream', () => {
  it('tells what changes as it happens, and goes on where a reader left it', async () => {
    let run = { id: '' };
    let asked = Promise.resolve();
    const first = await listen(
      {},
      (told) => told.some(({ data }) => data.type === 'approval.requested' && data.id === run.id),
      () => {
        asked = start('streamed').then((started) => {
          run = started;
        });
        return asked;
      },
    );
    await asked;
    const started = first.find(({ data }) => data.id === run.id && data.type === 'run.started');
    const incident = started?.data.incident;
    const seqs = changesOf(first, incident).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    expect(started?.data).toMatchObject({ kind: 'run', seq: 2 });
    expect(changesOf(first, incident)[0]).toMatchObject({ kind: 'incident', id: incident, type: 'incident.opened' });

    await post(`/api/v1/runs/${run.id}/cancel`, {});
    const rest = await listen({ 'last-event-id': started?.id ?? '' }, (told) =>
      told.some(({ data }) => data.id === run.id && data.type === 'run.cancelled'),
    );
    const after = changesOf(rest, incident).map(({ seq }) => seq);
    expect(after[0]).toBe(3);
    expect(after).toEqual(after.map((_, i) => i + 3));
  });

  it('tells a reader that was away for too long to load everything anew', async () => {
    const told = await listen({ 'last-event-id': '1000' }, (events) => events.some(({ event }) => event === 'ready'));
    expect(told.map(({ event }) => event)).toEqual(['reset', 'ready']);
  });

  it('refuses a place that is none of its own, and readers without the token', async () => {
    const wrong = await get('/api/v1/stream', { 'last-event-id': 'yesterday' });
    expect(wrong).toMatchObject({ status: 400, body: { faults: [{ path: 'last-event-id' }] } });
    expect(await get('/api/v1/stream', { authorization: '' })).toMatchObject({ status: 401 });
  });

  it('ends when Firebreak is told to stop', async () => {
    const stopping = await createFirebreak();
    try {
      await stopping.start();
      const answer = await fetch(`${stopping.url()}/api/v1/stream`);
      const rest = answer.text();
      await stopping.close();
      expect(await rest).toContain('event: ready');
    } finally {
      await stopping.close();
    }
  });
});

describe('the description', () => {
  it('names every route, and makes a cursor and a body plain', async () => {
    expect((await get('/api/openapi.json', { authorization: '' })).status).toBe(401);
    expect((await get('/metrics', { authorization: '' })).status).toBe(401);
    const { status, body } = await get('/api/openapi.json');
    expect(status).toBe(200);
    const { openapi, paths } = body as { openapi: string; paths: Record<string, Record<string, unknown>> };
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/', '/api/v1/incidents/{id}/timeline', '/hooks/{source}/{integration}', '/metrics']),
    );
    expect(paths['/api/v1/playbooks/{name}/runs']?.post).toMatchObject({
      parameters: [
        { name: 'name', in: 'path', required: true },
        { name: 'idempotency-key', in: 'header' },
      ],
      requestBody: { content: { 'application/json': { schema: { properties: { dryRun: { type: 'boolean' } } } } } },
      security: [{ token: [] }],
    });
    expect(JSON.stringify(body)).not.toContain('$defs');
  });
});

describe('the page', () => {
  it('consists of files of its own, under a policy that allows nothing else', async () => {
    const page = await get('/', { authorization: '' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'/);
    const linked = [...page.text.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? '');
    expect(linked.map((file) => file.split('.').at(-1)).sort()).toEqual(expect.arrayContaining(['css', 'js']));
    expect(page.text).not.toMatch(/<script(?![^>]*src=)|style="| on[a-z]+="/);
    for (const file of linked) expect((await get(`/${file}`, { authorization: '' })).status).toBe(200);
  });
});

/** Sends bytes as they are; answers what comes back until the connection closes, or `enough` of it has come. */
async function raw(text: string, enough = (_answer: string) => false): Promise<string> {
  const socket = open(text);
  let answer = '';
  for await (const chunk of socket) {
    answer += chunk;
    if (enough(answer)) break;
  }
  socket.destroy();
  return answer;
}

function open(text: string): Socket {
  const { hostname, port } = new URL(firebreak.url());
  const socket = connect(Number(port), hostname);
  socket.setEncoding('utf8').write(text);
  return socket;
}

describe('bad requests', () => {
  it('of another method are told which ones there are', async () => {
    for (const [method, path, allow] of [
      ['DELETE', '/api/v1/incidents', 'GET, HEAD, POST'],
      ['GET', '/hooks/alertmanager', 'POST'],
      ['PUT', '/api/v1/runs/run_x/cancel', 'POST'],
      ['POST', '/healthz', 'GET, HEAD'],
    ] as const) {
      const answer = await call(method, path);
      expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
      expect(answer.headers.get('allow')).toBe(allow);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
    expect(await post('/api/v1/nothing', '<x/>', { 'content-type': 'text/xml' })).toMatchObject({ status: 404 });
  });

  it('without the token are refused before their body is read', async () => {
    const answer = await raw(
      `POST ${startPath} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`,
      (text) => text.includes('\r\n\r\n{'),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer.toLowerCase()).toContain('www-authenticate: bearer');
  });

  it('with a token in the URL are told where it belongs', async () => {
    for (const name of ['token', 'access_token']) {
      const answer = await get(`/api/v1/incidents?${name}=${token}`);
      expect(answer).toMatchObject({ status: 401, body: { code: 'token_in_url' } });
      expect(answer.text).not.toContain(token);
    }
  });

  it('with a wrong cursor or a misspelt name are told which field', async () => {
    for (const list of ['incidents', 'runs', 'approvals', 'deliveries']) {
      const answer = await get(`/api/v1/${list}?cursor=x`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid', faults: [{ path: 'cursor' }] } });
    }
    expect((await get('/api/v1/incidents?stauts=open')).body.detail).toContain('stauts');
    const other = await get('/api/v1/incidents?cursor=run_00000000000000000000000000');
    expect(other.status).toBe(400);
  });

  it('that nest without end are refused, not a crash', async () => {
    const deep = `{"inputs":{"target":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`;
    expect(await post(startPath, deep)).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  });

  it('with NUL in a body that is no JSON are kept all the same', async () => {
    const answer = await post('/hooks/alertmanager', 'nul \u0000 here', {
      authorization: 'Bearer a-webhook-token-for-tests',
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'unreadable' } });
    const { body } = await get('/api/v1/deliveries?status=dead');
    expect((body.items as { receipt: string }[]).map(({ receipt }) => receipt)).toContain(answer.body.receipt);
  });

  it('that are no HTTP, or whose URL cannot be read, get the same form of answer', async () => {
    for (const text of ['nonsense\r\n\r\n', 'GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n']) {
      const answer = await raw(text);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('application/problem+json');
    }
    const large = await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1\.1 431 .*"code":"headers_too_large"/s);
  });

  it('that come more slowly than anybody sends are cut off', async () => {
    const answer = await raw('POST /hooks/alertmanager HTTP/1.1\r\nhost: x\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*"code":"too_slow"/s);
  });

  it('of which only the head comes hold up nobody', async () => {
    const head = 'HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const proofs = ['', 'authorization: Bearer wrong\r\n', 'authorization: Bearer a-webhook-token-for-tests\r\n'];
    const sockets = proofs.flatMap((proof) =>
      ['/hooks/alertmanager', '/slack/events', startPath].flatMap((path) =>
        Array.from({ length: 30 }, () => open(`POST ${path} ${head}${proof}content-length: 1048576\r\n\r\n`)),
      ),
    );
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const sent = { authorization: 'Bearer a-webhook-token-for-tests' };
    const alert = { version: '4', alerts: [{ status: 'firing', labels: { alertname: 'Held' }, fingerprint: 'held' }] };
    expect((await post('/hooks/alertmanager', alert, sent)).status).toBe(202);
    expect((await post('/api/v1/runs/run_none/retry', {})).status).toBe(404);
    for (const socket of sockets) socket.destroy();
  });
});
