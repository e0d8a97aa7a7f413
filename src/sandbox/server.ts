// HTTP of the sandbox: Slack's Web API, response URLs and uploads for the app; the page and its small API for people.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Fault, Sandbox, SandboxOptions } from './types.ts';
import type { Answer, Args } from './web-api.ts';
import type { Workspace } from './workspace.ts';

/** What the server stands on. */
export type ServerDeps = {
  readonly api: { readonly [method: string]: (args: Args, self: string) => Answer };
  readonly options: SandboxOptions;
  readonly calls: { method: string; args: Args; atMs: number }[];
  readonly nowMs: () => number;
  readonly workspace: Workspace;
  readonly driver: Pick<Sandbox, 'click' | 'command' | 'submit' | 'postAs'>;
  readonly respond: (id: string, body: Record<string, unknown>) => number;
  readonly takeFault: (method: string) => Fault['kind'] | null;
  readonly socketUrl: () => string;
};

const maxBody = 4 * 1024 * 1024;

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body));
}

/** Arguments come as a form whose structured values are JSON text, or as JSON. */
function argsOf(request: IncomingMessage, raw: Buffer): Args {
  const text = raw.toString('utf8');
  if (request.headers['content-type']?.startsWith('application/json')) return JSON.parse(text || '{}') as Args;
  return Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, value]) => [name, /^[[{]/.test(value) ? tryJson(value) : value]),
  );
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The server; not listening yet. */
export function createSandboxServer(deps: ServerDeps): Server {
  return createServer((request, response) => {
    handle(deps, request, response).catch(() => {
      if (!response.headersSent) json(response, 500, { ok: false, error: 'internal_error' });
    });
  });
}

async function handle(deps: ServerDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
  const [, area = '', name = ''] = pathname.split('/');
  switch (area) {
    case 'api':
      return callApi(deps, name, request, response);
    case 'response': {
      const status = deps.respond(name, tryJson((await read(request)).toString()) as Record<string, unknown>);
      return json(response, status, { ok: status === 200 });
    }
    case 'upload': {
      const file = deps.workspace.files.get(name);
      if (!file) return json(response, 404, { ok: false });
      file.content = await read(request);
      response.writeHead(200).end(`OK - ${file.content.length}`);
      return;
    }
    default:
      return page(deps, pathname, request, response);
  }
}

async function callApi(
  deps: ServerDeps,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const args = argsOf(request, await read(request));
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? String(args.token ?? '');
  deps.calls.push({ method, args, atMs: deps.nowMs() });
  if (method === 'apps.connections.open')
    return json(
      response,
      200,
      token === deps.options.appToken ? { ok: true, url: deps.socketUrl() } : { ok: false, error: 'invalid_auth' },
    );
  const fault = deps.takeFault(method);
  if (token === '') return json(response, 200, { ok: false, error: 'not_authed' });
  if (token !== deps.options.botToken || fault === 'invalid_auth')
    return json(response, 200, { ok: false, error: 'invalid_auth' });
  if (fault === 'rate_limited') return json(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': '1' });
  if (fault === 'http_500') return json(response, 500, { ok: false, error: 'internal_error' });
  if (fault === 'ratelimited_body') return json(response, 200, { ok: false, error: 'ratelimited' });
  if (fault === 'drop') return void request.socket.destroy();
  const call = Object.hasOwn(deps.api, method) ? deps.api[method] : undefined;
  const answer = call ? call(args, deps.workspace.bot.userId) : { ok: false, error: 'unknown_method' };
  if (fault === 'effect_then_timeout') return void request.socket.destroy();
  return json(response, 200, answer);
}

const Click = z.object({ user: z.string(), channel: z.string(), ts: z.string(), actionId: z.string() });
const Say = z.object({ user: z.string(), channel: z.string(), text: z.string().min(1).max(4000) });
const Submit = z.object({
  user: z.string(),
  viewId: z.string(),
  values: z.record(z.string(), z.record(z.string(), z.string())),
});
const Close = z.object({ viewId: z.string() });

const security = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** The page for people. It is reached by its own address only: other sites and rebound names are refused. */
async function page(
  deps: ServerDeps,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { host = '', origin } = request.headers;
  const isOwn =
    /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) && (origin === undefined || new URL(origin).host === host);
  if (!isOwn) return json(response, 403, { error: 'this page is reached from this machine only' });
  if (pathname === '/events') return stream(deps, request, response);
  if (pathname === '/state') return json(response, 200, stateOf(deps.workspace));
  if (request.method === 'POST') {
    const body: unknown = tryJson((await read(request)).toString());
    return json(response, 200, await act(deps, pathname, body));
  }
  const asset = {
    '/': ['index.html', 'text/html; charset=utf-8'],
    '/page.js': ['page.js', 'text/javascript'],
    '/page.css': ['page.css', 'text/css'],
  }[pathname];
  if (!asset) return json(response, 404, { error: 'not found' });
  const content = readFileSync(new URL(`./page/${asset[0]}`, import.meta.url));
  response.writeHead(200, { 'content-type': asset[1], 'cache-control': 'no-store', ...security }).end(content);
}

async function act(deps: ServerDeps, pathname: string, body: unknown): Promise<unknown> {
  switch (pathname) {
    case '/click':
      return deps.driver.click(Click.parse(body));
    case '/say': {
      const { user, channel, text } = Say.parse(body);
      const command = deps.options.command ?? '/firebreak';
      if (text === command || text.startsWith(`${command} `))
        return deps.driver.command({ user, channel, text: text.slice(command.length).trim() });
      deps.driver.postAs(user, channel, text);
      return { outcome: 'acknowledged' };
    }
    case '/submit':
      return deps.driver.submit(Submit.parse(body));
    case '/close':
      deps.workspace.views.delete(Close.parse(body).viewId);
      deps.workspace.touch();
      return {};
    default:
      return { error: 'not found' };
  }
}

function stream({ workspace }: ServerDeps, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = () => response.write('data: changed\n\n');
  workspace.changes.on('changed', send);
  request.on('close', () => workspace.changes.off('changed', send));
  send();
}

function stateOf(workspace: Workspace) {
  return {
    users: [...workspace.users.values()].map(({ id, name, realName, isBot }) => ({ id, name, realName, isBot })),
    groups: [...workspace.groups.values()],
    channels: [...workspace.channels.values()].map((channel) => ({ ...channel, members: [...channel.members] })),
    views: [...workspace.views.values()],
  };
}
