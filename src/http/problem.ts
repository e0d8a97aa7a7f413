// Errors as people and programs read them: application/problem+json (RFC 9457) with a stable code.
import type { FastifyReply } from 'fastify';
import type { FieldFault, Refusal } from '../core/refusal.ts';

/** Answers with a problem. */
export function problem(
  reply: FastifyReply,
  status: number,
  code: string,
  detail: string,
  extra: { readonly faults?: readonly FieldFault[]; readonly receipt?: string } = {},
): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title: code.replaceAll('_', ' '), status, code, detail, ...extra }));
}

const statusOf: { readonly [C in Refusal['code']]: number } = {
  not_found: 404,
  invalid: 422,
  not_allowed: 403,
  already_decided: 409,
  expired: 409,
  voided: 409,
  wrong_state: 409,
  plan_changed: 409,
  conflict: 409,
  locked: 409,
  halted: 409,
};

/** Answers with a refusal of the engine. */
export function refusal(reply: FastifyReply, { code, message, faults }: Refusal): FastifyReply {
  return problem(reply, statusOf[code], code, message, faults ? { faults } : {});
}
