// The stages group, route and suppress, for one alert at an instant. Pure: rules, silences and the firing alerts come in. Acts on nothing.

import type { Verdict } from '../group/command.ts';
import type { Hold } from '../group/hold.ts';
import { type Grouped, type GroupRule, groupAlert, settingsOf } from '../group/rule.ts';
import { atOnce, type GroupSettings } from '../group/settings.ts';
import { groupOf } from '../incident/decide-alerts.ts';
import type { IncidentHandling } from '../incident/handling.ts';
import type { Alert } from './alert.ts';
import type { InhibitionIndex } from './inhibition.ts';
import { type Route, type Routed, route } from './route.ts';
import { type Silence, silencedBy } from './silence.ts';
import type { AlertPlan, StagedAlert } from './staged.ts';
import type { TimeIntervals } from './time-interval.ts';
import { type MaintenanceWindow, type WindowOver, windowOver } from './window.ts';

/** What the configuration says about alerts. */
export type StageRules = {
  readonly groups: readonly GroupRule[];
  readonly routes: readonly Route[];
  readonly intervals: TimeIntervals;
};

/** What keeps alerts quiet at the moment. */
type Mutes = {
  readonly silences: readonly Silence[];
  readonly windows: readonly MaintenanceWindow[];
  readonly inhibition: Pick<InhibitionIndex, 'inhibitedBy'>;
};

/** What an alert is staged with. */
export type StageContext = { readonly at: string; readonly rules: StageRules; readonly mutes: Mutes };

/** Stages one alert. What could not be evaluated suppresses and matches nothing, and stands among its remarks. */
export function stageAlert(alert: Alert, context: StageContext): StagedAlert {
  const { at, rules } = context;
  const grouped = groupAlert(alert, at, { rules: rules.groups, intervals: rules.intervals });
  const routed = route(alert, at, { routes: rules.routes, intervals: rules.intervals });
  const muted = muteOf(alert, routed, context);
  const key = muted.consolidatedIn ?? grouped.key;
  const unclear = [...grouped.unclear, ...routed.unclear.map(passedOver), ...muted.unclear];
  return {
    alert: noted(key === groupOf(alert) ? alert : { ...alert, groupKey: key }, unclear),
    ...planOf(muted.consolidatedIn === null ? grouped : { rule: null, key, unclear: [] }, routed),
    verdict: muted.verdict,
  };
}

const passedOver = (name: string) => `the route ${name} was passed over: its condition could not be evaluated`;

/** What is to be done with the alerts of a group, by its rule and its routes. */
function planOf({ rule, key }: Grouped, routed: Routed): AlertPlan {
  const settings = rule === null ? atOnce : settingsOf(rule);
  const { besides, only } = routed.playbooks;
  return {
    key,
    rule: rule?.name ?? null,
    settings,
    handling: handlingOf(routed, rule),
    playbooks: { names: only === null ? besides : [...new Set([...only, ...besides])], only: only !== null },
  };
}

/** An alert that another group holds already, because it came before a window, or before the configuration was another: it stays there. */
export function stageInGroup(
  staged: StagedAlert,
  { key, rule }: { readonly key: string; readonly rule: string | null },
  { rules }: Pick<StageContext, 'rules'>,
): StagedAlert {
  if (key === staged.key) return staged;
  const { verdict } = staged;
  return {
    ...staged,
    alert: { ...staged.alert, groupKey: key },
    key,
    rule,
    settings: settingsNamed(rule, rules),
    verdict: verdict.type === 'muted' ? { ...verdict, consolidated: false } : verdict,
  };
}

/** The settings of a rule; one that the configuration has no longer holds nothing back. */
export function settingsNamed(name: string | null, { groups }: Pick<StageRules, 'groups'>): GroupSettings {
  const rule = groups.find((one) => one.name === name);
  return rule ? settingsOf(rule) : atOnce;
}

/** What an incident remembers of it; undefined: nothing was configured. */
function handlingOf(
  { matched, owner, channel, escalation, evidence }: Routed,
  rule: GroupRule | null,
): IncidentHandling | undefined {
  const isConfigured =
    matched.length > 0 || owner !== null || channel !== null || escalation.length > 0 || evidence || rule !== null;
  if (!isConfigured) return undefined;
  // Of every alert: member by member this takes a fraction of what spreading conditions takes.
  const handling: { -readonly [K in keyof IncidentHandling]: IncidentHandling[K] } = {};
  if (matched.length > 0) handling.routes = [...matched];
  if (owner !== null) handling.owner = owner;
  if (channel !== null) handling.channel = channel;
  if (escalation.length > 0) handling.escalation = [...escalation];
  if (evidence) handling.evidence = [...evidence];
  if (rule !== null) handling.resolve = rule.resolve;
  if (rule?.reopenWithin) handling.reopenWithinMs = rule.reopenWithin;
  return handling;
}

/** Remarks are for people and few; what is the same every time stands once. */
function noted(alert: Alert, unclear: readonly string[]): Alert {
  if (unclear.length === 0) return alert;
  const remarks = [...new Set([...(alert.remarks ?? []), ...unclear.map((text) => text.slice(0, 500))])];
  return { ...alert, remarks: remarks.slice(0, 20) };
}

type Muted = { readonly verdict: Verdict; readonly consolidatedIn: string | null; readonly unclear: readonly string[] };

/** What keeps it quiet: people's silences first, then windows, then other alerts, then the times of its routes. */
function muteOf(alert: Alert, routed: Routed, { at, rules, mutes }: StageContext): Muted {
  const { intervals } = rules;
  const silenced = silencedBy(alert, at, { silences: mutes.silences, intervals });
  const inWindow = windowOver(alert, at, { windows: mutes.windows, intervals });
  const inhibited = mutes.inhibition.inhibitedBy(alert, at);
  const unclear = [...silenced.unclear, ...inWindow.unclear, ...inhibited.unclear];
  const mutedBy = (hold: Hold, consolidatedIn: string | null = null): Muted => ({
    verdict: { type: 'muted', hold, consolidated: consolidatedIn !== null },
    consolidatedIn,
    unclear,
  });
  if (silenced.by) {
    const { id, name, owner, reason, endsAt } = silenced.by.silence;
    return mutedBy({ by: 'silence', name: name ?? id, owner, reason, until: endsAt });
  }
  if (inWindow.by) {
    const { window, occurrence } = inWindow.by;
    const { name, owner, reason } = window;
    const hold: Hold = { by: 'window', name, owner, reason, until: occurrence.endsAt };
    return mutedBy(hold, window.mode === 'consolidate' ? consolidatedKey(inWindow.by) : null);
  }
  if (inhibited.by) {
    const { rule, because } = inhibited.by;
    return mutedBy({ by: 'inhibition', name: rule, owner: null, reason: because.join('; '), until: null });
  }
  if (routed.mute) {
    const { route: name, because, until } = routed.mute;
    return mutedBy({ by: 'route', name, owner: routed.owner, reason: because, until });
  }
  return { verdict: { type: 'pass' }, consolidatedIn: null, unclear };
}

/** All that comes in one occurrence of a window goes into one incident. */
const consolidatedKey = ({ window, occurrence }: WindowOver): string =>
  `window ${window.name}${occurrence.startsAt === null ? '' : ` of ${occurrence.startsAt}`}`;
