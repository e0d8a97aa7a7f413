// The people's side of the sandbox over HTTP: the page, what it shows, and the way to what is done there.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { parseJson, readBody, sendJson } from './http.ts';
import { appStateOf, type PageSurroundings, stateOf } from './page-state.ts';
import type { Workspace } from './workspace.ts';

/** What it needs. */
export type PageServerDeps = {
  readonly workspace: Workspace;
  readonly actions: ReadonlyMap<string, (body: unknown) => unknown>;
  readonly surroundings: PageSurroundings;
};

const security = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
const assets: { readonly [path: string]: readonly [file: string, type: string] } = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript'],
  '/page.css': ['page.css', 'text/css'],
};

/** The page is where the build puts it, also when the server runs from its source. */
// From the source, from what is compiled and from what is joined the same: each stands two folders below the program's.
const built = new URL('../../dist/sandbox/page/', import.meta.url);

/** True for requests to this machine's own name that come from no other site. */
function isOwn({ headers: { host = '', origin } }: IncomingMessage): boolean {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** Answers everything that people ask for. Other sites and rebound names are refused. */
export async function answerPage(
  deps: PageServerDeps,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { workspace, surroundings } = deps;
  if (!isOwn(request)) return sendJson(response, 403, { error: 'this page is reached from this machine only' });
  if (request.method === 'POST') return act(deps, pathname, request, response);
  if (pathname === '/events') return stream(workspace, request, response);
  if (pathname === '/state') return sendJson(response, 200, stateOf(workspace, surroundings));
  if (pathname === '/app-state') return sendJson(response, 200, appStateOf(surroundings));
  if (pathname.startsWith('/files/')) return download(workspace, pathname.slice('/files/'.length), response);
  // A permalink leads to its message on the page.
  const permalink = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(pathname);
  if (permalink) {
    const [, channel, seconds, micros] = permalink;
    return void response.writeHead(302, { location: `/#${channel}/${seconds}.${micros}` }).end();
  }
  const asset = Object.hasOwn(assets, pathname) ? assets[pathname] : undefined;
  if (!asset) return sendJson(response, 404, { error: 'not found' });
  const content = readFileSync(new URL(asset[0], built));
  response.writeHead(200, { 'content-type': asset[1], 'cache-control': 'no-store', ...security }).end(content);
}

async function act(
  { actions }: PageServerDeps,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = parseJson((await readBody(request)).toString('utf8'));
  const action = actions.get(pathname);
  if (!action) return sendJson(response, 404, { error: 'not found' });
  try {
    sendJson(response, 200, await action(body));
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    sendJson(response, 400, { error: problem });
  }
}

/** Says that something changed in the workspace, or that something went to the app or came from it; not what. */
function stream({ changes }: Workspace, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const changed = () => response.write('data: changed\n\n');
  const traffic = () => response.write('event: traffic\ndata: traffic\n\n');
  changes.on('changed', changed);
  changes.on('traffic', traffic);
  request.on('close', () => {
    changes.off('changed', changed);
    changes.off('traffic', traffic);
  });
  changed();
}

function download({ files }: Workspace, id: string, response: ServerResponse): void {
  const file = files.get(id);
  if (!file?.completed) return sendJson(response, 404, { error: 'not found' });
  const name = encodeURIComponent(file.name);
  response
    .writeHead(200, {
      ...security,
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
    })
    .end(file.content);
}
