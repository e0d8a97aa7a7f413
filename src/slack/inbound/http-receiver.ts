// Slack's HTTP requests before Bolt sees them: the signature, and that the body is what Slack sends. Bolt fails on other JSON outside of
// any handler, which would end the process.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import { isValidSlackRequest, type HTTPReceiver as Receiver } from '@slack/bolt';
import { sha256 } from '../../core/json.ts';

/** A request from the future is as suspicious as an old one; Bolt refuses only old ones. */
const toleranceSeconds = 300;

const form = 'application/x-www-form-urlencoded';
const stampOf = ({ headers }: IncomingMessage): number => Number(headers['x-slack-request-timestamp'] ?? Number.NaN);

/**
 * What a signed request is told apart by: the time and the text that the signature covers. Not the header: the same signature can be
 * written in more than one way.
 */
export const cameOverHttp = (request: IncomingMessage & { readonly rawBody?: Buffer }): { readonly came: string } => ({
  came: `signature/${sha256(`${stampOf(request)}:${request.rawBody?.toString() ?? ''}`)}`,
});

/** What an envelope of Socket Mode is told apart by. */
export function cameOverSocket(args: { readonly envelope_id?: unknown }): { readonly came?: string } {
  return typeof args.envelope_id === 'string' ? { came: `envelope/${args.envelope_id}` } : {};
}

/** Slack asks again what was answered 5xx. */
const retrySeconds = 5;

/** Makes the handler of requests whose body is read; until `isReady` they are told to come again. */
export function createHttpHandler(
  receiver: Pick<Receiver, 'requestListener'>,
  {
    nowMs,
    signingSecret,
    isReady,
  }: { readonly nowMs: () => number; readonly signingSecret: string; readonly isReady: () => boolean },
) {
  return (request: IncomingMessage, response: ServerResponse, raw: Buffer): void => {
    if (!isReady()) return notReady(response);
    const { headers } = request;
    const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const text = raw.toString();
    // Bolt looks for exactly this.
    if (type === form) headers['content-type'] = form;
    const isCheck = type === form && parse(text)['ssl_check'] === '1';
    if (!isCheck && !isSigned(request, text, { nowMs: nowMs(), signingSecret })) return end(response, 401);
    if (!isReadable(type, text)) return end(response, 400);
    Object.assign(request, { rawBody: raw });
    receiver.requestListener(request, response);
  };
}

function notReady(response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': String(retrySeconds), 'content-type': 'text/plain' });
  response.end('Firebreak has no connection to Slack yet; it is being made');
}

const end = (response: ServerResponse, status: number): void => void response.writeHead(status).end();

function isSigned(
  request: IncomingMessage,
  body: string,
  { nowMs, signingSecret }: { readonly nowMs: number; readonly signingSecret: string },
): boolean {
  const stamp = stampOf(request);
  const signature = request.headers['x-slack-signature'];
  if (typeof signature !== 'string' || !(stamp - nowMs / 1000 <= toleranceSeconds)) return false;
  return isValidSlackRequest({
    signingSecret,
    body,
    headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': stamp },
    nowMilliseconds: nowMs,
  });
}

/** True for a JSON object, by itself or as `payload` of a form, or for a form of single texts. */
function isReadable(type: string, text: string): boolean {
  if (type !== form) return isObject(text);
  const fields = parse(text);
  const { payload } = fields;
  return payload === undefined
    ? Object.values(fields).every((value) => typeof value === 'string')
    : typeof payload === 'string' && isObject(payload);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
