// Tells everybody what happens to silences and windows (creation, begin, end) and to the right of playbooks to act without asking. Each is an
// event that is recorded once, so each is told once.
import type { SystemEvent } from '../../core/system/events.ts';
import { isMuteEvent } from '../../core/system/mutes.ts';
import { isTrustEvent } from '../../core/system/trust.ts';
import { describe } from '../../core/timeline/describe.ts';
import { isSystemEvent, readEvent } from '../../core/timeline/read-event.ts';
import type { EnginePorts } from '../engine-ports.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** That somebody has reviewed a playbook is no news for everybody. */
const isTold = (event: SystemEvent): boolean =>
  isMuteEvent(event) || (isTrustEvent(event) && event.type !== 'trust.reviewed');

/** Announces them once they are durable; the key is the event's place in the stream. */
const announcing = ({ announce, log }: Pick<EnginePorts, 'announce' | 'log'>): Interceptor => ({
  name: 'announce-system',
  async append(changes, next) {
    const appended = await next();
    if (appended !== 'appended') return appended;
    for (const { stream, events } of changes)
      for (const event of stream === 'system' ? events : []) {
        const read = readEvent(event);
        if (read.outcome !== 'known' || !isSystemEvent(read.event) || !isTold(read.event)) continue;
        const { text } = describe(event);
        // What is recorded does not wait for Slack.
        announce({ key: `system/${event.seq}`, text }).catch((error) =>
          log.warn({ err: error, seq: event.seq }, `could not be announced: ${text}`),
        );
      }
    return appended;
  },
});

/** What is told of the system stream. */
export const announceSystem: InterceptorDefinition = { place: 'middle', make: ({ ports }) => announcing(ports) };
