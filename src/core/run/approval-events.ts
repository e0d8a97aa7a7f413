// The facts about requests for approval. Dotted past tense; a type may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';
import { Plan } from '../plan.ts';
import { ApprovalRule } from '../playbook/playbook.ts';
import { StepUp } from '../step-up/assertion.ts';

/** `step` is a node key: a step's id, or `<id>~undo` for its compensation. */
const node = { runId: z.string(), step: z.string() };

/** Their schemas. */
export const approvalEvents = [
  eventSchema('approval.requested', {
    ...node,
    approvalId: z.string(),
    plan: Plan,
    planDigest: z.string(),
    rule: ApprovalRule,
    expiresAt: z.string(),
    escalateAt: z.string().nullable(),
  }),
  eventSchema('approval.recorded', {
    ...node,
    approvalId: z.string(),
    as: z.array(z.string()),
    reason: z.string().optional(),
    /** The assertion of the passkey it was given with; absent: it was given without. */
    stepUp: StepUp.exactOptional(),
  }),
  eventSchema('approval.granted', {
    ...node,
    approvalId: z.string(),
    planDigest: z.string(),
    approvers: z.array(z.string()),
    validUntil: z.string(),
  }),
  eventSchema('approval.denied', { ...node, approvalId: z.string(), reason: z.string().optional() }),
  eventSchema('approval.escalated', { ...node, approvalId: z.string(), to: z.array(z.string()) }),
  /** Somebody wants to know more before deciding; the request stays open. */
  eventSchema('approval.questioned', { ...node, approvalId: z.string(), question: z.string() }),
  /** From now on these are asked, and may decide as far as the rule of the request lets them. */
  eventSchema('approval.reassigned', {
    ...node,
    approvalId: z.string(),
    to: z.array(z.string()).min(1),
    reason: z.string().optional(),
  }),
  /** Those who may decide are to be called once more. */
  eventSchema('approval.reminded', { ...node, approvalId: z.string() }),
  eventSchema('approval.expired', { ...node, approvalId: z.string() }),
  eventSchema('approval.voided', { ...node, approvalId: z.string(), reason: z.string() }),
] as const;
