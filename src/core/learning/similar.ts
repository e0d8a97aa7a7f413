// Incidents that are like one, and why: the same alerts, the same service, labels and words that few others have. Pure.
import type { Measured } from './measured.ts';
import { helpedIn, type Recurrence } from './recurrences.ts';

/** An incident that is like another one. `score`: 0 to 1, comparable within one answer only. */
export type SimilarIncident = {
  readonly incident: Pick<Measured, 'id' | 'number' | 'title' | 'severity' | 'status' | 'openedAt' | 'resolveMs'>;
  readonly score: number;
  /** What they have in common, what says most first. */
  readonly because: readonly string[];
  readonly helped: Recurrence['helped'];
};

/** How much each kind of likeness counts; together 1. */
const weights = { fingerprint: 0.3, alert: 0.25, service: 0.2, labels: 0.15, words: 0.1 } as const;
const leastScore = 0.1;
const maxSaid = 5;

const intersection = (a: readonly string[], b: readonly string[]): readonly string[] => {
  const other = new Set(b);
  return [...new Set(a)].filter((one) => other.has(one));
};

/** The candidates that are like it, the likest first; of those that are equally like the newest. */
export function similarTo(one: Measured, candidates: readonly Measured[], max: number): readonly SimilarIncident[] {
  const others = candidates.filter(({ id, operation }) => id !== one.id && !operation);
  const rarity = rarityAmong([one, ...others]);
  return others
    .map((other) => likeness(one, other, rarity))
    .filter(({ score }) => score >= leastScore)
    .toSorted((a, b) => b.score - a.score || Date.parse(b.incident.openedAt) - Date.parse(a.incident.openedAt))
    .slice(0, max);
}

/** What few incidents have says more than what all have: the inverse document frequency. */
function rarityAmong(all: readonly Measured[]): (term: string) => number {
  const counts = new Map<string, number>();
  for (const { labels, words } of all)
    for (const term of new Set([...labels, ...words])) counts.set(term, (counts.get(term) ?? 0) + 1);
  return (term) => Math.log((1 + all.length) / (counts.get(term) ?? 1));
}

/** The share of what tells one apart that the other has too, 0 to 1. */
function overlap(a: readonly string[], b: readonly string[], rarity: (term: string) => number): number {
  const shared = new Set(intersection(a, b));
  const weigh = (terms: Iterable<string>) => [...terms].reduce((sum, term) => sum + rarity(term), 0);
  const all = weigh(new Set([...a, ...b]));
  return all === 0 ? 0 : weigh(shared) / all;
}

function likeness(one: Measured, other: Measured, rarity: (term: string) => number): SimilarIncident {
  const names = ({ alerts }: Measured) => alerts.map(({ name }) => name);
  const prints = ({ alerts }: Measured) => alerts.map(({ fingerprint }) => fingerprint);
  const alerts = intersection(names(one), names(other));
  const same = intersection(prints(one), prints(other));
  const services = intersection(one.services, other.services);
  const labels = intersection(one.labels, other.labels).toSorted((a, b) => rarity(b) - rarity(a));
  const words = intersection(one.words, other.words).toSorted((a, b) => rarity(b) - rarity(a));
  const score =
    (same.length > 0 ? weights.fingerprint : 0) +
    (alerts.length > 0 ? weights.alert : 0) +
    (services.length > 0 ? weights.service : 0) +
    weights.labels * overlap(one.labels, other.labels, rarity) +
    weights.words * overlap(one.words, other.words, rarity);
  const said = (what: string, shared: readonly string[]) =>
    shared.length === 0
      ? []
      : [`${what} ${shared.slice(0, maxSaid).join(', ')}${shared.length > maxSaid ? ', …' : ''}`];
  const { id, number, title, severity, status, openedAt, resolveMs } = other;
  return {
    incident: { id, number, title, severity, status, openedAt, resolveMs },
    score,
    because: [
      ...(same.length > 0 ? [`the very same alert${same.length > 1 ? `s (${same.length})` : ''}`] : []),
      ...said('same alert', alerts),
      ...said('same service', services),
      ...said('same labels', labels),
      ...said('same words', words),
    ],
    helped: helpedIn([other]),
  };
}
