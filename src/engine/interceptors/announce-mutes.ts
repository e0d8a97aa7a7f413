// Tells everybody what happens to silences and windows: creation, begin, end. Each is an event that is recorded once, so each is told once.
import { isMuteEvent } from '../../core/system/mutes.ts';
import { describe } from '../../core/timeline/describe.ts';
import { isSystemEvent, readEvent } from '../../core/timeline/read-event.ts';
import type { EnginePorts } from '../engine-ports.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** Announces them once they are durable; the key is the event's place in the stream. */
const announcing = ({ announce, log }: Pick<EnginePorts, 'announce' | 'log'>): Interceptor => ({
  name: 'announce-mutes',
  async append(changes, next) {
    const appended = await next();
    if (appended !== 'appended') return appended;
    for (const { stream, events } of changes)
      for (const event of stream === 'system' ? events : []) {
        const read = readEvent(event);
        if (read.outcome !== 'known' || !isSystemEvent(read.event) || !isMuteEvent(read.event)) continue;
        const { text } = describe(event);
        // What is recorded does not wait for Slack.
        announce({ key: `system/${event.seq}`, text }).catch((error) =>
          log.warn({ err: error, seq: event.seq }, `could not be announced: ${text}`),
        );
      }
    return appended;
  },
});

/** What is told of silences and windows. */
export const announceMutes: InterceptorDefinition = { place: 'middle', make: ({ ports }) => announcing(ports) };
