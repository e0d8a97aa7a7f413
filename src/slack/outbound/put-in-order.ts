// Puts the messages of one place in the order in which people shall see them, whatever is fast: what explains a request stands above it.
// What must be acted on waits for nothing else. What the messages say is not decided here.

import type { Log } from '../../ports/runtime.ts';
import type { SlackMessages } from '../../ports/slack-memory.ts';
import { troubleOf } from '../slack-error.ts';
import type { DesiredMessages, Place } from './desired-messages.ts';
import type { Outbox } from './outbox.ts';
import type { Desired } from './poster.ts';
import type { SleepingClock } from './rate-limiter.ts';

/** What putting needs. */
export type PutDeps = {
  readonly outbox: Outbox;
  readonly messages: Pick<SlackMessages, 'refused'>;
  readonly clock: Pick<SleepingClock, 'sleep'>;
  readonly log: Log;
};

/** When something is put. */
export type Turn = {
  /** Once it is aborted, things stand otherwise, and nothing more is put. */
  readonly overtaken: AbortSignal;
  /** Those who are to read it are there; must not reject. What is new waits for it, what stands is edited without them. */
  readonly arrived: Promise<unknown>;
};

/** How long posts may keep edits of what stands already waiting, in milliseconds. */
const headStartMs = 1000;

/**
 * Puts them. What is not in Slack yet is posted one after the other; one that fails for now keeps the next from nothing.
 * @param posted keys of messages that stand in Slack already
 * @returns whether the place could be used
 */
export async function putInOrder(
  deps: PutDeps,
  {
    place,
    wanted,
    posted,
  }: { readonly place: Place; readonly wanted: DesiredMessages; readonly posted: ReadonlySet<string> },
  { overtaken, arrived }: Turn,
): Promise<boolean> {
  let isUsable = true;
  const one = async (message: Desired): Promise<void> => {
    if (overtaken.aborted) return;
    if (!(await put(deps, message)) && message.channelId === place.channelId) isUsable = false;
  };
  const together = (messages: readonly Desired[]) => allOf(messages.map(one));
  const inTurn = async (messages: readonly Desired[]): Promise<void> => {
    const failed: unknown[] = [];
    for (const message of messages) if (isUsable) await one(message).catch((error: unknown) => failed.push(error));
    if (failed.length > 0) throw failed[0];
  };
  const isNew = ({ key }: Desired) => !posted.has(key);
  const stands = (message: Desired) => !isNew(message);
  const isHere = ({ channelId }: Desired) => channelId === place.channelId;

  await together(wanted.first);
  if (!isUsable) return false;
  const newAsks = wanted.asking.filter(isNew);
  // A request waits for what stands above it, so that is as urgent.
  const above = wanted.opening.filter(isNew).map((message) => (newAsks.length > 0 ? urgent(message) : message));
  const elsewhere = heardLater(together(wanted.states.filter((message) => !isHere(message))));
  const changed = together(wanted.asking.filter(stands));
  const opened = arrived.then(() => inTurn(above));
  const asked = opened.catch(() => undefined).then(() => inTurn(newAsks));
  await Promise.race([allOf([changed, asked]).catch(() => undefined), deps.clock.sleep(headStartMs)]);
  const here = wanted.states.filter(isHere);
  const edited = together([...wanted.opening, ...here].filter(stands));
  const noticed = asked.catch(() => undefined).then(() => together(isUsable ? here.filter(isNew) : []));
  // Details stand in the thread of a message that must be there first.
  const logged = allOf([opened, edited, noticed]).then(() => together(isUsable ? wanted.logs : []));
  await allOf([elsewhere, changed, opened, asked, edited, noticed, logged]);
  return isUsable;
}

const urgent = (message: Desired): Desired => ({ ...message, lane: 'approval' });

/** Puts a message; false if Slack takes none in its channel, which no other try would mend. */
export async function put({ outbox, messages, log }: PutDeps, desired: Desired): Promise<boolean> {
  try {
    await outbox.put(desired);
    return true;
  } catch (error) {
    const { kind, code, message } = troubleOf(error);
    if (kind !== 'place' && kind !== 'content') throw error;
    const { key, channelId } = desired;
    // Refused is not told: it is owed until Slack takes it.
    await messages.refused(key, code);
    log.error({ key, channelId, error: message }, 'Slack does not take a message; it is owed, and tried again');
    return kind === 'content';
  }
}

/** Whoever waits for it hears of its failure; until then it is nobody's, and no bug. */
function heardLater<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

/** Waits for all, then rejects with the first error, if there was one: nothing may be under way unwatched. */
export async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
