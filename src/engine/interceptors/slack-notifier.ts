// Wakes the Slack notifier for every incident that has changed. What is posted is the notifier's business.
import type { Wakeups } from '../../ports/work.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** Wakes the notifier after every append to incidents. */
export const wakeNotifier = (wakeups: Pick<Wakeups, 'wakeNotifier'>): Interceptor => ({
  name: 'slack-notifier',
  async append(changes, next) {
    const appended = await next();
    if (appended === 'appended')
      for (const change of changes)
        if (change.stream === 'incident') wakeups.wakeNotifier(change.incident.id, change.head.version);
    return appended;
  },
});

/** The Slack notifier; nobody is to be told where there is no Slack. */
export const slackNotifier: InterceptorDefinition = {
  place: 'middle',
  make: ({ ports }) => (ports.slackMessages === null ? null : wakeNotifier(ports.wakeups)),
};
