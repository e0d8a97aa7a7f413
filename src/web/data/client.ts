// The application's client of the API: every route of the contract by its name, typed by it. Answers are taken at their word, because
// they come from the server that served this page; refusals are failures with words. Shows nothing.
import { type AnyRequest, addressOf, newKey } from '../../client/request-parts.ts';
import { pageHeader } from '../../contract/page-header.ts';
import type { RouteAnswer, Sent } from '../../contract/route.ts';
import type { RouteName, Routes } from '../../contract/routes.ts';
import { apiUrl, basePath } from './base.ts';
import { ApiFailure, failureOf } from './failure.ts';
import { heldToken } from './token.ts';

/** Sends a request of a route; resolves to a good answer, rejects with a `ApiFailure`. */
export async function send(name: RouteName, sent: AnyRequest, more: RequestInit = {}): Promise<Response> {
  const [method = 'GET', path = ''] = name.split(' ');
  const headers = new Headers(more.headers);
  const token = heldToken();
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  const init: RequestInit = { ...more, method, headers };
  if (method !== 'GET') {
    headers.set('idempotency-key', newKey());
    headers.set(pageHeader, '1');
  }
  if (sent.body !== undefined) {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(sent.body);
  }
  const answer = await fetch(`${apiUrl}${addressOf(path, sent)}`, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    throw new ApiFailure('away', 'Firebreak cannot be reached from this browser right now.');
  });
  if (!answer.ok) throw await failureOf(answer);
  return answer;
}

/** Asks or orders; what orders carries a key of its own, so that it is done once however often the network brings it. */
export async function ask<N extends RouteName>(
  name: N,
  sent: Sent<Routes[N]>,
  signal?: AbortSignal,
): Promise<RouteAnswer<Routes[N]>> {
  const answer = await send(name, sent, signal ? { signal } : {});
  return (await answer.json()) as RouteAnswer<Routes[N]>;
}

/** Fetches a file and hands it to the browser to keep. */
export async function download(name: RouteName, sent: AnyRequest, filename: string): Promise<void> {
  const url = URL.createObjectURL(await (await send(name, sent)).blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  URL.revokeObjectURL(url);
}

/** Where one signs in and comes back to this page from. */
export function signInUrl(): string {
  const here = `/${location.pathname.slice(basePath.length)}${location.search}`;
  return `${basePath}sign-in?${new URLSearchParams({ to: here })}`;
}

/** Ends the session of this browser, and goes where one can sign in again. */
export async function signOut(): Promise<void> {
  const answer = await fetch(`${basePath}sign-out`, {
    method: 'POST',
    headers: { [pageHeader]: '1' },
    redirect: 'manual',
  });
  if (answer.type !== 'opaqueredirect' && !answer.ok) throw await failureOf(answer);
  location.assign(`${basePath}sign-in?stay=1`);
}
