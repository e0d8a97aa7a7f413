// The schema of one type of event. Apart from the events, so that every file of them can use it.
import { z } from 'zod';

/** The schema of one type of event. */
export const eventSchema = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), data: z.object(shape) });
