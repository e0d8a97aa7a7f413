// Slack's rate limits: calls per minute by method, and about one posted message per second and channel. Only counts.

/** Calls per minute of each tier (Web API rate limits). How large bursts may be is unpublished; here a full minute's worth. */
const tiers = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;

/** Tier by method; what is not named is tier 3. */
const tierOf: { readonly [method: string]: keyof typeof tiers } = {
  'conversations.create': 2,
  'conversations.setTopic': 2,
  'conversations.setPurpose': 2,
  'conversations.archive': 2,
  'conversations.list': 2,
  'pins.add': 2,
  'bookmarks.add': 2,
  'usergroups.list': 2,
  'usergroups.users.list': 2,
  'users.list': 2,
  'chat.postEphemeral': 4,
  'conversations.members': 4,
  'views.open': 4,
  'views.push': 4,
  'views.update': 4,
  'views.publish': 4,
  'files.getUploadURLExternal': 4,
  'files.completeUploadExternal': 4,
  'users.info': 4,
};

/** Messages at once before the pace of one per second holds. */
const postBurst = 10;
/** "Several hundred per minute" for the workspace. */
const postsPerMinute = 300;
/** Special methods that nobody has seen a limit of. */
const unlimited = new Set(['api.test', 'auth.test', 'chat.getPermalink', 'apps.connections.open']);

/** The buckets that calls are taken from. */
export type RateLimits = {
  /** Null if the call may go on, else after how many whole seconds it may be tried again. */
  readonly take: (method: string, channel: unknown) => number | null;
};

/** Full buckets. */
export function createRateLimits(nowMs: () => number): RateLimits {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  const filled = (key: string, size: number, perSecond: number) => {
    const now = nowMs();
    const { tokens, atMs } = buckets.get(key) ?? { tokens: size, atMs: now };
    const bucket = { tokens: Math.min(size, tokens + ((now - atMs) / 1000) * perSecond), atMs: now };
    buckets.set(key, bucket);
    return { bucket, perSecond };
  };
  return {
    take(method, channel) {
      if (unlimited.has(method)) return null;
      const perMinute = tiers[tierOf[method] ?? 3];
      const needed =
        method === 'chat.postMessage'
          ? [filled('posts', postsPerMinute, postsPerMinute / 60), filled(`posts/${channel}`, postBurst, 1)]
          : [filled(method, perMinute, perMinute / 60)];
      const waits = needed.map(({ bucket, perSecond }) => Math.ceil((1 - bucket.tokens) / perSecond));
      const wait = Math.max(...waits);
      if (wait > 0) return wait;
      for (const { bucket } of needed) bucket.tokens -= 1;
      return null;
    },
  };
}
