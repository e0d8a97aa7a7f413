// What a call of the API can end with besides its answer, as a value with words for people. Asks nothing.
import type { Problem } from '../../contract/problem.ts';

/** A call that failed. `problem`: the server refused; `away`: it was not reached; `foreign`: something else answered. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly type: 'problem' | 'away' | 'foreign';
  /** HTTP status; 0: there was no answer. */
  readonly status: number;
  /** Stable; of the server. */
  readonly code: string;
  /** By which the server's log has it; null: it did not say. */
  readonly requestId: string | null;
  readonly faults: NonNullable<Problem['faults']>;
  /** For a document that somebody else edited in between; null: it is about none. */
  readonly edits: NonNullable<Problem['edits']> | null;
  constructor(
    type: ApiFailure['type'],
    message: string,
    said: Partial<Pick<ApiFailure, 'status' | 'code' | 'requestId' | 'faults' | 'edits'>> = {},
  ) {
    super(message);
    this.type = type;
    this.status = said.status ?? 0;
    this.code = said.code ?? type;
    this.requestId = said.requestId ?? null;
    this.faults = said.faults ?? [];
    this.edits = said.edits ?? null;
  }
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && typeof body.detail === 'string';

/** Reads why a request was refused; whatever stands in between may answer in other words. */
export async function failureOf(answer: Response): Promise<ApiFailure> {
  const requestId = answer.headers.get('x-request-id');
  const body: unknown = await answer.json().catch(() => null);
  const { status } = answer;
  if (!isProblem(body))
    return new ApiFailure('foreign', `The server answered ${status} in a way that is not Firebreak’s.`, {
      status,
      requestId,
    });
  const sentence = `${body.detail.charAt(0).toUpperCase()}${body.detail.slice(1)}`;
  const { code, faults = [], edits = null } = body;
  return new ApiFailure('problem', sentence, { status, code, requestId, faults, edits });
}

/** What was thrown, as a failure. */
export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure('foreign', error instanceof Error ? error.message : String(error));
}
