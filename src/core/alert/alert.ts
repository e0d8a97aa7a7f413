// The one normalised alert that every source yields. Knows no source and no storage.
import { z } from 'zod';
import type { Json } from '../json.ts';

/** Severity words in descending order of urgency; every source's own word is mapped to one of them. */
export const Severity = z.enum(['critical', 'error', 'warning', 'info']);
export type Severity = z.infer<typeof Severity>;

/** JSON inside a zod schema. */
export const JsonValue: z.ZodType<Json> = z.json();

/**
 * One notification about one problem. `fingerprint` is the same for every repetition of the same problem;
 * (`fingerprint`, `startsAt`) is one episode of it. Texts are foreign: escape them wherever they are shown.
 */
export const Alert = z.object({
  source: z.string().min(1),
  integration: z.string().min(1),
  fingerprint: z.string().min(1).max(500),
  status: z.enum(['firing', 'resolved']),
  title: z.string().max(1000),
  description: z.string().max(8000).default(''),
  severity: Severity,
  /** The source's own severity word, if it sent one. */
  sourceSeverity: z.string().max(200).nullable().default(null),
  /** What is affected, if the source says so. */
  service: z.string().max(500).nullable().default(null),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()).default({}),
  startsAt: z.iso.datetime({ offset: true }).nullable().default(null),
  endsAt: z.iso.datetime({ offset: true }).nullable().default(null),
  /** Links back to the source; http and https only. */
  links: z.array(z.object({ label: z.string(), url: z.url({ protocol: /^https?$/ }) })).default([]),
  /** Alerts of one group belong to one incident while it is open. */
  groupKey: z.string().max(2000).nullable().default(null),
});
export type Alert = z.infer<typeof Alert>;

const severityWords: Record<string, Severity> = {
  critical: 'critical',
  crit: 'critical',
  page: 'critical',
  fatal: 'critical',
  emergency: 'critical',
  disaster: 'critical',
  p1: 'critical',
  sev1: 'critical',
  '5': 'critical',
  error: 'error',
  high: 'error',
  major: 'error',
  err: 'error',
  alert: 'error',
  p2: 'error',
  sev2: 'error',
  warning: 'warning',
  warn: 'warning',
  medium: 'warning',
  average: 'warning',
  minor: 'warning',
  p3: 'warning',
  sev3: 'warning',
  info: 'info',
  information: 'info',
  informational: 'info',
  low: 'info',
  none: 'info',
  notice: 'info',
  debug: 'info',
  ok: 'info',
  p4: 'info',
  p5: 'info',
  sev4: 'info',
};

/** Maps a source's own severity word; an unknown or missing word is `warning`, so that nothing is played down to silence. */
export function toSeverity(word: string | null | undefined): Severity {
  return severityWords[(word ?? '').trim().toLowerCase()] ?? 'warning';
}

/** Incident severity 1 (worst) to 4 for an alert severity. */
export function severityLevel(severity: Severity): 1 | 2 | 3 | 4 {
  return ({ critical: 1, error: 2, warning: 3, info: 4 } as const)[severity];
}
