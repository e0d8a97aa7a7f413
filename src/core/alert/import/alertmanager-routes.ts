// Alertmanager's routes as ours: the tree, and the groups that its nodes make. Reads no file.
import { type AlertmanagerRoute, routeKeys } from './alertmanager-document.ts';
import { createNames, type ImportNote, type WrittenGroup, type WrittenRoute, writtenMatchers } from './written.ts';

/** What became of the routes. */
export type ImportedRoutes = {
  readonly routes: readonly WrittenRoute[];
  readonly groups: readonly WrittenGroup[];
  /** The receiver of each route, by the route's name. */
  readonly receivers: ReadonlyMap<string, string>;
  readonly notes: readonly ImportNote[];
  /** What makes the import impossible. */
  readonly faults: readonly ImportNote[];
};

/** What a node takes from above. */
type Inherited = {
  readonly receiver: string;
  readonly match: readonly string[];
  readonly groupBy: readonly string[] | null;
  readonly byAll: boolean;
  readonly wait: string;
};

/**
 * Translates the tree under its root.
 * @param silent receivers that tell nobody
 */
export function importRoutes(root: AlertmanagerRoute, silent: ReadonlySet<string>): ImportedRoutes {
  const nameOf = createNames();
  const notes = new Map<string, ImportNote>();
  const faults: ImportNote[] = [];
  const receivers = new Map<string, string>();
  const groups: WrittenGroup[] = [];
  const note = (at: string, message: string) => void (notes.has(message) || notes.set(message, { at, message }));

  const visit = (node: AlertmanagerRoute, above: Inherited, at: string): WrittenRoute => {
    const own = writtenMatchers({ match: node.match, matchRe: node.match_re, matchers: node.matchers });
    if (!own.ok) faults.push({ at, message: own.error });
    const match = own.ok ? own.value : [];
    const here = inherited(node, above, match);
    const name = nameOf(here.receiver);
    receivers.set(name, here.receiver);
    for (const message of leftOut(node)) note(at, message);
    // What is below inherits it and cannot take it back.
    const isSilent = silent.has(here.receiver) && everyReceiver(node).every((receiver) => silent.has(receiver));
    if (silent.has(here.receiver) && !isSilent)
      note(
        at,
        `${here.receiver} tells nobody, but routes below it do: say \`channel:\` at ${name} and at those yourself`,
      );
    const children = reachable(node.routes ?? [], at, note);
    const routes = children.map(({ route, at: place }) => visit(route, here, place));
    groups.push(groupOf(name, here));
    return {
      name,
      ...(match.length > 0 && { where: { match } }),
      ...(node.continue && { continue: true }),
      ...(here.receiver !== above.receiver && { owner: here.receiver }),
      ...(isSilent && { channel: 'none' }),
      ...(node.mute_time_intervals && node.mute_time_intervals.length > 0 && { muteDuring: node.mute_time_intervals }),
      ...(node.active_time_intervals &&
        node.active_time_intervals.length > 0 && { activeDuring: node.active_time_intervals }),
      ...(routes.length > 0 && { routes }),
    };
  };

  const top: Inherited = { receiver: '', match: [], groupBy: null, byAll: false, wait: '30s' };
  const route = visit(root, top, 'route');
  return { routes: [route], groups: fewest(groups), receivers, notes: [...notes.values()], faults };
}

/** The receivers that a node and those below it name. */
const everyReceiver = (node: AlertmanagerRoute): readonly string[] => [
  ...(node.receiver ? [node.receiver] : []),
  ...(node.routes ?? []).flatMap(everyReceiver),
];

/** Alertmanager's inheritance: of group_by what is named replaces `...`, and `...` adds to it. */
function inherited(node: AlertmanagerRoute, above: Inherited, match: readonly string[]): Inherited {
  const given = node.group_by ?? null;
  const labels = given?.filter((label) => label !== '...') ?? [];
  const isNamed = labels.length > 0;
  const byAll = isNamed ? false : above.byAll || (given?.includes('...') ?? false);
  return {
    receiver: node.receiver || above.receiver,
    match: [...above.match, ...match],
    groupBy: isNamed ? labels : above.groupBy,
    byAll,
    wait: node.group_wait ?? above.wait,
  };
}

function groupOf(name: string, { match, groupBy, byAll, wait }: Inherited): WrittenGroup {
  return {
    name,
    ...(match.length > 0 && { where: { match } }),
    ...(byAll ? { key: 'alert.fingerprint' } : groupBy === null ? { key: JSON.stringify(name) } : { by: groupBy }),
    wait: wait === '0' ? '0s' : wait,
  };
}

/** Without those that no alert comes to; one entry where all are alike. */
function fewest(groups: readonly WrittenGroup[]): readonly WrittenGroup[] {
  const last = groups.findIndex(({ where }) => where === undefined);
  const reached = last < 0 ? groups : groups.slice(0, last + 1);
  const alike = ({ by, wait }: WrittenGroup) => JSON.stringify([by ?? null, wait]);
  const first = reached.at(-1);
  const isOne = first?.by !== undefined && reached.every((group) => alike(group) === alike(first));
  return isOne && first ? [first] : reached;
}

type Placed = { readonly route: AlertmanagerRoute; readonly at: string };

/** The children that an alert can come to: none behind one that takes every alert. */
function reachable(
  routes: readonly AlertmanagerRoute[],
  at: string,
  note: (at: string, message: string) => void,
): readonly Placed[] {
  const placed = routes.map((route, n) => ({ route, at: `${at}.routes[${n}]` }));
  const last = routes.findIndex((route) => !route.continue && asksNothing(route));
  if (last < 0 || last === routes.length - 1) return placed;
  note(placed[last + 1]?.at ?? at, `no alert comes to what stands behind ${placed[last]?.at}; it is left out`);
  return placed.slice(0, last + 1);
}

const asksNothing = ({ match, match_re: matchRe, matchers }: AlertmanagerRoute): boolean =>
  Object.keys(match ?? {}).length + Object.keys(matchRe ?? {}).length + (matchers ?? []).length === 0;

/** What a node says and ours cannot; each thing is told once. */
function leftOut(node: AlertmanagerRoute): readonly string[] {
  const unknown = Object.keys(node).filter((key) => !routeKeys.has(key));
  return [
    ...(node.group_interval === undefined
      ? []
      : ['group_interval is left out: what joins a group is shown at once, by an edit of what was posted']),
    ...(node.repeat_interval === undefined
      ? []
      : ['repeat_interval is left out: nothing is posted again for as long as an incident is open']),
    ...(node.continue
      ? ['an alert that goes on by `continue` is grouped by the first route that it came to, not once for each']
      : []),
    ...unknown.map((key) => `${key.slice(0, 80)} is no setting of a route that is known here; it is left out`),
  ];
}
