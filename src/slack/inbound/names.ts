// The names that Slack shows of people, looked up once in a while. Decides nothing.
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../ports/runtime.ts';
import { troubleOf } from '../slack-error.ts';

/** A name is looked up once in this time, in milliseconds. */
const freshMs = 10 * 60_000;
const maxNames = 2000;

/** What looking names up needs. */
export type NamesDeps = { readonly client: WebClient; readonly nowMs: () => number; readonly log: Log };

/** Makes the look-up: the display name, else the real one; null if Slack tells none. */
export function createNames({ client, nowMs, log }: NamesDeps): (user: string) => Promise<string | null> {
  const known = new Map<string, { readonly name: string | null; readonly atMs: number }>();
  return async (user) => {
    const before = known.get(user);
    if (before && nowMs() - before.atMs < freshMs) return before.name;
    try {
      const { user: found } = await client.users.info({ user });
      const name = found?.profile?.display_name || found?.real_name || found?.name || null;
      if (known.size >= maxNames) known.clear();
      known.set(user, { name, atMs: nowMs() });
      return name;
    } catch (error) {
      log.info({ user, error: troubleOf(error).message }, 'Slack does not tell the name of somebody; the id is kept');
      return before?.name ?? null;
    }
  };
}
