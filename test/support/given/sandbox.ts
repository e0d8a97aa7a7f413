// A sandbox workspace and the real Web API client on it: the language of the sandbox tests. Time moves only when told to.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import { type Logger, LogLevel, WebAPIPlatformError, WebClient } from '@slack/web-api';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/types.ts';

export const tokens = {
  botToken: 'xoxb-test',
  appToken: 'xapp-test',
  signingSecret: 'test-signing-secret',
};

export const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** A running workspace. */
export type Given = {
  readonly sandbox: Sandbox;
  /** The unmodified client, which neither retries nor waits. */
  readonly client: WebClient;
  /** Moves the workspace's clock on. */
  readonly pass: (ms: number) => void;
  readonly general: string;
};

/** Starts one; nothing is limited unless the options say so. */
export async function givenSandbox(options: Partial<SandboxOptions> = {}): Promise<Given> {
  let now = Date.now();
  const sandbox = await startSandbox({ ...tokens, nowMs: () => now, rateLimits: false, ...options });
  return {
    sandbox,
    client: clientOf(sandbox),
    pass(ms) {
      now += ms;
    },
    general: sandbox.channel('general')?.id ?? '',
  };
}

/** A client that says nothing of the refusals that tests ask for. */
export const clientOf = (sandbox: Sandbox, token = tokens.botToken): WebClient =>
  new WebClient(token, {
    slackApiUrl: sandbox.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger,
  });

/** Slack's code of a call that is refused, and the places it names. */
export async function refusal(call: Promise<unknown>): Promise<{ error: string; messages: readonly string[] }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError)) throw error;
    return { error: error.data.error, messages: error.data.response_metadata?.messages ?? [] };
  }
  throw new Error('the call was not refused');
}

/** The unmodified Bolt on that workspace, over HTTP or Socket Mode; `stop` ends both. */
export async function givenApp(given: Given, transport: 'http' | 'socket') {
  const { sandbox } = given;
  const receiver =
    transport === 'http'
      ? new HTTPReceiver({ signingSecret: tokens.signingSecret, logger })
      : new SocketModeReceiver({
          appToken: tokens.appToken,
          logger,
          clientPingTimeout: 100,
          installerOptions: { clientOptions: { slackApiUrl: sandbox.apiUrl } },
        });
  const app = new App({
    token: tokens.botToken,
    receiver,
    logger,
    convoStore: false,
    clientOptions: { slackApiUrl: sandbox.apiUrl, retryConfig: { retries: 0 } },
    deferInitialization: true,
  });
  await app.init();
  let server: Server | null = null;
  if (transport === 'http') {
    server = (await app.start({ port: 0, host: '127.0.0.1' })) as Server;
    sandbox.setRequestUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
  } else await app.start();
  return {
    app,
    async stop() {
      const stopped = app.stop();
      // Bolt waits for connections that nobody uses any more.
      server?.closeAllConnections();
      await stopped;
      await sandbox.close();
    },
  };
}
