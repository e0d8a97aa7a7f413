// Where there is no Slack, has everybody told what happens to silences, windows, trust and passkeys once it is durable: in the log. With Slack
// it is owed until it was told, whatever becomes of this process: see system/tell-owed.ts.
import { createTellSystem, type TellSystem } from '../system/tell-system.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

const announcing = (tell: TellSystem, failed: (error: unknown, seq: number) => void): Interceptor => ({
  name: 'announce-system',
  async append(changes, next) {
    const appended = await next();
    if (appended !== 'appended') return appended;
    for (const { stream, events } of changes)
      for (const event of stream === 'system' ? events : [])
        tell(event).catch((error: unknown) => failed(error, event.seq));
    return appended;
  },
});

/** What is told of the system stream. */
export const announceSystem: InterceptorDefinition = {
  place: 'middle',
  make: ({ ports, options: { people } }) =>
    ports.slackMessages !== null
      ? null
      : announcing(createTellSystem({ ports, people }), (error, seq) =>
          ports.log.warn({ err: error, seq }, 'what happened could not be announced'),
        ),
};
