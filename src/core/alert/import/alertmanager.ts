// A whole Alertmanager configuration as sections of firebreak.yaml, with notes on what these cannot say. Reads and writes no file.
import { TimeInterval } from '../time-interval.ts';
import type { AlertmanagerDocument, AlertmanagerInhibition, AlertmanagerIntervals } from './alertmanager-document.ts';
import { type ImportedRoutes, importRoutes } from './alertmanager-routes.ts';
import { createNames, type ImportNote, type WrittenInhibition, writtenMatchers } from './written.ts';

/** What was imported. */
export type Imported = {
  /** The sections, as they are written into the file; none that is empty. */
  readonly sections: {
    readonly intervals?: { readonly [name: string]: readonly object[] };
    readonly routes: ImportedRoutes['routes'];
    readonly groups: ImportedRoutes['groups'];
    readonly inhibition?: readonly WrittenInhibition[];
  };
  /** The receiver of each route, by the route's name. */
  readonly receivers: ReadonlyMap<string, string>;
  readonly notes: readonly ImportNote[];
  /** What makes the import impossible; empty: it is whole but for the notes. */
  readonly faults: readonly ImportNote[];
};

const sectionKeys = ['route', 'inhibit_rules', 'time_intervals', 'mute_time_intervals', 'receivers'];

/** Translates a configuration. */
export function importAlertmanager(document: AlertmanagerDocument): Imported {
  const receivers = document.receivers ?? [];
  const silent = new Set(receivers.filter((one) => configsOf(one).length === 0).map(({ name }) => name));
  const routes = importRoutes(document.route, silent);
  const intervals = importIntervals([...(document.mute_time_intervals ?? []), ...(document.time_intervals ?? [])]);
  const inhibition = importInhibition(document.inhibit_rules ?? []);
  const others = Object.keys(document).filter((key) => !sectionKeys.includes(key));
  const notes = [
    ...routes.notes,
    ...inhibition.notes,
    ...receivers.flatMap(receiverNotes),
    ...others.map((key) => ({ at: key, message: 'is left out: it says how Alertmanager itself sends' })),
  ];
  return {
    sections: {
      ...(Object.keys(intervals.intervals).length > 0 && { intervals: intervals.intervals }),
      routes: routes.routes,
      groups: routes.groups,
      ...(inhibition.rules.length > 0 && { inhibition: inhibition.rules }),
    },
    receivers: routes.receivers,
    notes,
    faults: [...routes.faults, ...intervals.faults, ...inhibition.faults],
  };
}

type Receiver = NonNullable<AlertmanagerDocument['receivers']>[number];

const configsOf = (receiver: Receiver): readonly string[] =>
  Object.entries(receiver)
    .filter(([key, value]) => key.endsWith('_configs') && Array.isArray(value) && value.length > 0)
    .map(([key]) => key);

const paging = /^(?:pagerduty|opsgenie|victorops|pushover|sns)_/;

/** A receiver becomes the owner of its routes; whom it tells and how cannot be taken over. */
function receiverNotes(receiver: Receiver, n: number): readonly ImportNote[] {
  const at = `receivers[${n}]`;
  const name = receiver.name.slice(0, 80);
  return configsOf(receiver).map((key) => {
    if (key === 'slack_configs') {
      const channels = channelsOf(receiver[key]);
      const which = channels.length > 0 ? ` (${channels.join(', ')})` : '';
      return {
        at,
        message: `${key} of ${name}${which} is left out: say \`channel:\` at its routes; where Firebreak posts is set under \`slack:\``,
      };
    }
    if (paging.test(key))
      return { at, message: `${key} of ${name} is left out: name a role under \`escalation:\` at its routes` };
    return { at, message: `${key} of ${name} is left out: what is to be called, a playbook calls` };
  });
}

const channelsOf = (configs: unknown): readonly string[] =>
  (Array.isArray(configs) ? configs : []).flatMap((one: unknown) => {
    const channel = typeof one === 'object' && one !== null && 'channel' in one ? one.channel : null;
    return typeof channel === 'string' ? [channel.slice(0, 80)] : [];
  });

function importIntervals(named: readonly AlertmanagerIntervals[]) {
  const faults: ImportNote[] = [];
  const intervals = named.map(({ name, time_intervals: list }) => {
    const written = (list ?? []).map((one) => ({
      ...(one.times && { times: one.times.map(({ start_time: start, end_time: end }) => ({ start, end })) }),
      ...(one.weekdays && { weekdays: one.weekdays }),
      ...(one.days_of_month && { daysOfMonth: one.days_of_month }),
      ...(one.months && { months: one.months }),
      ...(one.years && { years: one.years }),
      ...(one.location && { location: one.location }),
    }));
    for (const [n, one] of written.entries())
      for (const { path, message } of TimeInterval.safeParse(one).error?.issues ?? [])
        faults.push({ at: `time interval ${name}[${n}]`, message: `${path.map(String).join('.')}: ${message}` });
    if (written.length === 0) faults.push({ at: `time interval ${name}`, message: 'is empty, and so never holds' });
    return [name, written] as const;
  });
  return { intervals: Object.fromEntries(intervals), faults };
}

function importInhibition(rules: readonly AlertmanagerInhibition[]) {
  const nameOf = createNames();
  const faults: ImportNote[] = [];
  const notes: ImportNote[] = [];
  const side = (given: Parameters<typeof writtenMatchers>[0], at: string) => {
    const match = writtenMatchers(given);
    if (!match.ok) faults.push({ at, message: match.error });
    return match.ok && match.value.length > 0 ? { match: match.value } : {};
  };
  const written = rules.map((rule, n): WrittenInhibition => {
    const at = `inhibit_rules[${n}]`;
    const source = { match: rule.source_match, matchRe: rule.source_match_re, matchers: rule.source_matchers };
    const target = { match: rule.target_match, matchRe: rule.target_match_re, matchers: rule.target_matchers };
    for (const key of Object.keys(rule).filter((known) => !inhibitKeys.test(known)))
      notes.push({
        at,
        message: `${key.slice(0, 80)} is no setting of an inhibition rule that is known here; it is left out`,
      });
    return {
      name: nameOf(rule.name ?? `inhibit-${n + 1}`),
      source: side(source, at),
      target: side(target, at),
      ...(rule.equal && rule.equal.length > 0 && { equal: rule.equal }),
    };
  });
  return { rules: written, faults, notes };
}

const inhibitKeys = /^(?:name|equal|(?:source|target)_match(?:_re|ers)?)$/;
