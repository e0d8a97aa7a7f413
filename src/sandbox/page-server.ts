// The people's side of the sandbox over HTTP: the page, what it shows, and what a person does there.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Channel } from './entities.ts';
import { parseJson, readBody, sendJson } from './http.ts';
import type { PersonActions } from './types.ts';
import { slackbot, type Workspace } from './workspace.ts';

/** What it needs. */
export type PageServerDeps = {
  readonly workspace: Workspace;
  readonly person: PersonActions;
  readonly command: string;
};

const Choice = z.union([z.string(), z.array(z.string())]);
const Click = z.strictObject({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  actionId: z.string(),
  value: Choice.optional(),
});
const Say = z.strictObject({ user: z.string(), channel: z.string(), text: z.string().min(1).max(4000) });
const Submit = z.strictObject({
  user: z.string(),
  viewId: z.string(),
  values: z.record(z.string(), z.record(z.string(), Choice)),
});
const Close = z.strictObject({ user: z.string(), viewId: z.string() });

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
  if (!isOwn(request)) return sendJson(response, 403, { error: 'this page is reached from this machine only' });
  if (request.method === 'POST') return act(deps, pathname, request, response);
  if (pathname === '/events') return stream(deps.workspace, request, response);
  if (pathname === '/state') return sendJson(response, 200, stateOf(deps.workspace));
  if (pathname.startsWith('/files/')) return download(deps.workspace, pathname.slice('/files/'.length), response);
  // A permalink leads to the page.
  if (pathname.startsWith('/archives/')) return void response.writeHead(302, { location: '/' }).end();
  const asset = Object.hasOwn(assets, pathname) ? assets[pathname] : undefined;
  if (!asset) return sendJson(response, 404, { error: 'not found' });
  const content = readFileSync(new URL(`./page/${asset[0]}`, import.meta.url));
  response.writeHead(200, { 'content-type': asset[1], 'cache-control': 'no-store', ...security }).end(content);
}

async function act(
  { person, command }: PageServerDeps,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = parseJson((await readBody(request)).toString('utf8'));
  const actions: { readonly [path: string]: () => unknown } = {
    '/click': () => {
      const { value, ...click } = Click.parse(body);
      return person.click(value === undefined ? click : { ...click, value });
    },
    '/say': () => {
      const { user, channel, text } = Say.parse(body);
      if (text === command || text.startsWith(`${command} `))
        return person.command({ user, channel, text: text.slice(command.length).trim() });
      return { outcome: 'acknowledged', ts: person.postAs(user, channel, text) };
    },
    '/submit': () => person.submit(Submit.parse(body)),
    '/close': () => person.closeView(Close.parse(body)),
  };
  const action = Object.hasOwn(actions, pathname) ? actions[pathname] : undefined;
  if (!action) return sendJson(response, 404, { error: 'not found' });
  try {
    sendJson(response, 200, await action());
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    sendJson(response, 400, { error: problem });
  }
}

function stream(workspace: Workspace, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = () => response.write('data: changed\n\n');
  workspace.changes.on('changed', send);
  request.on('close', () => workspace.changes.off('changed', send));
  send();
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

/** What the page shows. */
function stateOf({ users, groups, channels, views, files }: Workspace) {
  const nameOf = ({ kind, name, members }: Channel) =>
    kind === 'im' ? [...members].map((id) => users.get(id)?.name ?? id).join(', ') : name;
  return {
    users: [...users.values()].map(({ id, name, realName, title, isBot }) => ({
      id,
      name,
      realName,
      title,
      isBot: isBot || id === slackbot,
    })),
    groups: [...groups.values()],
    channels: [...channels.values()].map((channel) => ({
      id: channel.id,
      name: nameOf(channel),
      topic: channel.topic,
      members: [...channel.members],
      messages: channel.messages.map(({ ts, user, text, blocks, threadTs, onlyFor, notified, files: shared }) => ({
        ts,
        user,
        text,
        blocks,
        threadTs,
        onlyFor,
        notified,
        files: shared?.map((id) => ({ id, name: files.get(id)?.title ?? id })),
      })),
    })),
    views: [...views.values()]
      .filter(({ view }) => view.type === 'modal')
      .map(({ id, user, view }) => ({ id, user, view })),
  };
}
