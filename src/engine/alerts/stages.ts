// The stages enrich, group, route and suppress around what they need from outside: look-ups, silences of people, the alerts that fire.
// Writes nothing of the record.
import type { Alert } from '../../core/alert/alert.ts';
import type { EnrichAlert } from '../../core/alert/enrich.ts';
import { explainAlert } from '../../core/alert/explain.ts';
import type { ExplainedAgainst, ExplainedStage } from '../../core/alert/explained.ts';
import { createInhibitionIndex, type InhibitionRule } from '../../core/alert/inhibition.ts';
import type { Silence } from '../../core/alert/silence.ts';
import { type StageContext, type StageRules, settingsNamed, stageAlert, stageInGroup } from '../../core/alert/stage.ts';
import type { AlertPlan, StagedAlert } from '../../core/alert/staged.ts';
import type { MaintenanceWindow } from '../../core/alert/window.ts';
import type { GroupState } from '../../core/group/state.ts';
import type { FiringAlerts, FiringLook } from '../../ports/intake.ts';

/** What the configuration says about alerts, with what keeps them quiet. */
export type AlertRules = StageRules & {
  readonly inhibition: readonly InhibitionRule[];
  readonly silences: readonly Silence[];
  readonly windows: readonly MaintenanceWindow[];
};

/** What staging needs. */
export type StageParts = {
  readonly rules: AlertRules;
  /** Silences and windows that people made, as this process last read them. */
  readonly byPeople: () => { readonly silences: readonly Silence[]; readonly windows: readonly MaintenanceWindow[] };
  /** Reads them anew. */
  readonly refresh: () => Promise<void>;
  readonly firing: FiringAlerts;
  /** Adds what maps and look-ups know of an alert. Never rejects: what cannot be looked up is a remark. */
  readonly enrich: EnrichAlert;
};

/** Stages alerts. */
export type Stages = {
  /** Alerts as they came in, at an instant. */
  readonly apply: (alerts: readonly Alert[], at: string) => Promise<readonly StagedAlert[]>;
  /** Alerts that are held, anew: they are enriched already. */
  readonly review: (alerts: readonly Alert[], at: string) => Promise<readonly StagedAlert[]>;
  /** The same, of alerts that somebody holds whom this process may not have heard of yet. */
  readonly reviewAnew: (alerts: readonly Alert[], at: string) => Promise<readonly StagedAlert[]>;
  /** The six stages of an alert as it came, at an instant, in sentences. */
  readonly explain: (
    raw: Alert,
    at: string,
    lookUp: (staged: StagedAlert) => Promise<Omit<ExplainedAgainst, 'raw' | 'steps'>>,
  ) => Promise<readonly ExplainedStage[]>;
  /** The same alert in the group that holds it. */
  readonly inGroup: (staged: StagedAlert, group: Pick<GroupState, 'key' | 'rule'>) => StagedAlert;
  /** What is to be done with a group of which nothing is held. */
  readonly planOf: (group: Pick<GroupState, 'key' | 'rule'>) => AlertPlan;
};

/** Makes the stages of one process. */
export function createStages({ rules, byPeople, refresh: readAnew, firing, enrich }: StageParts): Stages {
  const index = createInhibitionIndex(rules.inhibition, rules.intervals);
  const inhibits = rules.inhibition.length > 0;
  let known: FiringLook | null = null;

  /** Takes what has begun or ended since the last look, here and in other processes. Who asks meanwhile shares the next look. */
  const refresh = sharedLook(async () => {
    const { alerts, look } = await firing.changedSince(known);
    for (const alert of alerts) index.put(alert);
    known = look;
  });

  async function contextAt(at: string): Promise<StageContext> {
    const people = byPeople();
    const mutes = {
      silences: [...rules.silences, ...people.silences],
      windows: [...rules.windows, ...people.windows],
      inhibition: index,
    };
    if (inhibits) await refresh();
    return { at, rules, mutes };
  }

  async function staged(alerts: readonly Alert[], at: string): Promise<readonly StagedAlert[]> {
    const context = await contextAt(at);
    return alerts.map((alert) => stageAlert(alert, context));
  }

  return {
    async apply(alerts, at) {
      const enriched = (await Promise.all(alerts.map((alert) => enrich(alert, at)))).map(({ alert }) => alert);
      if (inhibits) await firing.put(enriched);
      return staged(enriched, at);
    },
    review: staged,
    async reviewAnew(alerts, at) {
      await readAnew();
      return staged(alerts, at);
    },
    async explain(raw, at, lookUp) {
      const context = await contextAt(at);
      const { alert, steps } = await enrich(raw, at);
      const one = stageAlert(alert, context);
      return explainAlert(one, context, { ...(await lookUp(one)), raw, steps });
    },
    inGroup: (one, group) => stageInGroup(one, group, { rules }),
    planOf: ({ key, rule }) => ({
      key,
      rule,
      settings: settingsNamed(rule, rules),
      handling: undefined,
      playbooks: { names: [], only: false },
    }),
  };
}

/** One look at a time. What is asked for while one is under way may have come too late for it: all of that shares the next one. */
function sharedLook(look: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  function begin(): Promise<void> {
    next = null;
    const own = look().finally(() => {
      if (current === own) current = null;
    });
    current = own;
    return own;
  }
  return () => {
    if (next !== null) return next;
    if (current === null) return begin();
    next = current.then(begin, begin);
    return next;
  };
}

/** The stages where nothing is configured: every alert acts at once, as its sender groups it. */
export const noRules: AlertRules = {
  groups: [],
  routes: [],
  intervals: {},
  inhibition: [],
  silences: [],
  windows: [],
};
