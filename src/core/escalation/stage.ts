// The stages of the escalation matrix, as words. Decides nothing.
import { z } from 'zod';

/** Where an incident stands for those who are called: until somebody has it, while somebody has it, once it is mitigated, and what needs people. */
export const EscalationStage = z.enum(['open', 'acknowledged', 'mitigated', 'stuck', 'approval'], {
  error: 'must be open, acknowledged, mitigated, stuck or approval',
});
export type EscalationStage = z.infer<typeof EscalationStage>;
