// The HTTP side as one: the server with its bounds, webhooks, API and page. Routes stand in files of their own.

import { type ApiDeps, addApi } from './api/api.ts';
import { addAppPages } from './app-pages.ts';
import type { IngestDeps } from './ingest/ingest.ts';
import { addWebhooks } from './ingest/webhooks.ts';
import { addPage } from './page.ts';
import { createServer, type ServerOptions } from './server.ts';
import { authenticate } from './session/authenticate.ts';
import { addSignIn, type SignInDeps } from './session/sign-in/routes.ts';

/** What the HTTP side needs. */
export type HttpParts = {
  readonly server: ServerOptions;
  readonly webhooks: IngestDeps;
  readonly api: ApiDeps;
  readonly signIn: SignInDeps;
};

/** What listens. */
type Served = { readonly url: string; readonly close: () => Promise<unknown> };

/** Listens for scrapes and health checks alone, in a process that serves nothing else; guarded as the API is. null: no port is set for that. */
export async function serveScrapes(
  { server: options, api }: Pick<HttpParts, 'server' | 'api'>,
  { host, metricsPort: port }: { readonly host: string; readonly metricsPort: number | null },
): Promise<Served | null> {
  if (port === null) return null;
  const server = createServer({ ...options, slack: null }, (request) => authenticate(request, api));
  return { url: await server.listen({ host, port }), close: () => server.close() };
}

/** Listens; answers the address and how to stop. */
export async function serveHttp(
  parts: HttpParts,
  where: { readonly host: string; readonly port: number },
): Promise<Served> {
  const server = createServer(parts.server, (request) => authenticate(request, parts.api));
  addWebhooks(server, parts.webhooks);
  addApi(server, parts.api);
  addPage(server);
  addAppPages(server, parts.api);
  addSignIn(server, parts.signIn);
  return { url: await server.listen(where), close: () => server.close() };
}
