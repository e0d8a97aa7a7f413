// What `firebreak doctor` sees of the queue: whether Redis answers and keeps what it is given.
import { Redis } from 'ioredis';
import type { Config } from '../../config/environment.ts';
import { messageOf } from '../session/failure.ts';
import type { Check } from './check.ts';

/** Looks at the queue these settings name. */
export async function checkQueue({ redisUrl }: Config): Promise<readonly Check[]> {
  const about = 'queue';
  if (redisUrl === null) return [{ about, status: 'ok', found: 'in PostgreSQL', advice: null }];
  const client = new Redis(redisUrl, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    connectTimeout: 5000,
    retryStrategy: () => null,
  });
  let lastError: unknown = null;
  client.on('error', (error) => {
    lastError = error;
  });
  try {
    await client.connect();
    const info = await client.info();
    const [, version = '?'] = /(?:valkey|redis)_version:(\S+)/.exec(info) ?? [];
    const [, policy = ''] = /maxmemory_policy:(\S+)/.exec(info) ?? [];
    const found = `Redis ${version}`;
    // BullMQ's guide, "Going to production": every other policy may evict jobs.
    return policy === '' || policy === 'noeviction'
      ? [{ about, status: 'ok', found, advice: null }]
      : [
          {
            about,
            status: 'warn',
            found: `${found}, maxmemory-policy ${policy}`,
            advice: 'set maxmemory-policy to noeviction: Redis may drop jobs now',
          },
        ];
  } catch (error) {
    const advice =
      'check REDIS_URL, and that the server runs and lets us in; until then PostgreSQL wakes the work, within seconds';
    return [{ about, status: 'fail', found: messageOf(lastError ?? error), advice }];
  } finally {
    client.disconnect();
  }
}
