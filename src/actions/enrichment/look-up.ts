// A look-up by HTTP: one GET for a key, to addresses that may be reached, remembered for a while. Never waits longer than its time limit, and
// never rejects: what failed is said. Knows no alert.
import { Agent } from 'undici';
import type { FoundForAlert } from '../../core/alert/enrich.ts';
import type { Json } from '../../core/json.ts';
import { formatDuration } from '../../core/time.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { AddressRefusedError, guardedConnector, type Resolve, systemResolve } from '../http/address-guard.ts';
import type { AllowList } from '../http/allow-list.ts';
import { exchange } from '../http/exchange.ts';
import { createAnswerCache } from './answer-cache.ts';
import { type LookUpSetting, urlFor } from './look-up-setting.ts';

const seconds = 1000;

/** Looks up one key. */
export type LookUp = (key: string) => Promise<FoundForAlert>;

/** Requests of one look-up at the same time. */
const maxConcurrent = 8;
/** Keys that may wait for one of them. */
const maxWaiting = 1000;
/** What is read of an answer, in bytes. */
const maxAnswerBytes = 65_536;
/** So many failures one after the other, and nothing is asked for `openMs`. */
const maxFailures = 5;
const openMs = 30 * seconds;
/** That there is nothing is remembered no longer than this. */
const maxNegativeMs = 60 * seconds;

/** What a look-up needs besides its setting. */
export type LookUpParts = {
  readonly allow: AllowList;
  readonly runtime: Pick<Runtime, 'monotonicMs'>;
  readonly resolve?: Resolve;
};

/** Makes the look-up that is called `name`. */
export function createLookUp(name: string, setting: LookUpSetting, { allow, runtime, resolve }: LookUpParts): LookUp {
  const { timeout, cache: keepMs } = setting;
  const agent = new Agent({
    connect: guardedConnector(allow, resolve ?? systemResolve),
    connections: maxConcurrent,
    keepAliveTimeout: 4000,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const cache = createAnswerCache<FoundForAlert>(runtime.monotonicMs);
  const underWay = new Map<string, Promise<FoundForAlert>>();
  const turns = createTurns();
  let failures = 0;
  let openUntilMs = Number.NEGATIVE_INFINITY;

  async function ask(key: string): Promise<FoundForAlert> {
    // From here on, so that to wait for a turn counts too.
    const signal = AbortSignal.timeout(timeout);
    const late: FoundForAlert = {
      type: 'failed',
      why: `the look-up ${name} did not answer within ${formatDuration(timeout)}`,
    };
    const found = await turns.take(signal, async () => {
      try {
        return await fetchAnswer(name, { agent, signal, url: urlFor(setting.url, key), headers: headersOf(setting) });
      } catch (error) {
        if (signal.aborted) return late;
        // A target may say anything in an error; an address that is refused is our own word.
        const why = error instanceof AddressRefusedError ? error.message : 'it could not be reached';
        return { type: 'failed' as const, why: `the look-up ${name} failed: ${why}` };
      }
    });
    if (found === null) return late;
    note(key, found);
    return found;
  }

  function note(key: string, found: FoundForAlert): void {
    if (found.type === 'failed') {
      failures += 1;
      if (failures >= maxFailures) openUntilMs = runtime.monotonicMs() + openMs;
      return;
    }
    failures = 0;
    openUntilMs = Number.NEGATIVE_INFINITY;
    const forMs = found.type === 'none' ? Math.min(keepMs, maxNegativeMs) : keepMs;
    cache.put(key, found, { forMs, size: JSON.stringify(found).length });
  }

  return (key) => {
    const known = cache.get(key) ?? underWay.get(key);
    if (known !== undefined) return Promise.resolve(known);
    // One part of a path would become another path.
    if (/^\.{1,2}$/.test(key)) return Promise.resolve({ type: 'none', why: `${key} is no key to look up` });
    if (runtime.monotonicMs() < openUntilMs)
      return Promise.resolve({ type: 'failed', why: `the look-up ${name} failed ${maxFailures} times and rests` });
    const asked = ask(key).finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  };
}

function headersOf({ headers, auth }: LookUpSetting): Record<string, string> {
  const own = { 'user-agent': 'firebreak', accept: 'application/json' };
  const given = Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]));
  switch (auth?.type) {
    case undefined:
      return { ...own, ...given };
    case 'bearer':
      return { ...own, ...given, authorization: `Bearer ${auth.token}` };
    case 'basic': {
      const pair = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
      return { ...own, ...given, authorization: `Basic ${pair}` };
    }
    case 'header':
      return { ...own, ...given, [auth.name.toLowerCase()]: auth.value };
  }
}

/** Redirects are answers here: none is followed, to this host or another. */
const redirects = [301, 302, 303, 307, 308];

async function fetchAnswer(
  name: string,
  asked: {
    readonly agent: Agent;
    readonly signal: AbortSignal;
    readonly url: string;
    readonly headers: Record<string, string>;
  },
): Promise<FoundForAlert> {
  const { status, body, truncated } = await exchange(
    { method: 'GET', url: asked.url, headers: asked.headers, body: undefined, expectStatus: redirects },
    { agent: asked.agent, signal: asked.signal, maxBytes: maxAnswerBytes, answered: () => undefined },
  );
  if (status === 404 || status === 410) return { type: 'none', why: `the look-up ${name} knows nothing of it` };
  if (status < 200 || status > 299) return { type: 'failed', why: `the look-up ${name} answered ${status}` };
  if (truncated) return { type: 'failed', why: `the look-up ${name} answered more than ${maxAnswerBytes} bytes` };
  if (!isStructured(body)) return { type: 'failed', why: `the look-up ${name} answered no JSON object or list` };
  return { type: 'answer', answer: body };
}

const isStructured = (body: Json): boolean => typeof body === 'object' && body !== null;

/** Lets so many work at the same time; who has none in time gets null, and so does who finds too many waiting. */
function createTurns() {
  let free = maxConcurrent;
  const waiting: (() => void)[] = [];
  const turn = (signal: AbortSignal): Promise<boolean> => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve(true);
    }
    if (waiting.length >= maxWaiting) return Promise.resolve(false);
    return new Promise((resolve) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(enter), 1);
        resolve(false);
      };
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  };
  return {
    async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | null> {
      if (!(await turn(signal))) return null;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
