// The form of a chart that is kept as evidence: series over time, as numbers. Draws nothing.
import { z } from 'zod';

/** The media type of a chart. */
export const chartType = 'application/vnd.firebreak.chart+json';

/** Series over one time; instants in epoch seconds. A value that is no number, such as infinity, is null. */
export const Chart = z.object({
  chart: z.literal('series/v1'),
  title: z.string(),
  fromSeconds: z.number(),
  toSeconds: z.number(),
  stepSeconds: z.number(),
  series: z.array(
    z.object({
      name: z.string(),
      points: z.array(z.tuple([z.number(), z.number().nullable()])),
    }),
  ),
});
export type Chart = z.infer<typeof Chart>;
