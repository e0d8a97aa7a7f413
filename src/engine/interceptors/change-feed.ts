// Tells the change feed that there is something new, so that it need not wait for its next poll. Carries no content.
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** Nudges the feed after every append. */
export const nudgeFeed = (nudge: () => void): Interceptor => ({
  name: 'change-feed',
  async append(_changes, next) {
    const appended = await next();
    if (appended === 'appended') nudge();
    return appended;
  },
});

/** The change feed. */
export const changeFeed: InterceptorDefinition = { place: 'middle', make: ({ ports }) => nudgeFeed(ports.nudgeFeed) };
