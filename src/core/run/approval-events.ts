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
    /** What policies and freezes have to do with it, a line each; absent: nothing. */
    because: z.array(z.string()).optional(),
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
  /** `rung`: which of the ladder, from 1; absent: the only one of the short form. `notify`: an endpoint that is to be told. */
  eventSchema('approval.escalated', {
    ...node,
    approvalId: z.string(),
    to: z.array(z.string()),
    rung: z.number().int().optional(),
    notify: z.string().optional(),
  }),
  /** An endpoint outside was told of a rung, or could not be. It decides nothing. */
  eventSchema('approval.notified', {
    ...node,
    approvalId: z.string(),
    rung: z.number().int(),
    notify: z.string(),
    delivered: z.boolean(),
    status: z.number().int().nullable(),
    message: z.string().optional(),
  }),
  /** In groups of the rule there is nobody who may decide; from now on these may in their place. */
  eventSchema('approval.fell_back', {
    ...node,
    approvalId: z.string(),
    to: z.array(z.string()).min(1),
    empty: z.array(z.string()).min(1),
  }),
  /** A check outside has answered, or has not. */
  eventSchema('approval.gate_answered', {
    ...node,
    approvalId: z.string(),
    gate: z.string(),
    passed: z.boolean(),
    status: z.number().int().nullable(),
    bodyDigest: z.string().nullable(),
    message: z.string().optional(),
  }),
  /** Somebody broke the glass: the rule is not kept. `bypassed`: whose decision it was; `missing`: what the rule still wanted, in words. */
  eventSchema('approval.bypassed', {
    ...node,
    approvalId: z.string(),
    planDigest: z.string(),
    reason: z.string().min(1),
    bypassed: z.array(z.string()),
    missing: z.array(z.string()),
    /** The assertion of the passkey it was done with; absent: it was done without. */
    stepUp: StepUp.exactOptional(),
  }),
  /** Somebody wants to know more before deciding; the request stays open. */
  eventSchema('approval.questioned', { ...node, approvalId: z.string(), question: z.string() }),
  /** From now on these are asked, and may decide as far as the rule of the request lets them. */
  eventSchema('approval.reassigned', {
    ...node,
    approvalId: z.string(),
    to: z.array(z.string()).min(1),
    reason: z.string().optional(),
    /** When it ends by itself, and those of the rule are asked again. */
    until: z.string().optional(),
  }),
  /** Those who may decide are to be called once more. */
  eventSchema('approval.reminded', { ...node, approvalId: z.string() }),
  eventSchema('approval.expired', { ...node, approvalId: z.string() }),
  /** `drift`: what of the plan is another than was asked about, in words. */
  eventSchema('approval.voided', {
    ...node,
    approvalId: z.string(),
    reason: z.string(),
    drift: z.array(z.string()).optional(),
  }),
] as const;
