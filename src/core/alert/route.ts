// Where an alert goes: who owns it, which playbooks it starts, how loud it is in Slack, who is escalated to. First match in a tree, as in
// Alertmanager. Starts and tells nothing.
import { z } from 'zod';
import { type EvidenceItem, EvidenceSetting, evidenceFor, maxItems } from '../evidence/item.ts';
import type { Alert } from './alert.ts';
import { nextOccurrence, occurrenceAt } from './occurrence.ts';
import { Severity } from './severity.ts';
import { isDuring, type TimeIntervals } from './time-interval.ts';
import { AlertWhere, intervalNamed, matchWhere, type WhereOutcome, whereOutcome } from './where.ts';

/** How loud an incident is: a channel of its own, a thread in the announce channel, one line there, or nothing. */
const Loudness = z.enum(['channel', 'thread', 'line', 'none'], {
  error: 'must be channel, thread, line or none',
});
type Loudness = z.output<typeof Loudness>;

const names = z.array(z.string().min(1).max(200)).min(1, 'must name one at least').max(100);

const Playbooks = z.union([names, z.strictObject({ only: names })], {
  error: 'must be a list of playbooks to start besides those with a trigger, or { only: [...] }',
});

const Owner = z.string().min(1).max(200);

const EscalationList = z
  .array(z.string().regex(/^@(?:oncall:)?[a-z0-9][a-z0-9_-]{0,62}$/, 'must be a role such as "@payments", in quotes'))
  .min(1)
  .max(20);

const RouteName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _');

/** One node of the tree. What it does not say it takes from the node above it, except the times. */
export type Route = {
  readonly name: string;
  /** Absent: every alert. */
  readonly where?: AlertWhere;
  /** Looks further on the same level although this one matched. */
  readonly continue: boolean;
  readonly owner?: string;
  readonly playbooks?: z.output<typeof Playbooks>;
  readonly channel?: Loudness | { readonly [S in Severity]?: Loudness };
  readonly escalation?: readonly string[];
  /** Names of time intervals in which what comes here is told to nobody. */
  readonly muteDuring?: readonly string[];
  /** Names of time intervals outside of which what comes here is told to nobody. */
  readonly activeDuring?: readonly string[];
  /** What an incident keeps by itself at its opening and its resolution. */
  readonly evidence?: readonly EvidenceSetting[];
  readonly routes: readonly Route[];
};

/** One route as `routes:` in firebreak.yaml has it. */
export const Route: z.ZodType<Route> = z.strictObject({
  name: RouteName,
  where: AlertWhere.exactOptional(),
  continue: z.boolean().default(false),
  owner: Owner.exactOptional(),
  playbooks: Playbooks.exactOptional(),
  channel: z
    .union([Loudness, z.partialRecord(Severity, Loudness)], {
      error:
        'must be channel, thread, line or none, or one of them for each severity, such as { critical: channel, info: line }',
    })
    .exactOptional(),
  escalation: EscalationList.exactOptional(),
  muteDuring: names.exactOptional(),
  activeDuring: names.exactOptional(),
  evidence: z.array(EvidenceSetting).max(maxItems).exactOptional(),
  routes: z.lazy(() => z.array(Route).max(500)).default([]),
});

/** Why what goes by a route is told to nobody now, and until when; `until` null: there is no end to be seen. */
type RouteMute = { readonly route: string; readonly because: string; readonly until: string | null };

/** Where an alert goes. What no route says is null, and then the installation's own default holds. */
export type Routed = {
  /** Names of the routes it came to, the first one first; empty: none matched. */
  readonly matched: readonly string[];
  readonly owner: string | null;
  readonly playbooks: {
    /** Started besides those with a trigger that fits. */
    readonly besides: readonly string[];
    /** These instead of those with a trigger; null: no route says so. */
    readonly only: readonly string[] | null;
  };
  readonly channel: Loudness | null;
  readonly escalation: readonly string[];
  /** What an incident that it opens keeps by itself; absent: nothing. */
  readonly evidence?: readonly EvidenceItem[];
  /** Set where every route it came to is mute at that instant. */
  readonly mute: RouteMute | null;
  /** Routes whose condition could not be evaluated: they were passed over, and this must be shown. */
  readonly unclear: readonly string[];
};

/** One look at a route, for people. */
export type RouteTried = {
  readonly route: string;
  /** How deep in the tree it stands; 0: at the top. */
  readonly depth: number;
  readonly outcome: WhereOutcome;
  readonly because: readonly string[];
};

/** The routes and the intervals that they name. */
export type RouteTable = { readonly routes: readonly Route[]; readonly intervals: TimeIntervals };

/** Sends an alert through the tree at an instant. */
export function route(alert: Alert, at: string, table: RouteTable): Routed {
  const moment = { at, intervals: table.intervals };
  const unclear: string[] = [];
  const found = reached(table.routes, null, ({ name, where }) => {
    const outcome = where === undefined ? 'matches' : whereOutcome(where, alert, moment);
    if (outcome === 'unclear') unclear.push(name);
    return outcome === 'matches';
  });
  const { matched, owner, playbooks, channel, escalation, evidence } = summed(found, alert);
  const mute = muteOf(found, at, table.intervals);
  const routed: Routed = { matched, owner, playbooks, channel, escalation, mute, unclear };
  return evidence === undefined ? routed : { ...routed, evidence };
}

/** The same, with every route that was looked at and why it matched or did not. */
export function explainRoute(
  alert: Alert,
  at: string,
  table: RouteTable,
): { readonly routed: Routed; readonly tried: readonly RouteTried[] } {
  const tried: RouteTried[] = [];
  reached(table.routes, null, ({ name, where }, depth) => {
    const { outcome, because } = matchWhere(where ?? {}, alert, at, table.intervals);
    tried.push({ route: name, depth, outcome, because });
    return outcome === 'matches';
  });
  return { routed: route(alert, at, table), tried };
}

/** A route with what it took from above. */
type Reached = Omit<Route, 'routes' | 'continue' | 'where'>;

/** The nodes that an alert comes to, depth first: those that match and of whose children none does. */
function reached(
  routes: readonly Route[],
  parent: Reached | null,
  fits: (route: Route, depth: number) => boolean,
  depth = 0,
): readonly Reached[] {
  const found: Reached[] = [];
  for (const node of routes) {
    if (!fits(node, depth)) continue;
    const here = parent === null ? atTop(node) : inheriting(node, parent);
    const below = node.routes.length === 0 ? [] : reached(node.routes, here, fits, depth + 1);
    if (below.length > 0) found.push(...below);
    else found.push(here);
    if (!node.continue) break;
  }
  return found;
}

const topmost = new WeakMap<Route, Reached>();

/** A route with nothing above it: always the same. */
function atTop(node: Route): Reached {
  const known = topmost.get(node);
  if (known !== undefined) return known;
  const here = inheriting(node, null);
  topmost.set(node, here);
  return here;
}

function inheriting(node: Route, parent: Reached | null): Reached {
  const { name, muteDuring, activeDuring } = node;
  const owner = node.owner ?? parent?.owner;
  const playbooks = node.playbooks ?? parent?.playbooks;
  const channel = node.channel ?? parent?.channel;
  const escalation = node.escalation ?? parent?.escalation;
  const evidence = node.evidence ?? parent?.evidence;
  return {
    name,
    ...(owner !== undefined && { owner }),
    ...(playbooks !== undefined && { playbooks }),
    ...(channel !== undefined && { channel }),
    ...(escalation !== undefined && { escalation }),
    ...(evidence !== undefined && { evidence }),
    ...(muteDuring !== undefined && { muteDuring }),
    ...(activeDuring !== undefined && { activeDuring }),
  };
}

const unique = (list: readonly string[]): readonly string[] => (list.length < 2 ? list : [...new Set(list)]);

/** Of several routes the first that says something is heard; their playbooks and escalations add up. */
function summed(found: readonly Reached[], alert: Alert): Omit<Routed, 'mute' | 'unclear'> {
  const matched: string[] = [];
  const besides: string[] = [];
  const escalation: string[] = [];
  const evidence: EvidenceSetting[] = [];
  let only: string[] | null = null;
  let owner: string | null = null;
  let channel: Loudness | null = null;
  for (const one of found) {
    matched.push(one.name);
    owner ??= one.owner ?? null;
    channel ??= loudnessOf(one.channel, alert.severity);
    if (one.escalation) escalation.push(...one.escalation);
    if (one.evidence) evidence.push(...one.evidence);
    if (one.playbooks === undefined) continue;
    if ('only' in one.playbooks) only = [...(only ?? []), ...one.playbooks.only];
    else besides.push(...one.playbooks);
  }
  const playbooks = { besides: unique(besides), only: only && unique(only) };
  const sum = { matched, owner, playbooks, channel, escalation: unique(escalation) };
  return evidence.length === 0 ? sum : { ...sum, evidence: evidenceFor(evidence, alert) };
}

function loudnessOf(channel: Route['channel'], severity: Severity): Loudness | null {
  if (channel === undefined || typeof channel === 'string') return channel ?? null;
  return channel[severity] ?? null;
}

/** One route that is not mute is enough for people to be told. */
function muteOf(found: readonly Reached[], at: string, intervals: TimeIntervals): RouteMute | null {
  let first: RouteMute | null = null;
  for (const one of found) {
    const mute = muteOfOne(one, at, intervals);
    if (mute === null) return null;
    first ??= mute;
  }
  return first;
}

function muteOfOne(
  { name, muteDuring = [], activeDuring }: Reached,
  at: string,
  intervals: TimeIntervals,
): RouteMute | null {
  if (muteDuring.length === 0 && activeDuring === undefined) return null;
  const isIn = (interval: string) => isDuring(intervalNamed(intervals, interval), at);
  const muting = muteDuring.find(isIn);
  if (muting !== undefined) {
    const until = occurrenceAt(intervalNamed(intervals, muting), at)?.endsAt ?? null;
    return { route: name, because: `the route is mute during ${muting}`, until };
  }
  if (activeDuring === undefined || activeDuring.some(isIn)) return null;
  const begins = activeDuring.flatMap(
    (interval) => nextOccurrence(intervalNamed(intervals, interval), at)?.startsAt ?? [],
  );
  const because = `the route is active during ${activeDuring.join(', ')} only`;
  return { route: name, because, until: begins.sort()[0] ?? null };
}

/** Every route of a tree, with those above it and its place in the file. */
export function everyRoute(
  routes: readonly Route[],
  path: readonly PropertyKey[] = ['routes'],
): readonly { readonly route: Route; readonly path: readonly PropertyKey[] }[] {
  return routes.flatMap((one, n) => {
    const here = [...path, n];
    return [{ route: one, path: here }, ...everyRoute(one.routes, [...here, 'routes'])];
  });
}
