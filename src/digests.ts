// Digests and the load of one process, composed: what they read, who asks, when they are told. Holds no rule.
import type { Adapters } from './adapters.ts';
import { systemPrincipal } from './core/authority/principal.ts';
import type { ForgottenFact } from './core/digest/facts.ts';
import { documentOptions } from './documents.ts';
import { createReadDigest } from './engine/digests/read-digest.ts';
import { createDigestWatch } from './engine/digests/watch-digests.ts';
import type { Engine } from './engine/engine.ts';
import { itemsSeen } from './engine/incidents/items-seen.ts';
import { createReadLoad, type ReadLoad } from './engine/load.ts';
import type { Timer } from './engine/timers.ts';
import type { ReadDigest } from './ports/digests.ts';
import type { LookForStuck } from './ports/stuck.ts';
import type { SlackEdge } from './slack/edge.ts';

/** What digests are made of. */
type DigestParts = {
  readonly adapters: Adapters;
  readonly engine: Engine;
  readonly lookForStuck: LookForStuck;
};

/** How busy it is. */
export const loadOf = ({ metrics }: Pick<Adapters, 'metrics'>): ReadLoad => createReadLoad(metrics.look);

/** Asks for a digest. */
export function readDigestOf({ adapters, engine, lookForStuck }: DigestParts): ReadDigest {
  const { store, config, clock } = adapters;
  const { people = new Map<string, string>() } = documentOptions(config);
  return createReadDigest({
    reads: store.digests,
    items: (seen) => itemsSeen(store.reads, seen),
    forgotten: () => forgotten(engine),
    async stuck(seen) {
      const { items } = await lookForStuck({ seen });
      return items.map(({ playbook, drill, what, ageMs, incident }) => ({
        playbook,
        drill,
        what,
        ageMs,
        incident: incident.number,
      }));
    },
    settings: config.file.digest,
    runtime: clock.runtime,
    nameOf: (id) => people.get(id) ?? id,
  });
}

async function forgotten({ operations }: Pick<Engine, 'operations'>): Promise<readonly ForgottenFact[]> {
  const silences = await operations.silences({ principal: systemPrincipal });
  if (!silences.ok) return [];
  return silences.value.flatMap(({ id, name, owner, held, forgotten: why }) =>
    why === null ? [] : [{ id: name ?? id, owner, why, held }],
  );
}

/** What tells digests; nothing where no channel hears them. */
export function digestTimers(parts: DigestParts, slack: SlackEdge | null): readonly Timer[] {
  const { adapters, engine } = parts;
  const { config, clock, log } = adapters;
  const { digest: settings } = config.file;
  if (settings.channel === null) return [];
  if (slack === null) {
    log.warn({ channel: settings.channel }, 'digests are told nobody: `digest:` names a channel and there is no Slack');
    return [];
  }
  const load = loadOf(adapters);
  const run = createDigestWatch({
    settings,
    told: slack.digests,
    read: readDigestOf(parts),
    rests: async () => (await load())?.resting != null,
    stands: () => engine.standstill() !== null,
    clock,
    runtime: clock.runtime,
    log,
    publicUrl: config.publicUrl,
  });
  return [{ name: 'digests', pattern: '15 * * * * *', run }];
}
