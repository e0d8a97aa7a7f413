// What an alert says of itself, as a card shows it: what is affected, which labels matter, where its own links lead. Pure.
import type { Alert } from '../../core/alert/alert.ts';
import { type Button, oneLine, visible } from '../text.ts';

/** Links of an alert that a card has room for. */
const maxLinks = 3;
const maxLabels = 6;
/** Characters of a URL that Slack takes. */
const maxUrl = 3000;

/** Labels that say where it burns, the ones that say most first. */
const telling = [
  'env',
  'environment',
  'cluster',
  'region',
  'zone',
  'namespace',
  'team',
  'instance',
  'host',
  'pod',
  'job',
];
/** Labels that stand elsewhere on the card. */
const elsewhere = new Set(['alertname', 'severity', 'service', 'alertgroup', 'grafana_folder']);

/** Labels that matter, as `name=value`. */
export function keyLabels({ labels, service, title }: Pick<Alert, 'labels' | 'service' | 'title'>): readonly string[] {
  const rank = (name: string) => {
    const at = telling.indexOf(name.toLowerCase());
    return at < 0 ? telling.length : at;
  };
  return Object.entries(labels)
    .filter(([name, value]) => !elsewhere.has(name) && !name.startsWith('__') && value !== service && value !== title)
    .toSorted(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .slice(0, maxLabels)
    .map(([name, value]) => `${oneLine(name, 40)}=${oneLine(value, 60)}`);
}

/** One link of a card. */
export type CardLink = {
  readonly kind: 'runbook' | 'dashboard' | 'graph';
  readonly label: string;
  readonly url: string;
};

/** The address as a browser would open it; null for anything that is not a plain http or https address. */
export function safeUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  // `https://trusted.example@evil.example` is not where it seems to lead.
  if (!isWeb || url.username !== '' || url.password !== '' || url.href.length > maxUrl) return null;
  return url.href;
}

/** Where the alert's own links lead: to its runbook, a dashboard, and one more that shows what it saw. */
export function cardLinks({ links }: Pick<Alert, 'links'>): readonly CardLink[] {
  const all = links.flatMap(({ label, url }) => {
    const safe = safeUrl(url);
    return safe === null || /silence/i.test(label) ? [] : [{ label: visible(label).trim(), url: safe }];
  });
  const runbook = all.find(({ label }) => /runbook|playbook/i.test(label));
  const dashboard = all.find(({ label }) => /dashboard/i.test(label));
  const others = all.filter((link) => link !== runbook && link !== dashboard);
  const graph = others.find(({ label }) => /graph|panel|chart|query/i.test(label)) ?? others[0];
  return [
    ...(runbook ? [{ kind: 'runbook' as const, label: 'Runbook', url: runbook.url }] : []),
    ...(dashboard ? [{ kind: 'dashboard' as const, label: 'Dashboard', url: dashboard.url }] : []),
    ...(graph ? [{ kind: 'graph' as const, label: oneLabel(graph.label), url: graph.url }] : []),
  ].slice(0, maxLinks);
}

const oneLabel = (label: string) => (label === '' ? 'Graph' : label.replace(/\s+/g, ' ').slice(0, 25));

/** The same as buttons, which open the page and do nothing else. */
export const linkButtons = (links: readonly CardLink[]): readonly Button[] =>
  links.map(({ kind, label, url }) => ({ id: `open_${kind}`, label, value: kind, url }));
