// The sections of firebreak.yaml that say where alerts go and what keeps them from people: their shape, and what no shape can hold, such as a
// name that is nowhere. Routes and suppresses nothing.
import { z } from 'zod';
import { InhibitionRule } from '../core/alert/inhibition.ts';
import { everyRoute, Route } from '../core/alert/route.ts';
import { SilenceSetting, silenceOf, silenceState } from '../core/alert/silence.ts';
import { TimeInterval, type TimeIntervals } from '../core/alert/time-interval.ts';
import { whenFault } from '../core/alert/when-fault.ts';
import type { AlertWhere } from '../core/alert/where.ts';
import { MaintenanceWindow } from '../core/alert/window.ts';
import { GroupRule } from '../core/group/rule.ts';
import { nearest } from '../core/playbook/suggest.ts';

type Path = readonly PropertyKey[];
/** A fault under a path of the file. */
type Fault = { readonly path: Path; readonly message: string };

/** The shapes of the sections, by name. */
export const alertSections = {
  /** Times that come again, by name: one description or a list of them, of which one suffices. */
  intervals: z
    .record(
      z.string().min(1).max(200),
      z.preprocess(
        (given) => (Array.isArray(given) ? given : [given]),
        z.array(TimeInterval).min(1, 'must hold one description at least').max(100),
      ),
    )
    .default({}),
  /** Where alerts go: the first that fits, and its own `routes` first. */
  routes: z.array(Route).max(500).default([]),
  /** Alerts that keep others quiet. */
  inhibition: z.array(InhibitionRule).max(500).default([]),
  silences: z.array(SilenceSetting).max(1000).default([]),
  /** Maintenance windows. */
  windows: z.array(MaintenanceWindow).max(1000).default([]),
  /** Which alerts are one problem, and when people hear of it: the first that fits. */
  groups: z.array(GroupRule).max(500).default([]),
};

/** What the sections hold. */
export type AlertSections = {
  readonly intervals: TimeIntervals;
  readonly routes: readonly Route[];
  readonly inhibition: readonly InhibitionRule[];
  readonly silences: readonly SilenceSetting[];
  readonly windows: readonly MaintenanceWindow[];
  readonly groups: readonly GroupRule[];
};

/** The sections of the whole file. */
export const alertSectionsOf = ({
  intervals,
  routes,
  inhibition,
  silences,
  windows,
  groups,
}: AlertSections): AlertSections => ({
  intervals,
  routes,
  inhibition,
  silences,
  windows,
  groups,
});

/** What is wrong with the sections although each has its shape. */
export function alertFaults(sections: AlertSections): readonly Fault[] {
  const { routes, inhibition, silences, windows, groups } = sections;
  const places = everyRoute(routes).map(({ route, path }) => ({ name: route.name, path }));
  const named = (section: string, entries: readonly { readonly name: string }[]) =>
    entries.map(({ name }, n) => ({ name, path: [section, n] }));
  return [
    ...namedTwice(places),
    ...namedTwice(named('inhibition', inhibition)),
    ...namedTwice(named('silences', silences)),
    ...namedTwice(named('windows', windows)),
    ...namedTwice(named('groups', groups)),
    ...unreachable(routes, ['routes']),
    ...unknownIntervals(sections),
    ...expressionFaults(sections),
  ];
}

/** Conditions and keys that no alert can make sense of. */
function expressionFaults(sections: AlertSections): readonly Fault[] {
  const fault = (path: Path, text: string | undefined, wanted: 'condition' | 'key'): readonly Fault[] => {
    const message = text === undefined ? null : whenFault(text, wanted);
    return message === null ? [] : [{ path, message }];
  };
  return [
    ...conditionsOf(sections).flatMap(({ where, path }) => fault([...path, 'when'], where.when, 'condition')),
    ...sections.groups.flatMap(({ key }, n) => fault(['groups', n, 'key'], key, 'key')),
  ];
}

type PlacedCondition = { readonly where: AlertWhere; readonly path: Path };

/** Every condition over alerts. */
function conditionsOf(sections: AlertSections): readonly PlacedCondition[] {
  const { routes, inhibition, silences, windows, groups } = sections;
  const at = (path: Path, where: AlertWhere | undefined) => (where === undefined ? [] : [{ where, path }]);
  return [
    ...everyRoute(routes).flatMap(({ route, path }) => at([...path, 'where'], route.where)),
    ...inhibition.flatMap(({ source, target }, n) => [
      ...at(['inhibition', n, 'source'], source),
      ...at(['inhibition', n, 'target'], target),
    ]),
    ...silences.flatMap(({ sets }, n) => sets.flatMap((where, set) => at(['silences', n, 'sets', set], where))),
    ...groups.flatMap(({ where }, n) => at(['groups', n, 'where'], where)),
    ...windows.flatMap(({ where }, n) => at(['windows', n, 'where'], where)),
  ];
}

function namedTwice(entries: readonly { readonly name: string; readonly path: Path }[]): readonly Fault[] {
  const seen = new Set<string>();
  return entries.flatMap(({ name, path }) => {
    if (!seen.has(name)) return seen.add(name) && [];
    return [{ path: [...path, 'name'], message: `there is already one called ${name}; give each a name of its own` }];
  });
}

/** Routes behind one that takes every alert. */
function unreachable(routes: readonly Route[], path: Path): readonly Fault[] {
  const last = routes.findIndex((one) => !one.continue && isEmpty(one.where));
  const faults = routes.flatMap((one, n) => unreachable(one.routes, [...path, n, 'routes']));
  const all = routes[last];
  if (all === undefined || last === routes.length - 1) return faults;
  const message = `no alert comes here: ${all.name} before it takes every alert; put it last, give it a \`where\`, or \`continue: true\``;
  return [...faults, { path: [...path, last + 1], message }];
}

const isEmpty = (where: AlertWhere | undefined): boolean => where === undefined || Object.keys(where).length === 0;

function unknownIntervals(sections: AlertSections): readonly Fault[] {
  const { intervals, routes, windows } = sections;
  const known = Object.keys(intervals);
  const fault = (path: Path, name: string | undefined): readonly Fault[] => {
    if (name === undefined || Object.hasOwn(intervals, name)) return [];
    const there = known.length > 0 ? `there are ${known.join(', ')}` : 'there are none; describe it under `intervals:`';
    return [{ path, message: `there is no time interval ${name.slice(0, 80)}${nearest(name, known)}; ${there}` }];
  };
  return [
    ...conditionsOf(sections).flatMap(({ where, path }) => fault([...path, 'during'], where.during)),
    ...everyRoute(routes).flatMap(({ route, path }) => [
      ...(route.muteDuring ?? []).flatMap((name, n) => fault([...path, 'muteDuring', n], name)),
      ...(route.activeDuring ?? []).flatMap((name, n) => fault([...path, 'activeDuring', n], name)),
    ]),
    ...windows.flatMap(({ during }, n) =>
      fault(['windows', n, 'during'], typeof during === 'string' ? during : undefined),
    ),
  ];
}

/** What is allowed and yet likely a slip, at an instant: silences and windows that are over. */
export function alertWarnings({ silences, windows }: AlertSections, at: string): readonly Fault[] {
  const over = (endsAt: string) => `is over since ${endsAt}; take it out, or give it another end`;
  return [
    ...silences.flatMap((one, n) =>
      silenceState(silenceOf(one), at) === 'expired'
        ? [{ path: ['silences', n, 'endsAt'], message: over(one.endsAt) }]
        : [],
    ),
    ...windows.flatMap(({ endsAt }, n) =>
      endsAt !== undefined && endsAt <= at ? [{ path: ['windows', n, 'endsAt'], message: over(endsAt) }] : [],
    ),
  ];
}
