// The sandbox's one HTTP server: tells the app's requests from people's by their path.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type ApiServerDeps, answerCall, answerResponse, answerUpload } from './api-server.ts';
import { sendJson } from './http.ts';
import type { AnswerOpenId } from './openid.ts';
import { answerPage, type PageServerDeps } from './page-server.ts';
import { refuse } from './web-api/method.ts';

/** The server; not listening yet. */
export function createSandboxServer(api: ApiServerDeps, page: PageServerDeps, openId: AnswerOpenId): Server {
  const answered = async (request: IncomingMessage, response: ServerResponse) =>
    (await openId(request, response)) || route(api, page, request, response);
  return createServer((request, response) => {
    answered(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, refuse('internal_error'));
    });
  });
}

function route(
  api: ApiServerDeps,
  page: PageServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
  const [, area = '', name = ''] = pathname.split('/');
  switch (area) {
    case 'api':
      return answerCall(api, name, request, response);
    case 'response':
      return answerResponse(api, name, request, response);
    case 'upload':
      return answerUpload(api, name, request, response);
    case 'files':
      // A program that may not read a file gets Slack's sign-in page, and no error.
      if (isStranger(request, api)) return showSignIn(response);
      return answerPage(page, pathname, request, response);
    default:
      return answerPage(page, pathname, request, response);
  }
}

/** True for a program with another token than the app's; people on the page have none. */
const isStranger = ({ headers: { authorization } }: IncomingMessage, { botToken }: ApiServerDeps): boolean =>
  authorization !== undefined && authorization !== `Bearer ${botToken}`;

async function showSignIn(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html><title>Sign in</title>');
}
