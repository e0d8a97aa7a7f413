// Alerts against a whole engine in memory with a configuration: what the tests of the six stages have in common.
import { z } from 'zod';
import { alertSections } from '../../../src/config/alerts.ts';
import type { Alert } from '../../../src/core/alert/alert.ts';
import { silenceOf } from '../../../src/core/alert/silence.ts';
import { parseYaml } from '../../../src/core/playbook/parse-yaml.ts';
import type { AlertRules } from '../../../src/engine/alerts/stages.ts';
import type { EnginePorts } from '../../../src/engine/engine-ports.ts';
import { anAlert } from '../given/incident.ts';
import { MemoryEngines } from './memory-engines.ts';

const Sections = z.object(alertSections);

/** The sections of a configuration as the engine has them. */
export function rulesOf(yaml: string): AlertRules {
  const { silences, ...rules } = Sections.parse(parseYaml(yaml).source?.data ?? {});
  return { ...rules, silences: silences.map(silenceOf) };
}

/** An engine with this configuration over a ledger in memory; `more`: ports that are other than usual. */
export function alertStory(yaml: string, more: (world: MemoryEngines) => Partial<EnginePorts> = () => ({})) {
  const world = new MemoryEngines();
  const firing = new Map<string, Alert>();
  const engineOf = () =>
    world.engine(
      { alertRules: rulesOf(yaml) },
      {
        firing: {
          put: async (alerts) => void alerts.map((alert) => firing.set(alert.fingerprint, alert)),
          changedSince: async () => ({ alerts: [...firing.values()], look: '' }),
        },
        ...more(world),
      },
    );
  const story = {
    world,
    engine: engineOf(),
    incidents: () => [...world.tables.incidents.values()].map(({ incident }) => incident),
    groups: () => [...world.tables.groups.values()].map(({ group }) => group),
    events: () => [...world.tables.events.values()].flat(),
    runs: () => [...world.tables.runs.values()],
    /** Another process takes over. */
    restart() {
      story.engine = engineOf();
    },
    /** It is accepted, and nothing is done about it yet. */
    accept(fingerprint: string, change: Partial<Alert> = {}) {
      world.deliveries.put([anAlert(fingerprint, { groupKey: fingerprint, startsAt: world.at, ...change })]);
    },
    async fires(fingerprint: string, change: Partial<Alert> = {}) {
      story.accept(fingerprint, change);
      await story.engine.drainIntake();
    },
    async resolves(fingerprint: string, change: Partial<Alert> = {}) {
      await story.fires(fingerprint, { status: 'resolved', startsAt: null, ...change });
    },
    /** Time passes, and what is due is done, every few seconds. */
    async passes(ms: number, everyMs = 5000) {
      for (const end = world.ms + ms; world.ms < end; ) {
        world.ms = Math.min(end, world.ms + everyMs);
        await story.engine.reconcile();
      }
    },
  };
  return story;
}
