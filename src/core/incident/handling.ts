// What the configuration says of an incident when it is opened. It stays so for this incident, whatever the configuration says later.
import { z } from 'zod';
import { EvidenceItem } from '../evidence/item.ts';

/** What the configuration says of alerts like those that opened an incident: who owns it, how people hear of it, when it is over. */
export const IncidentHandling = z.object({
  /** The routes that matched, in their order. */
  routes: z.array(z.string()).exactOptional(),
  owner: z.string().exactOptional(),
  /** `thread`: in the announce channel; `line`: a line there and no more. */
  channel: z.enum(['channel', 'thread', 'line', 'none']).exactOptional(),
  /** Roles to turn to, one after the other. */
  escalation: z.array(z.string()).exactOptional(),
  resolve: z.object({ on: z.enum(['first', 'last', 'all', 'never']), settleMs: z.number() }).exactOptional(),
  reopenWithinMs: z.number().exactOptional(),
  /** What is kept of it by itself. */
  evidence: z.array(EvidenceItem).exactOptional(),
});
export type IncidentHandling = z.infer<typeof IncidentHandling>;
