// Tells everybody what happens to silences and windows (creation, begin, end), to the right of playbooks to act without asking, to
// passkeys, and that a halt is over. Each is an event that is recorded once, and is told once: its key is its place in the stream. Records nothing.
import { slackIdOf } from '../../core/authority/membership.ts';
import type { StoredEvent } from '../../core/events.ts';
import { isPasskeyEvent, passkeyOf } from '../../core/step-up/passkey.ts';
import type { SystemEvent } from '../../core/system/events.ts';
import { isMuteEvent } from '../../core/system/mutes.ts';
import { isTrustEvent } from '../../core/system/trust.ts';
import { describe } from '../../core/timeline/describe.ts';
import { isSystemEvent, readEvent } from '../../core/timeline/read-event.ts';
import { placeWithin } from '../../core/trace/place.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';

/** What telling needs. */
export type TellSystemParts = {
  readonly ports: Pick<EnginePorts, 'announce' | 'chat' | 'log' | 'systemStream'>;
  readonly people: EngineOptions['people'];
};

/** Tells one event, if it is one that everybody hears of. Rejects when the announce channel cannot be told; asking again doubles nothing. */
export type TellSystem = (event: StoredEvent) => Promise<void>;

const advice = 'If that was not you, revoke it on the page under Settings, Passkeys, and end your sessions.';

/** Makes it. */
export function createTellSystem({ ports, people }: TellSystemParts): TellSystem {
  const { announce, chat, log, systemStream } = ports;

  /** Whoever had a passkey registered by somebody else is to learn of it. */
  async function tellOwner(event: StoredEvent, { credentialId, text }: { credentialId: string; text: string }) {
    const { state } = await systemStream.load();
    const owner = passkeyOf(state.passkeys ?? {}, credentialId)?.owner;
    const channel = owner ? slackIdOf(owner, people) : null;
    if (channel === null) return;
    const key = keyOf(event);
    const place = placeWithin(event.streamId, key);
    await chat()?.post({ channel, text: `${text}. ${advice}`, key: `${key}/owner`, fence: () => undefined, place });
  }

  return async (event) => {
    const read = readEvent(event);
    if (read.outcome !== 'known' || !isSystemEvent(read.event)) return;
    const fact = read.event;
    // That somebody has reviewed a playbook is no news for everybody.
    const isTrust = isTrustEvent(fact) && fact.type !== 'trust.reviewed';
    // A halt has a message of its own, whose end is an edit: that nobody hears.
    const isTold = isMuteEvent(fact) || isPasskeyEvent(fact) || isTrust || fact.type === 'switch.released';
    if (!isTold) return;
    const { text } = describe(event);
    await announce({ key: keyOf(event), text: `${text}${nextOf(fact)}`, state: stateOf(fact) });
    if (!isPasskeyEvent(fact)) return;
    // Whom Slack cannot reach in person holds up no line that is meant for everybody.
    await tellOwner(event, { credentialId: fact.data.credentialId, text }).catch((error: unknown) =>
      log.warn({ err: error, seq: event.seq }, 'the owner of a passkey could not be told of a change of it'),
    );
  };
}

/** How what it tells of stands. */
function stateOf(fact: SystemEvent): 'waits' | 'rests' | 'over' {
  switch (fact.type) {
    case 'trust.proposed':
    case 'silences.reviewed':
      return 'waits';
    case 'trust.lowered':
      return fact.data.because === undefined ? 'rests' : 'waits';
    case 'trust.raised':
    case 'switch.released':
    case 'silence.expired':
    case 'silence.ended':
    case 'window.removed':
    case 'window.ended':
      return 'over';
    default:
      return 'rests';
  }
}

/** What a person may do now, where somebody has to. */
const nextOf = (fact: SystemEvent): string =>
  fact.type === 'trust.proposed' || (fact.type === 'trust.lowered' && fact.data.because !== undefined)
    ? `. To let it act by itself again: \`firebreak trust raise ${fact.data.playbook} --reason …\``
    : '';

const keyOf = ({ seq }: Pick<StoredEvent, 'seq'>): string => `system/${seq}`;
