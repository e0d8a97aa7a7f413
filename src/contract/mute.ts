// Silences and maintenance windows over the API.
import { z } from 'zod';
import { Severity } from '../core/alert/severity.ts';
import { ApiActor } from './actor.ts';
import { AnyJson } from './json.ts';

const oneOrMore = (item: z.ZodType<string>) => z.union([item, z.array(item)]);
const word = z.string().max(500);

/** A condition over alerts, as `firebreak.yaml` has it. All that it names must hold; of a list one entry, of `match` every one. */
export const ApiWhere = z.strictObject({
  match: oneOrMore(z.string().max(2000)).optional().describe('Matchers over labels, such as `team="payments"`'),
  severity: oneOrMore(Severity).optional(),
  source: oneOrMore(word).optional(),
  integration: oneOrMore(word).optional(),
  service: oneOrMore(word).optional(),
  environment: oneOrMore(word).optional(),
  during: z.string().max(100).optional().describe('Name of an entry of `intervals:`'),
  when: z.string().max(5000).optional().describe('CEL over `alert`'),
});

/** Conditions of a silence: one suffices. */
export const ApiSets = z.array(ApiWhere).min(1, 'must hold one condition at least').max(100);

const times = { startsAt: z.string(), endsAt: z.string() };
const made = z.object({ by: ApiActor, at: z.string() }).nullable().describe('null: it stands in the configuration');

/** A silence that is not over. */
export const ApiSilence = z.object({
  id: z.string(),
  name: z.string().nullable(),
  sets: ApiSets,
  ...times,
  owner: z.string(),
  reason: z.string(),
  from: z.enum(['file', 'person']),
  state: z.enum(['pending', 'active']),
  made,
  held: z
    .object({ count: z.int(), lastAt: z.string() })
    .nullable()
    .describe('Alerts that it held, and when the last; null: none'),
  forgotten: z.string().nullable().describe('Why it looks forgotten; null: it does not'),
});
export type ApiSilence = z.infer<typeof ApiSilence>;

/** What a silence would mute. */
export const ApiSilencePreview = z.object({
  firing: z.array(
    z.object({
      fingerprint: z.string(),
      title: z.string(),
      severity: z.string(),
      source: z.string(),
      labels: z.record(z.string(), z.string()),
    }),
  ),
  deliveries: z
    .object({ matched: z.int(), looked: z.int().describe('The latest 10 000 at most') })
    .describe('Of the last 24 hours'),
});
export type ApiSilencePreview = z.infer<typeof ApiSilencePreview>;

const occurrence = z.object({ startsAt: z.string().nullable(), endsAt: z.string().nullable() }).nullable();

/** A maintenance window that is not over. */
export const ApiWindow = z.object({
  /** Its name: every thing of the API has its `id`. */
  id: z.string(),
  name: z.string(),
  where: ApiWhere.nullable().describe('null: every alert'),
  mode: z.enum(['quiet', 'consolidate']),
  owner: z.string(),
  reason: z.string(),
  from: z.enum(['file', 'person']),
  made,
  now: occurrence.describe('The time in which it holds now'),
  next: occurrence,
  endsAt: z.string().nullable().describe('When it is over for good'),
});
export type ApiWindow = z.infer<typeof ApiWindow>;

/** Intervals that a window comes again in, as the configuration has them. */
export const ApiDuring = AnyJson.describe('Name of an entry of `intervals:`, or one or several written out');
