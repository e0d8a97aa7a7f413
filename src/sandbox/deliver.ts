// Carries payloads to the app as Slack does: signed HTTP, or an envelope on one of its sockets. Measures the three seconds.
import { createHmac, randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';

/** What became of a delivery: the app's answer, or what the person would see. */
export type Delivered = {
  readonly outcome: 'acknowledged' | 'timeout' | 'failed';
  readonly status: number | null;
  readonly body: unknown;
};

/** Slack waits three seconds for an acknowledgement. */
const ackWithinMs = 3000;

export type PayloadKind = 'events_api' | 'interactive' | 'slash_commands';

/** A signed request as Slack sends it: `v0:<seconds>:<raw body>`, HMAC-SHA256, hex. */
export function sign(secret: string, seconds: number, body: string): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${signature}` };
}

function encode(kind: PayloadKind, payload: Record<string, unknown>): { type: string; body: string } {
  switch (kind) {
    case 'events_api':
      return { type: 'application/json', body: JSON.stringify(payload) };
    case 'interactive':
      return {
        type: 'application/x-www-form-urlencoded',
        body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
      };
    case 'slash_commands':
      return {
        type: 'application/x-www-form-urlencoded',
        body: new URLSearchParams(payload as Record<string, string>).toString(),
      };
  }
}

/** Delivers over HTTP. */
export async function deliverHttp(
  url: string,
  secret: string,
  nowMs: number,
  kind: PayloadKind,
  payload: Record<string, unknown>,
): Promise<Delivered> {
  const { type, body } = encode(kind, payload);
  try {
    const headers = {
      'content-type': type,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      ...sign(secret, Math.floor(nowMs / 1000), body),
    };
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(ackWithinMs) });
    const text = await answer.text();
    return { outcome: answer.ok ? 'acknowledged' : 'failed', status: answer.status, body: parse(text) };
  } catch (error) {
    const timeout = error instanceof Error && error.name === 'TimeoutError';
    return { outcome: timeout ? 'timeout' : 'failed', status: null, body: null };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Delivers over one socket and waits for its acknowledgement. */
export function deliverSocket(
  socket: WebSocket,
  kind: PayloadKind,
  payload: Record<string, unknown>,
): Promise<Delivered> {
  const envelope = { envelope_id: randomUUID(), type: kind, accepts_response_payload: kind !== 'events_api', payload };
  return new Promise((resolve) => {
    const finish = (result: Delivered) => {
      clearTimeout(timer);
      socket.off('message', onMessage);
      socket.off('close', onClose);
      resolve(result);
    };
    const onClose = () => finish({ outcome: 'failed', status: null, body: null });
    const onMessage = (data: Buffer) => {
      const ack = parse(data.toString()) as { envelope_id?: string; payload?: Record<string, unknown> };
      if (ack.envelope_id !== envelope.envelope_id) return;
      const body = ack.payload && Object.keys(ack.payload).length > 0 ? ack.payload : null;
      finish({ outcome: 'acknowledged', status: 200, body });
    };
    const timer = setTimeout(() => finish({ outcome: 'timeout', status: null, body: null }), ackWithinMs);
    socket.on('message', onMessage);
    socket.on('close', onClose);
    socket.send(JSON.stringify(envelope));
  });
}
