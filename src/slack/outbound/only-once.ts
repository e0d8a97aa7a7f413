// What is done to a channel once: remembered like a message, so that neither a restart nor another process repeats it.
import { digestJson, type Json } from '../../core/json.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import type { SlackMessages } from '../../ports/slack-memory.ts';
import { withMutex } from './mutex.ts';
import type { Lane, LimitedMethod, RateLimiter, SleepingClock } from './rate-limiter.ts';

/** What doing something once needs. */
type OnceDeps = {
  readonly messages: Pick<SlackMessages, 'byKey' | 'begin' | 'sent' | 'exclusively'>;
  readonly rateLimiter: RateLimiter;
  readonly clock: SleepingClock;
};

/** What is done once. `overtaken`: once it is aborted, it is somebody else's to do. */
type Once = {
  readonly key: string;
  readonly incident: IncidentRow;
  readonly channelId: string;
  readonly content: Json;
  readonly lane: Lane;
  readonly method: LimitedMethod;
  readonly overtaken?: AbortSignal;
};

/** Does something once per content, remembered like a message so that neither a restart nor another process repeats it. */
export async function onlyOnce(deps: OnceDeps, about: Once, act: () => Promise<void>): Promise<void> {
  const { rateLimiter } = deps;
  const { key, channelId, lane, method, overtaken } = about;
  const needless = async () => overtaken?.aborted === true || (await isDone(deps, about));
  if (await needless()) return;
  const run = async () => {
    if (await needless()) return;
    await act();
    await noteDone(deps, about);
  };
  await rateLimiter.schedule({ lane, method, channelId, run: () => withMutex(deps, key, run) });
}

type Done = Pick<Once, 'key' | 'incident' | 'channelId' | 'content'>;

/** True if it is remembered as done, with this content. */
export const isDone = async ({ messages }: Pick<OnceDeps, 'messages'>, { key, content }: Done): Promise<boolean> =>
  (await messages.byKey(key))?.digest === digestJson(content);

/** Remembers it as done. */
export async function noteDone(
  { messages }: Pick<OnceDeps, 'messages'>,
  { key, incident, channelId, content }: Done,
): Promise<void> {
  await messages.begin({ key, incidentId: incident.id, channelId });
  const digest = digestJson(content);
  await messages.sent(key, { ts: 'done', digest, version: incident.version, showsFiring: false });
}
