// What was learned from incidents, as the page says it: the time that the address asks for, and figures with how sure one may be. Pure.
import type { ApiEstimate } from '../../contract/insights.ts';
import { durationText } from './time.ts';

/** How far back one looks, with its word. */
export const ranges = {
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  '365d': 'a year',
  all: 'all time',
} as const;
/** One of them. */
export type InsightRange = keyof typeof ranges;

/** What times are put together by, with its word. */
export const groupings = { service: 'Service', severity: 'Severity', playbook: 'Playbook' } as const;
/** One of them. */
export type Grouping = keyof typeof groupings;

/** What the address says. `since`, `until`: days such as `2026-11-26`, instead of a range. */
export type InsightSearch = {
  readonly range?: InsightRange | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly by?: Grouping | undefined;
  readonly service?: string | undefined;
};

/** What is looked at where the address says nothing. */
export const usualRange: InsightRange = '90d';

const oneOf = <T extends string>(known: { readonly [K in T]: string }, value: unknown): T | undefined =>
  typeof value === 'string' && Object.hasOwn(known, value) ? (value as T) : undefined;

/** A day that there is. */
function dayOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const at = new Date(`${value}T00:00:00.000Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value) ? value : undefined;
}

/** Reads the address; what it does not know is left out. */
export function readInsightSearch(raw: { readonly [name: string]: unknown }): InsightSearch {
  const { service } = raw;
  return {
    range: oneOf(ranges, raw['range']),
    since: dayOf(raw['since']),
    until: dayOf(raw['until']),
    by: oneOf(groupings, raw['by']),
    service: typeof service === 'string' && service.trim() !== '' ? service.slice(0, 200) : undefined,
  };
}

const dayMs = 86_400_000;
const startOfDay = (ms: number) => new Date(ms - (ms % dayMs)).toISOString();

/** The span that is asked for, in whole days of UTC: `until` is the end of that day. Days count for more than a range. */
export function spanOf(
  { range = usualRange, since, until }: InsightSearch,
  nowMs: number,
): { readonly since: string | undefined; readonly until: string | undefined } {
  if (since !== undefined || until !== undefined)
    return {
      since: since && `${since}T00:00:00.000Z`,
      until: until && new Date(Date.parse(`${until}T00:00:00.000Z`) + dayMs).toISOString(),
    };
  const days = range === 'all' ? null : Number(range.slice(0, -1));
  return { since: days === null ? undefined : startOfDay(nowMs - days * dayMs), until: undefined };
}

/** What a figure measures. */
export type Measure = 'time' | 'share';

const measureText = (value: number, measure: Measure): string =>
  measure === 'time' ? durationText(value) : `${Math.round(value * 100)} %`;

/** A figure in words; `between` null: too few to say. */
export type ToldEstimate = { readonly value: string; readonly between: string | null; readonly n: number };

/** A figure with its interval; null: there is no observation. */
export function toldEstimate({ n, value, low, high }: ApiEstimate, measure: Measure): ToldEstimate | null {
  if (value === null) return null;
  const between = low === null || high === null ? null : `${measureText(low, measure)} – ${measureText(high, measure)}`;
  return { value: measureText(value, measure), between, n };
}

/** The key of a row in words. */
export const keyWords = (key: string, by: Grouping): string =>
  key === 'all' ? 'All incidents' : by === 'severity' && /^[1-4]$/.test(key) ? `SEV${key}` : key;
