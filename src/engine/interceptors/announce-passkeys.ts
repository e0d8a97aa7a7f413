// Tells everybody, and its owner in person, what happens to a passkey: whoever had one registered by somebody else is to learn of it.
import { slackIdOf } from '../../core/authority/membership.ts';
import type { StoredEvent } from '../../core/events.ts';
import { isPasskeyEvent, passkeyOf } from '../../core/step-up/passkey.ts';
import { describe } from '../../core/timeline/describe.ts';
import { readEvent } from '../../core/timeline/read-event.ts';
import { placeWithin } from '../../core/trace/place.ts';
import type { SystemChange } from '../../ports/ledger.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

const advice = 'If that was not you, revoke it on the page under Settings, Passkeys, and end your sessions.';

/** Tells them once they are durable; the key is the event's place in the stream. What is recorded does not wait for Slack. */
function announcing(
  { announce, chat, log }: Pick<EnginePorts, 'announce' | 'chat' | 'log'>,
  { people }: Pick<EngineOptions, 'people'>,
): Interceptor {
  async function tell({ state }: Pick<SystemChange, 'state'>, event: StoredEvent, credentialId: string) {
    const { text } = describe(event);
    const key = `system/${event.seq}`;
    await announce({ key, text });
    const owner = passkeyOf(state.passkeys ?? {}, credentialId)?.owner;
    const channel = owner ? slackIdOf(owner, people) : null;
    if (channel === null) return;
    const place = placeWithin(event.streamId, key);
    await chat()?.post({ channel, text: `${text}. ${advice}`, key: `${key}/owner`, fence: () => undefined, place });
  }
  return {
    name: 'announce-passkeys',
    async append(changes, next) {
      const appended = await next();
      if (appended !== 'appended') return appended;
      for (const change of changes)
        for (const event of change.stream === 'system' ? change.events : []) {
          const read = readEvent(event);
          if (change.stream !== 'system' || read.outcome !== 'known' || !isPasskeyEvent(read.event)) continue;
          tell(change, event, read.event.data.credentialId).catch((error) =>
            log.warn({ err: error, seq: event.seq }, 'a change of a passkey could not be announced'),
          );
        }
      return appended;
    },
  };
}

/** What is told of passkeys. */
export const announcePasskeys: InterceptorDefinition = {
  place: 'middle',
  make: ({ ports, options }) => announcing(ports, options),
};
