// The one client of the API, for programs: typed by the contract, answers parsed by it. Nothing of Node.
import { pageHeader } from '../contract/page-header.ts';
import type { RouteAnswer, RouteContract, Sent } from '../contract/route.ts';
import { partsOf, type RouteName, type Routes, routes } from '../contract/routes.ts';
import { problemOf, UnexpectedAnswer } from './api-error.ts';
import { readEvents, type Told } from './read-events.ts';
import { type AnyRequest, addressOf, newKey } from './request-parts.ts';

/** How the API is reached. */
export type ApiClientOptions = {
  /** Where it stands, such as `https://firebreak.example.com/api/v1`; a page may say it relative to itself. */
  readonly api: string;
  /** The token to send with each request; null: none. */
  readonly token: () => string | null;
  /** Another way to send requests than the global `fetch`. */
  readonly fetch?: typeof fetch;
};

/** Routes that give a file where a format is asked for. */
type FileRoute = {
  [N in RouteName]: Routes[N]['answers'] extends { readonly 200: { readonly files: unknown } } ? N : never;
}[RouteName];

/** The API. Every call rejects with an `ApiProblem` where the server refuses. */
export type ApiClient = {
  /** Asks or orders. What orders carries a key of its own, so that it is done once however often the network brings it. */
  readonly call: <N extends RouteName>(name: N, sent: Sent<Routes[N]>) => Promise<RouteAnswer<Routes[N]>>;
  /** Fetches a file. */
  readonly file: <N extends FileRoute>(name: N, sent: Sent<Routes[N]>) => Promise<Blob>;
  /** Tells changes until the connection ends; resolves to the place to go on from. `from` null: from now on. */
  readonly follow: (from: string | null, told: (event: Told) => void, signal?: AbortSignal) => Promise<string | null>;
};

/** Makes a client; nothing is asked yet. */
export function createApiClient({
  api,
  token,
  fetch: send = (...request) => fetch(...request),
}: ApiClientOptions): ApiClient {
  async function request(name: RouteName, sent: AnyRequest, more: RequestInit = {}): Promise<Response> {
    const { method, path } = partsOf(name);
    const headers = new Headers(more.headers);
    const held = token();
    if (held !== null) headers.set('authorization', `Bearer ${held}`);
    const init: RequestInit = { ...more, method, headers };
    if (method !== 'GET') {
      headers.set('idempotency-key', newKey());
      headers.set(pageHeader, '1');
    }
    if (sent.body !== undefined) {
      headers.set('content-type', 'application/json');
      init.body = JSON.stringify(sent.body);
    }
    const answer = await send(`${api}${addressOf(path, sent)}`, init);
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }

  return {
    async call(name, sent) {
      const answer = await request(name, sent);
      return read(name, answer) as Promise<RouteAnswer<Routes[typeof name]>>;
    },
    file: async (name, sent) => (await request(name, sent)).blob(),
    async follow(from, told, signal) {
      const headers: Record<string, string> = from === null ? {} : { 'last-event-id': from };
      const init: RequestInit = { headers };
      if (signal) init.signal = signal;
      return readEvents(await request('GET /stream', {}, init), from, told);
    },
  };
}

/** The body by the schema of its status. Members that this client does not know are left out. */
async function read(name: RouteName, answer: Response): Promise<unknown> {
  const { answers }: RouteContract = routes[name];
  const contract = answers[answer.status];
  const body: unknown = await answer.json().catch(() => undefined);
  if (!contract || body === undefined)
    throw new UnexpectedAnswer(`${answer.url} answered ${answer.status} with something that is no answer of Firebreak`);
  const parsed = contract.schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [fault] = parsed.error.issues;
  const where = fault ? `${fault.path.join('.') || 'the answer'}: ${fault.message}` : 'it';
  throw new UnexpectedAnswer(`${name} is answered in a way that this version does not understand: ${where}`);
}
