// What `firebreak doctor` says of heartbeats: those that were never heard, which are most likely called by nobody. Asks nobody.
import type { Heartbeat, HeartbeatState } from '../../core/alert/heartbeat.ts';
import type { Check } from './check.ts';

/** Looks at the heartbeats of the configuration. */
export function checkHeartbeats(
  heartbeats: readonly Pick<Heartbeat, 'name' | 'from' | 'where'>[],
  states: readonly HeartbeatState[],
): readonly Check[] {
  const about = 'heartbeats';
  if (heartbeats.length === 0) return [];
  const heard = new Set(states.filter(({ heardAt }) => heardAt !== null).map(({ name }) => name));
  const never = heartbeats.filter(({ name }) => !heard.has(name));
  if (never.length === 0) return [{ about, status: 'ok', found: `${heartbeats.length}, all were heard`, advice: null }];
  return never.map(({ name, from, where }) => {
    const sender = where
      ? 'an alert that fits its `where`'
      : from
        ? `a delivery of ${from}`
        : `/hooks/heartbeat/${name}`;
    return { about, status: 'warn', found: `${name} was never heard`, advice: `what counts is ${sender}; try it` };
  });
}
