// A sandbox with an app that acknowledges everything and does nothing: what the page does by itself is seen on it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebClient } from '@slack/web-api';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/types.ts';
import { clientOf, tokens } from '../given/sandbox.ts';

/** The workspace, its bot's client, and what the app was told by people, newest last. */
export type QuietApp = {
  readonly sandbox: Sandbox;
  readonly client: WebClient;
  readonly interactions: () => readonly { readonly type?: string; readonly [name: string]: unknown }[];
  readonly close: () => Promise<void>;
};

export async function startQuietApp(options: Partial<SandboxOptions> = {}): Promise<QuietApp> {
  const app = createServer((request, response) => {
    request.resume();
    response.end();
  }).listen(0, '127.0.0.1');
  await once(app, 'listening');
  const requestUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
  const sandbox = await startSandbox({ ...tokens, requestUrl, ...options });
  return {
    sandbox,
    client: clientOf(sandbox),
    interactions: () => sandbox.deliveries.filter(({ kind }) => kind === 'interactive').map(({ payload }) => payload),
    async close() {
      await sandbox.close();
      app.closeAllConnections();
      app.close();
    },
  };
}

/** Plain text of Block Kit. */
export const plain = (text: string) => ({ type: 'plain_text' as const, text });
