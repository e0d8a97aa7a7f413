// One try to bring a payload to the app as Slack does: a signed HTTP request, or an envelope on a socket. Decides no retry.
import { createHmac, randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { SlackObject } from './entities.ts';
import type { DeliveryOutcome, PayloadKind } from './types.ts';

/** How a try ended, and the app's answer. */
export type Tried = {
  readonly outcome: DeliveryOutcome;
  readonly status: number | null;
  readonly body: unknown;
  /** The app asked that the event not come again. */
  readonly noRetry: boolean;
};

/** What is said about an event that comes again. */
export type Retry = { readonly num: number; readonly reason: string };

const failed = (outcome: DeliveryOutcome): Tried => ({ outcome, status: null, body: null, noRetry: false });

/** The headers of a signed request: `v0:<seconds>:<raw body>`, HMAC-SHA256, hex (Verifying requests from Slack). */
export function sign(secret: string, seconds: number, body: string): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${signature}` };
}

const form = 'application/x-www-form-urlencoded';

function encode(kind: PayloadKind, payload: SlackObject): { readonly type: string; readonly body: string } {
  switch (kind) {
    case 'events_api':
      return { type: 'application/json', body: JSON.stringify(payload) };
    case 'interactive':
      return { type: form, body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString() };
    case 'slash_commands': {
      const fields = Object.entries(payload).map(([name, value]) => [name, String(value)] as const);
      return { type: form, body: new URLSearchParams(Object.fromEntries(fields)).toString() };
    }
  }
}

/** Delivers over HTTP. */
export async function deliverHttp(
  { url, secret, nowMs, ackWithinMs }: { url: string; secret: string; nowMs: number; ackWithinMs: number },
  kind: PayloadKind,
  payload: SlackObject,
  retry: Retry | null,
): Promise<Tried> {
  const { type, body } = encode(kind, payload);
  const headers = {
    'content-type': type,
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    ...sign(secret, Math.floor(nowMs / 1000), body),
    ...(retry ? { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason } : {}),
  };
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(ackWithinMs) });
    const text = await answer.text();
    return {
      outcome: answer.ok ? 'acknowledged' : 'failed',
      status: answer.status,
      body: parse(text),
      noRetry: answer.headers.get('x-slack-no-retry') === '1',
    };
  } catch (error) {
    return failed(error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'failed');
  }
}

function parse(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Delivers over one socket and waits for its acknowledgement. An empty payload in it says no more than that. */
export function deliverSocket(
  socket: WebSocket,
  ackWithinMs: number,
  kind: PayloadKind,
  payload: SlackObject,
  retry: Retry | null,
): Promise<Tried> {
  const envelope = {
    envelope_id: randomUUID(),
    type: kind,
    accepts_response_payload: kind !== 'events_api',
    payload,
    ...(kind === 'events_api' ? { retry_attempt: retry?.num ?? 0, retry_reason: retry?.reason ?? '' } : {}),
  };
  return new Promise((resolve) => {
    const finish = (tried: Tried) => {
      clearTimeout(timer);
      socket.off('message', onMessage);
      socket.off('close', onClose);
      resolve(tried);
    };
    const onClose = () => finish(failed('failed'));
    const onMessage = (data: Buffer) => {
      const ack = parse(data.toString()) as { envelope_id?: string; payload?: SlackObject } | null;
      if (ack?.envelope_id !== envelope.envelope_id) return;
      const body = ack.payload && Object.keys(ack.payload).length > 0 ? ack.payload : null;
      finish({ outcome: 'acknowledged', status: 200, body, noRetry: false });
    };
    const timer = setTimeout(() => finish(failed('timeout')), ackWithinMs);
    socket.on('message', onMessage);
    socket.on('close', onClose);
    socket.send(JSON.stringify(envelope));
  });
}
