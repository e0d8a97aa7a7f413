// github.issue and jira.issue against stand-ins over HTTP: an issue is made once for its key, whatever happens on the way.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ActionSettings, createActions } from '../../src/actions/registry.ts';
import type { Json } from '../../src/core/json.ts';
import { contextOf } from '../support/given/called-action.ts';

type Fields = { readonly summary?: string; readonly labels: readonly string[]; readonly [name: string]: unknown };
type Stored = { readonly number: number; readonly body: string; readonly fields: Fields };

let url: string;
let close: () => void;
/** What a stand-in has, and what it was shown. */
let issues: Stored[];
let shown: { readonly method: string; readonly authorization: string | undefined; readonly path: string }[];
/** It makes the issue and says nothing. */
let isMute: boolean;

async function bodyOf(request: IncomingMessage): Promise<{ body?: string; fields?: Fields }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

beforeEach(async () => {
  [issues, shown, isMute] = [[], [], false];
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '' } = request;
    shown.push({ method, path, authorization: request.headers.authorization });
    const sent = await bodyOf(request);
    const send = (status: number, json: Json) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    if (method === 'POST') {
      issues.push({ number: issues.length + 1, body: sent.body ?? '', fields: sent.fields ?? { labels: [] } });
      if (isMute) return request.socket.destroy();
    }
    const github = ({ number, body }: Stored) => ({
      number,
      html_url: `https://github.example.com/acme/shop/issues/${number}`,
      body,
    });
    const last = issues.at(-1);
    if (path.startsWith('/repos/acme/shop/issues'))
      return method === 'POST' && last ? send(201, github(last)) : send(200, issues.toReversed().map(github));
    if (path.startsWith('/rest/api/2/issue') && last) return send(201, { key: `SHOP-${last.number}` });
    const label = /labels = "([^"]+)"/.exec(decodeURIComponent(path))?.[1];
    const found = issues.filter(({ fields }) => label !== undefined && fields.labels.includes(label));
    return send(200, { issues: found.map(({ number }) => ({ key: `SHOP-${number}` })) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    server.closeAllConnections();
    server.close();
  };
});
afterEach(() => close());

const actions = createActions(ActionSettings.parse({ http: { allow: ['127.0.0.1'] } }));
const inputs: { readonly [name: string]: object } = {
  'github.issue': {
    repo: 'acme/shop',
    token: 't-1',
    title: 'Alert on a full pool',
    body: 'Action item 7-2',
    labels: ['postmortem'],
  },
  'jira.issue': {
    project: 'SHOP',
    email: 'bot@example.com',
    token: 't-1',
    title: 'Alert on a full pool',
    labels: ['postmortem'],
  },
};
const actionOf = (name: string) => {
  const action = actions.get(name);
  if (!action?.probe) throw new Error(`there is no ${name} that can be probed`);
  return { run: action.run, probe: action.probe };
};

describe.each(Object.keys(inputs))('%s', (name) => {
  const { run, probe } = actionOf(name);
  const input = () => ({ url, ...inputs[name] }) as Json;
  const keyed = (idempotencyKey: string) => contextOf({ idempotencyKey });
  const key = name === 'github.issue' ? 'acme/shop#1' : 'SHOP-1';

  it('makes an issue and answers its key and its page', async () => {
    const made = await run(input(), keyed('run/1'));
    expect(made).toMatchObject({
      outcome: 'succeeded',
      output: { key, url: expect.stringContaining('/'), created: true },
    });
    expect(issues).toHaveLength(1);
    expect(new Set(shown.map(({ authorization }) => authorization))).toEqual(
      new Set([
        name === 'github.issue' ? 'Bearer t-1' : `Basic ${Buffer.from('bot@example.com:t-1').toString('base64')}`,
      ]),
    );
  });

  it('makes none a second time for the same key, and another one for another', async () => {
    await run(input(), keyed('run/1'));
    expect(await run(input(), keyed('run/1'))).toMatchObject({ output: { key, created: false } });
    expect(issues).toHaveLength(1);
    await run(input(), keyed('run/2'));
    expect(issues).toHaveLength(2);
  });

  it('is found by its probe when the answer was lost', async () => {
    expect(await probe(input(), keyed('run/1'))).toEqual({ outcome: 'not_done' });
    isMute = true;
    expect(await run(input(), keyed('run/1'))).toMatchObject({
      outcome: 'failed',
      error: { class: 'unknown_outcome' },
    });
    expect(issues).toHaveLength(1);
    expect(await probe(input(), keyed('run/1'))).toMatchObject({ outcome: 'done', output: { key } });
  });

  it('says nothing of its token where something goes wrong', async () => {
    close();
    const failed = await run(input(), keyed('run/1'));
    expect(failed.outcome).toBe('failed');
    expect(JSON.stringify(failed)).not.toMatch(/t-1|Ym90/);
  });
});
