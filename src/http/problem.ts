// Errors as people and programs read them: application/problem+json (RFC 9457) with a stable code.

import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { problemType } from '../contract/problem.ts';
import type { FieldFault, Refusal } from '../core/refusal.ts';
import { issuesOf } from '../core/schema-issues.ts';

/** Members beyond the usual ones. */
type Extra = {
  readonly faults?: readonly FieldFault[] | undefined;
  readonly receipt?: string;
  readonly right?: string | undefined;
  readonly edits?: Refusal['edits'] | undefined;
};

/** The text of a problem. `code` is stable, `detail` says what to do. */
export function problemText(status: number, code: string, detail: string, extra: Extra = {}): string {
  return JSON.stringify({ type: 'about:blank', title: code.replaceAll('_', ' '), status, code, detail, ...extra });
}

/** Answers with a problem. */
export function problem(
  reply: FastifyReply,
  status: number,
  code: string,
  detail: string,
  extra: Extra = {},
): FastifyReply {
  return reply
    .code(status)
    .type(problemType)
    .send(problemText(status, code, detail, extra));
}

const statusOf: { readonly [C in Refusal['code']]: number } = {
  not_found: 404,
  archived: 410,
  invalid: 422,
  not_allowed: 403,
  step_up_required: 403,
  step_up_refused: 403,
  already_decided: 409,
  expired: 409,
  voided: 409,
  wrong_state: 409,
  plan_changed: 409,
  conflict: 409,
  locked: 409,
  halted: 409,
  busy: 503,
  record_fault: 409,
};

/** Status and text of a refusal of the engine. */
export function refusalText(refusal: Refusal): { readonly status: number; readonly text: string } {
  const { code, message, faults, right, edits } = refusal;
  const status = statusOf[code];
  return { status, text: problemText(status, code, message, { faults, right, edits }) };
}

/** Names that senders expect to be taken, and what holds instead. */
const notTaken: { readonly [name: string]: string | undefined } = {
  actor: 'is not taken: nobody acts as somebody else; who acts is whoever is signed in',
};

/** Answers a request that does not fit its schema: 400, each fault with its field. */
export function invalid(reply: FastifyReply, error: z.ZodError): FastifyReply {
  const faults = issuesOf(error).flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.') || '(body)', message: issue.message }];
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: (Object.hasOwn(notTaken, key) ? notTaken[key] : undefined) ?? 'is not known here',
    }));
  });
  const detail = faults.map((fault) => `${fault.path}: ${fault.message}`).join('; ');
  return problem(reply, 400, 'invalid', detail, { faults });
}
