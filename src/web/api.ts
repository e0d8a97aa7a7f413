// The page's way to the API: requests with the token of this tab, and the change stream. Shows nothing.

/** The API wants a token, or another one. */
export class TokenNeeded extends Error {}

const tokenKey = 'firebreak.token';

/** Keeps the token for as long as this tab lives. */
export function keepToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
}

function headers(more: Record<string, string> = {}): Record<string, string> {
  const token = sessionStorage.getItem(tokenKey);
  return token ? { authorization: `Bearer ${token}`, ...more } : more;
}

async function checked(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const { detail = answer.statusText } = (await answer.json().catch(() => ({}))) as { detail?: string };
  throw answer.status === 401 ? new TokenNeeded(detail) : new Error(detail);
}

/** Reads JSON. */
export async function read<T>(path: string): Promise<T> {
  const answer = await checked(await fetch(`api/v1${path}`, { headers: headers() }));
  return (await answer.json()) as T;
}

/** Reads a file. */
export async function readFile(path: string): Promise<Blob> {
  return (await checked(await fetch(`api/v1${path}`, { headers: headers() }))).blob();
}

/** Orders something, once however often the network makes it come. */
export async function order(path: string, body: unknown): Promise<void> {
  const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0'));
  const init = {
    method: 'POST',
    headers: headers({ 'content-type': 'application/json', 'idempotency-key': key.join('') }),
    body: JSON.stringify(body),
  };
  await checked(await fetch(`api/v1${path}`, init));
}

/** One event of the stream; `incident` is null for `ready` and `reset`. */
export type FollowedChange = { readonly event: string; readonly incident: string | null };

// EventSource cannot send a token, so the stream is read by hand.
/** Tells changes until the connection ends; resolves to where to go on. */
export async function follow(from: string | null, told: (change: FollowedChange) => void): Promise<string | null> {
  const answer = await checked(
    await fetch('api/v1/stream', { headers: headers(from ? { 'last-event-id': from } : {}), cache: 'no-store' }),
  );
  let place = from;
  let text = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read().catch(() => undefined)) {
    text += part.value;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.split(':', 1)[0], line.replace(/^[^:]*: ?/, '')]));
      place = fields.get('id') ?? place;
      const data = fields.get('data');
      if (data === undefined) continue;
      const { incident = null } = JSON.parse(data) as { incident?: string };
      told({ event: fields.get('event') ?? 'message', incident });
    }
  }
  return place;
}
