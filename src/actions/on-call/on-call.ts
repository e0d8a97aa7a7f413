// Who is on call now: by rotations of the file, and by providers that are asked over HTTP, remembered for a minute. While a provider does not
// answer, its last word counts for a day, then the rotation that stands beside it. Never waits longer than its time limit, never rejects.
import { Agent } from 'undici';
import type { People } from '../../core/authority/membership.ts';
import type { OnCallNow } from '../../core/on-call/on-call-roles.ts';
import { type Rotation, shiftAt } from '../../core/on-call/rotation.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { formatDuration } from '../../core/time.ts';
import type { OnCall, OnCallState } from '../../ports/on-call.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import type { OnCallPerson, OnCallProvider } from '../../spi/on-call.ts';
import { AddressRefusedError, guardedConnector, systemResolve } from '../http/address-guard.ts';
import type { AllowList } from '../http/allow-list.ts';
import { exchange } from '../http/exchange.ts';

/** A schedule of a provider, with its secret fetched. */
export type Schedule = {
  readonly provider: OnCallProvider;
  readonly schedule: string;
  readonly token: string;
  /** Where the provider is reached; null: where it says itself. */
  readonly url: string | null;
};

/** One entry of `oncall:`; `rotation` beside a schedule is what counts while the provider does not answer. */
export type OnCallEntry = {
  readonly name: string;
  readonly rotation: Rotation | null;
  readonly schedule: Schedule | null;
};

/** What asking needs. */
export type OnCallParts = {
  readonly people: People;
  readonly allow: AllowList;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Pick<Log, 'warn'>;
  readonly timeoutMs?: number;
};

const freshMs = 60_000;
/** A word this old still counts at once, while another one is fetched. */
const staleMs = 10 * 60_000;
/** A provider's last word counts this long while it does not answer. */
const lastWordMs = 24 * 3_600_000;
const timeoutMs = 3000;
const maxAnswerBytes = 262_144;

type Word = { readonly who: readonly string[]; readonly atMs: number };

/** Makes it. */
export function createOnCall(entries: readonly OnCallEntry[], parts: OnCallParts): OnCall {
  const stateOf = new Map(
    entries.map((entry) => [
      entry.name,
      entry.schedule ? byProvider(entry, entry.schedule, parts) : byFile(entry, parts),
    ]),
  );
  const states = () => Promise.all([...stateOf.values()].map((state) => state()));
  return {
    states,
    now: async () => Object.fromEntries((await states()).map(({ name, who }) => [name, who])) satisfies OnCallNow,
  };
}

type StateOf = () => Promise<OnCallState>;

function shiftOf(rotation: Rotation | null, nowMs: number): Pick<OnCallState, 'who' | 'until'> {
  if (rotation === null) return { who: [], until: null };
  const { who, until } = shiftAt(rotation, new Date(nowMs).toISOString());
  return { who: who === null ? [] : [who], until };
}

const byFile =
  ({ name, rotation }: OnCallEntry, { runtime }: OnCallParts): StateOf =>
  async () => ({ name, from: 'file', trouble: null, ...shiftOf(rotation, runtime.nowMs()) });

function byProvider({ name, rotation }: OnCallEntry, schedule: Schedule, parts: OnCallParts): StateOf {
  const { runtime, people, log } = parts;
  const ask = asking(schedule, parts);
  let known: Word | null = null;
  let trouble: string | null = null;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | null = null;

  async function refresh(): Promise<void> {
    const answer = await ask();
    if (!answer.ok) {
      trouble = answer.error;
      log.warn({ oncall: name, provider: schedule.provider.id, error: answer.error }, 'who is on call cannot be asked');
      return;
    }
    const found = answer.value.map((person) => [person, keyOf(person, people)] as const);
    const strangers = found.flatMap(([person, key]) => (key === null ? [person.email ?? person.name] : []));
    trouble = strangers.length === 0 ? null : `${strangers.join(', ')} is nobody under people: (give the email there)`;
    known = { who: [...new Set(found.flatMap(([, key]) => key ?? []))], atMs: runtime.nowMs() };
  }

  const asked = (): Promise<void> => {
    underWay ??= refresh().finally(() => {
      underWay = null;
      askedAtMs = runtime.nowMs();
    });
    return underWay;
  };

  return async () => {
    const ageMs = known === null ? Number.POSITIVE_INFINITY : runtime.nowMs() - known.atMs;
    // Nobody waits again and again for a provider that has just not answered.
    const rests = runtime.nowMs() - askedAtMs < freshMs;
    if (!rests && ageMs >= staleMs) await asked();
    else if (!rests && ageMs >= freshMs) void asked();
    const from = schedule.provider.id;
    const word = known as Word | null;
    if (word !== null && runtime.nowMs() - word.atMs < lastWordMs) {
      const since = formatDuration(runtime.nowMs() - word.atMs);
      return {
        name,
        from,
        who: word.who,
        until: null,
        trouble: trouble && `${trouble}; what it said ${since} ago counts`,
      };
    }
    const instead = rotation === null ? 'nobody is on call' : 'the rotation of the file counts';
    return {
      name,
      from,
      trouble: `${trouble ?? 'it was not asked yet'}; ${instead}`,
      ...shiftOf(rotation, runtime.nowMs()),
    };
  };
}

/** Somebody of a provider as one of ours: by the e-mail address, whatever its letters' case. */
function keyOf({ email }: OnCallPerson, people: People): string | null {
  const wanted = email?.toLowerCase();
  return Object.entries(people).find(([, one]) => wanted && one.email?.toLowerCase() === wanted)?.[0] ?? null;
}

function asking(
  { provider, schedule, token, url }: Schedule,
  { allow, timeoutMs: limitMs = timeoutMs }: OnCallParts,
): () => Promise<Result<readonly OnCallPerson[], string>> {
  const agent = new Agent({ connect: guardedConnector(allow, systemResolve), connections: 2, keepAliveTimeout: 4000 });
  return async () => {
    const signal = AbortSignal.timeout(limitMs);
    const { url: target, headers } = provider.request({ url: url ?? provider.url, schedule, token });
    const outgoing = { method: 'GET' as const, url: target, headers: { ...headers }, body: undefined };
    try {
      const answer = await exchange(
        { ...outgoing, expectStatus: [301, 302, 303, 307, 308] },
        { agent, signal, maxBytes: maxAnswerBytes, answered: () => undefined },
      );
      if (answer.status !== 200) return err(`${provider.id} answered ${answer.status}`);
      const parsed = provider.answer.safeParse(answer.body);
      return parsed.success ? ok(parsed.data) : err(`${provider.id} answered what it does not document`);
    } catch (error) {
      if (signal.aborted) return err(`${provider.id} did not answer within ${formatDuration(limitMs)}`);
      // A target may say anything in an error; an address that is refused is our own word.
      return err(error instanceof AddressRefusedError ? error.message : `${provider.id} could not be reached`);
    }
  };
}
