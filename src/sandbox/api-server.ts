// The app's side of the sandbox over HTTP: Web API calls with tokens, scopes, limits and faults; response URLs; uploads.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SlackObject } from './entities.ts';
import type { Faults } from './faults.ts';
import { parseJson, readBody, sendJson } from './http.ts';
import type { RateLimits } from './rate-limits.ts';
import { reply } from './response-url.ts';
import type { Tickets } from './tickets.ts';
import type { RecordedCall } from './types.ts';
import { type Answer, type Context, refuse } from './web-api/method.ts';
import { methods } from './web-api/methods.ts';

/** What it needs. */
export type ApiServerDeps = {
  readonly context: Context;
  readonly tickets: Tickets;
  readonly faults: Faults;
  /** Null if nothing is limited. */
  readonly limits: RateLimits | null;
  readonly botToken: string;
  readonly appToken: string;
  readonly scopes: readonly string[];
  readonly called: (call: RecordedCall) => void;
};

/** Arguments come as a form, whose structured values are JSON text, or as JSON. */
function argsOf(request: IncomingMessage, body: Buffer): SlackObject | null {
  const text = body.toString('utf8');
  if (!request.headers['content-type']?.startsWith('application/json'))
    return Object.fromEntries(new URLSearchParams(text));
  const value = text === '' ? {} : parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SlackObject) : null;
}

/** Answers `POST /api/<method>`. */
export async function answerCall(
  deps: ApiServerDeps,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const args = argsOf(request, await readBody(request));
  if (args === null) return sendJson(response, 200, refuse('invalid_json'));
  const inHeader = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const { token: inBody, ...given } = args;
  deps.called({ method, args: given, atMs: deps.context.workspace.now() });
  if (method === 'apps.connections.open') return sendJson(response, 200, openConnection(deps, inHeader));
  const token = inHeader || String(inBody ?? '');
  if (token === '') return sendJson(response, 200, refuse('not_authed'));
  if (token !== deps.botToken) return sendJson(response, 200, refuse('invalid_auth'));
  const fault = deps.faults.takeForCall(method, given.channel);
  const tooFast = (seconds: number) =>
    sendJson(response, 429, refuse('ratelimited'), { 'retry-after': String(seconds) });
  switch (fault?.kind) {
    case 'invalid_auth':
    case 'token_revoked':
      return sendJson(response, 200, refuse(fault.kind));
    case 'rate_limited':
      return tooFast(fault.retryAfterSeconds);
    case 'ratelimited_body':
      return sendJson(response, 200, refuse('ratelimited'));
    case 'http_500':
      return sendJson(response, 500, refuse('internal_error'));
    case 'drop':
      return void request.socket.destroy();
  }
  const wait = deps.limits?.take(method, given.channel) ?? null;
  if (wait !== null) return tooFast(wait);
  const answer = run(deps, method, given);
  switch (fault?.kind) {
    case 'internal_error':
      return sendJson(response, 200, refuse('internal_error'));
    case 'effect_then_drop':
      return void request.socket.destroy();
    case 'effect_then_timeout':
      return;
    default:
      return sendJson(response, 200, answer);
  }
}

function run({ context, scopes }: ApiServerDeps, name: string, args: SlackObject): Answer {
  const method = methods.get(name);
  if (!method) return refuse('unknown_method');
  if (method.scopes.length > 0 && !method.scopes.some((scope) => scopes.includes(scope)))
    return refuse('missing_scope', [], { needed: method.scopes.join(','), provided: scopes.join(',') });
  return method.call(args, context);
}

/** The one method of the app-level token, which counts in the header only. */
function openConnection({ appToken, botToken, tickets, context }: ApiServerDeps, token: string): Answer {
  if (token === '') return refuse('not_authed');
  if (token === botToken) return refuse('not_allowed_token_type');
  if (token !== appToken) return refuse('invalid_auth');
  const base = context.base().replace(/^http/, 'ws');
  return { ok: true, url: `${base}/link/?ticket=${tickets.newLink()}&app_id=${context.workspace.bot.appId}` };
}

/** Answers `POST /response/<id>`, which needs no token. */
export async function answerResponse(
  { tickets, context }: ApiServerDeps,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = parseJson((await readBody(request)).toString('utf8'));
  const target = tickets.takeResponse(id);
  if (typeof target === 'string') return sendJson(response, 404, refuse(target));
  const answer = reply(context.workspace, target, body);
  sendJson(response, answer.ok ? 200 : 400, answer.ok ? { ok: true } : refuse(answer.error, answer.messages));
}

/** Answers `POST /upload/<id>`: the bytes as they are, or as a form with one file. */
export async function answerUpload(
  { tickets, context }: ApiServerDeps,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = context.workspace.files.get(tickets.fileOfUpload(id) ?? '');
  const content = await bytesOf(request);
  if (!file || file.completed || content === null) return void response.writeHead(404).end('file_not_found');
  if (content.length !== file.size) return void response.writeHead(400).end(`expected ${file.size} bytes`);
  file.content = content;
  response.writeHead(200, { 'content-type': 'text/plain' }).end(`OK - ${content.length}`);
}

async function bytesOf(request: IncomingMessage): Promise<Buffer | null> {
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const part = [...form.values()][0];
  if (part === undefined) return null;
  return typeof part === 'string' ? Buffer.from(part) : Buffer.from(await part.arrayBuffer());
}
