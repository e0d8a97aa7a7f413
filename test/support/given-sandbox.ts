// A sandbox workspace and the real Web API client on it: the language of the sandbox tests. Time moves only when told to.
import { type Logger, LogLevel, WebAPIPlatformError, WebClient } from '@slack/web-api';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/types.ts';

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
