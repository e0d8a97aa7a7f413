// The one normalised alert that every source yields. Knows no source and no storage.
import { z } from 'zod';
import type { Json } from '../json-value.ts';
import { Severity } from './severity.ts';

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
  /** Set where the sender listed only part of its group: how many it left out, and whether the group as a whole fires. */
  unlisted: z.object({ count: z.number().int().min(1), group: z.enum(['firing', 'resolved']) }).exactOptional(),
  /** What was odd about it and what was made of that, in sentences: a time that cannot be, labels beyond the bound. */
  remarks: z.array(z.string().max(500)).max(20).exactOptional(),
});
export type Alert = z.infer<typeof Alert>;
