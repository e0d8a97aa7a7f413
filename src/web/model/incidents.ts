// Incidents in lists: their order, the filters that stand in the address, and which are one's own. Pure.
import type { ApiIncident } from '../../contract/incident.ts';
import type { ApiMe } from '../../contract/me.ts';

/** Which incidents a list shows. */
export type IncidentView = 'open' | 'all' | 'mine';
/** What the address of the list says. */
export type IncidentSearch = {
  readonly view?: IncidentView | undefined;
  readonly q?: string | undefined;
  readonly severity?: number | undefined;
  readonly status?: ApiIncident['status'] | undefined;
};

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.slice(0, 200) : undefined;

/** Reads the address; what it does not know is left out. */
export function readIncidentSearch(raw: { readonly [name: string]: unknown }): IncidentSearch {
  const severity = Number(raw['severity']);
  const { view, status } = raw;
  return {
    view: view === 'all' || view === 'mine' ? view : undefined,
    q: text(typeof raw['q'] === 'number' ? String(raw['q']) : raw['q']),
    severity: Number.isInteger(severity) && severity >= 1 && severity <= 4 ? severity : undefined,
    status: status === 'open' || status === 'resolved' || status === 'closed' ? status : undefined,
  };
}

/** The worst first; of one severity the oldest while they burn, the newest of those that are over. */
export function bySeverity(a: ApiIncident, b: ApiIncident): number {
  const isOver = (one: ApiIncident) => Number(one.status !== 'open');
  if (isOver(a) !== isOver(b)) return isOver(a) - isOver(b);
  if (isOver(a) === 1) return Date.parse(b.openedAt) - Date.parse(a.openedAt);
  return a.severity - b.severity || Date.parse(a.openedAt) - Date.parse(b.openedAt);
}

/** What somebody is called in roles: the ids under which an incident may name him or her. */
const namesOf = ({ actor }: Pick<ApiMe, 'actor'>): readonly string[] =>
  [actor.id, actor.name, actor.person].filter((name) => name !== undefined);

/** Whether somebody has a role in it, or acknowledged it. */
export function isMine(incident: Pick<ApiIncident, 'roles' | 'acknowledgedBy'>, me: Pick<ApiMe, 'actor'>): boolean {
  const names = namesOf(me);
  const held = Object.values(incident.roles).concat(incident.acknowledgedBy?.id ?? []);
  return held.some((one) => names.includes(one));
}

/** What a list shows of what the server found, in its order. */
export const listed = (
  incidents: readonly ApiIncident[],
  view: IncidentView | undefined,
  me: Pick<ApiMe, 'actor'> | null,
): readonly ApiIncident[] =>
  incidents.filter((one) => view !== 'mine' || (me !== null && isMine(one, me))).toSorted(bySeverity);

/** Who leads it: whoever has the role, under either of its names. */
export const leadOf = ({ roles }: Pick<ApiIncident, 'roles'>): string | null =>
  roles['commander'] ?? roles['lead'] ?? null;
