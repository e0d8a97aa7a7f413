// Counts what alert groups hold back, once it is durable, by what holds it: what is told to nobody must not go unseen. Decides nothing.
import { GroupEvent } from '../../core/group/events.ts';
import { memberOf } from '../../core/group/state.ts';
import type { GroupChange } from '../../ports/ledger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** Counts every notification that a group holds back, as the group's own state counts it. */
export const countSuppressed = ({ countSuppressed: count }: Pick<Metrics, 'countSuppressed'>): Interceptor => ({
  name: 'suppressed',
  async append(changes, next) {
    const appended = await next();
    if (appended !== 'appended') return appended;
    for (const change of changes) if (change.stream === 'group') for (const by of heldBack(change)) count(by);
    return appended;
  },
});

function heldBack({ events, group }: GroupChange): readonly string[] {
  return events.flatMap(({ type, data }) => {
    if (type !== 'group.alert_held' && type !== 'group.alert_repeated') return [];
    const event = GroupEvent.parse({ type, data });
    if (event.type === 'group.alert_held') return event.data.hold.by;
    if (event.type !== 'group.alert_repeated') return [];
    return memberOf(group, event.data.fingerprint)?.hold?.by ?? [];
  });
}

/** The count of what is held back. */
export const suppressed: InterceptorDefinition = {
  place: 'middle',
  make: ({ ports }) => countSuppressed(ports.metrics),
};
