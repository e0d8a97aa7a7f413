// An Alertmanager configuration, as far as its routes, inhibition and times go. Tolerant: what is not known is kept, so that it can be named.
import { z } from 'zod';

/** Scalars come as the text that is written, because Alertmanager reads `match: { code: 500 }` as a text too. */
const text = z.string();
const texts = z.array(text);
const textMap = z.record(z.string(), text);
/** YAML 1.1, which Alertmanager reads, knows more words for true than true. */
const Flag = z.string().transform((word) => ['true', 'yes', 'on', 'y'].includes(word.toLowerCase()));
const Matchers = z.union([texts, text.transform((one) => [one])]);

const routeFields = {
  receiver: text.optional(),
  group_by: texts.nullish(),
  group_wait: text.optional(),
  group_interval: text.optional(),
  repeat_interval: text.optional(),
  match: textMap.nullish(),
  match_re: textMap.nullish(),
  matchers: Matchers.nullish(),
  continue: Flag.default(false),
  mute_time_intervals: texts.nullish(),
  active_time_intervals: texts.nullish(),
};
const routeOwn = z.looseObject(routeFields);

/** A route of Alertmanager. */
export type AlertmanagerRoute = z.output<typeof routeOwn> & {
  readonly routes?: readonly AlertmanagerRoute[] | null | undefined;
};
const AlertmanagerRoute: z.ZodType<AlertmanagerRoute> = z.looseObject({
  ...routeFields,
  routes: z.lazy(() => z.array(AlertmanagerRoute)).nullish(),
});

/** The keys of a route that are known. */
export const routeKeys: ReadonlySet<string> = new Set([...Object.keys(routeFields), 'routes']);

const InhibitRule = z.looseObject({
  name: text.optional(),
  source_match: textMap.nullish(),
  source_match_re: textMap.nullish(),
  source_matchers: Matchers.nullish(),
  target_match: textMap.nullish(),
  target_match_re: textMap.nullish(),
  target_matchers: Matchers.nullish(),
  equal: texts.nullish(),
});
/** An inhibition rule of Alertmanager. */
export type AlertmanagerInhibition = z.output<typeof InhibitRule>;

const NamedIntervals = z.looseObject({
  name: text,
  time_intervals: z
    .array(
      z.looseObject({
        times: z.array(z.looseObject({ start_time: text, end_time: text })).nullish(),
        weekdays: texts.nullish(),
        days_of_month: texts.nullish(),
        months: texts.nullish(),
        years: texts.nullish(),
        location: text.nullish(),
      }),
    )
    .nullish(),
});
/** Times of Alertmanager under a name. */
export type AlertmanagerIntervals = z.output<typeof NamedIntervals>;

/** A whole configuration of Alertmanager. */
export const AlertmanagerDocument = z.looseObject({
  route: AlertmanagerRoute,
  inhibit_rules: z.array(InhibitRule).nullish(),
  time_intervals: z.array(NamedIntervals).nullish(),
  mute_time_intervals: z.array(NamedIntervals).nullish(),
  receivers: z.array(z.looseObject({ name: text })).nullish(),
});
export type AlertmanagerDocument = z.output<typeof AlertmanagerDocument>;
