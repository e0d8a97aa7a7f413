// Values of foreign shape inside answers: outputs of actions, inputs of playbooks, data of events.
import { z } from 'zod';

/** Any JSON value. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Any JSON. It is not looked into: whatever carries it was read as JSON before. */
export const AnyJson = z.unknown() as z.ZodType<Json, Json>;

/** Any JSON by name. */
export const JsonMembers = z.record(z.string(), AnyJson);
