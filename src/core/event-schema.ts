// How the schema of one type of event is made. Knows no event.
import { z } from 'zod';

/** The schema of one type of event. */
export const eventSchema = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), data: z.object(shape) });
