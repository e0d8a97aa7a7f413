// Makes a digest: counts of its time, and, where its time has just ended, what stands now. Reads only; tells nobody.

import { localDay } from '../../core/action-item/digest.ts';
import { overdueItems } from '../../core/action-item/state.ts';
import { type Digest, digestOf } from '../../core/digest/digest.ts';
import type { DigestFacts, ForgottenFact, StuckFact } from '../../core/digest/facts.ts';
import { latestSpan } from '../../core/digest/span.ts';
import { assertNever } from '../../core/result.ts';
import type { DigestAsked, DigestReads, DigestSettings, ReadDigest } from '../../ports/digests.ts';
import type { ActionItemRow } from '../../ports/follow-up.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** What reading needs. `seen`: private incidents that whoever reads it may know of. */
export type ReadDigestParts = {
  readonly reads: DigestReads;
  readonly items: (seen: readonly string[]) => Promise<readonly ActionItemRow[]>;
  readonly forgotten: () => Promise<readonly ForgottenFact[]>;
  readonly stuck: (seen: readonly string[]) => Promise<readonly StuckFact[]>;
  readonly settings: Pick<DigestSettings, 'timezone' | 'hour'>;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  /** Names of people by their ids. */
  readonly nameOf: (id: string) => string;
};

type Asked = Parameters<ReadDigest>[0];

/** Makes it. */
export function createReadDigest(parts: ReadDigestParts): ReadDigest {
  const { settings, runtime } = parts;
  return async (asked): Promise<Digest> => {
    const now = new Date(runtime.nowMs()).toISOString();
    const span = latestSpan(asked.kind, settings, asked.at ?? now);
    const isCurrent = span.to === latestSpan(asked.kind, settings, now).to;
    return digestOf(await factsOf(parts, asked, { ...span, seen: asked.seen, isCurrent, now }), span);
  };
}

type Moment = DigestAsked & { readonly isCurrent: boolean; readonly now: string };

async function factsOf(parts: ReadDigestParts, { kind, administers }: Asked, moment: Moment): Promise<DigestFacts> {
  const { isCurrent, from, to, seen } = moment;
  const span = { from, to, seen };
  switch (kind) {
    case 'daily': {
      const [counts, stuck] = await Promise.all([parts.reads.daily(span), isCurrent ? parts.stuck(seen) : null]);
      return { kind, ...counts, stuck };
    }
    case 'weekly': {
      const { timezone } = parts.settings;
      const [counts, forgotten, items] = await Promise.all([
        parts.reads.weekly({ ...span, timezone }),
        isCurrent ? parts.forgotten() : null,
        isCurrent ? overdue(parts, moment) : null,
      ]);
      return { kind, ...counts, queues: isCurrent ? counts.queues : null, forgotten, items };
    }
    case 'monthly': {
      const { access, ...counts } = await parts.reads.monthly(span);
      return { kind, ...counts, access: administers ? access : null };
    }
    default:
      return assertNever(kind);
  }
}

async function overdue({ items, settings, nameOf }: ReadDigestParts, { seen, now }: Moment) {
  const { day } = localDay(now, settings.timezone);
  return overdueItems(await items(seen), day)
    .toSorted((a, b) => (a.due ?? '').localeCompare(b.due ?? '') || a.id.localeCompare(b.id))
    .map(({ id, text, owner, due }) => ({ id, text, due, owner: owner === null ? null : nameOf(owner) }));
}
