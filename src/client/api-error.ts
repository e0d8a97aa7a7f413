// What a call of the API can end with besides its answer. A broken connection stays the error that `fetch` gives.
import { Problem } from '../contract/problem.ts';

/** The server refused, or failed; `code` is stable. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string;
  readonly status: number;
  /** All that was said. */
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.problem = problem;
  }
}

/** What answered is no Firebreak, or one that is too different from this client. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** Reads the problem out of an answer that is no good one; whatever stands in between may answer in other words. */
export async function problemOf(answer: Response): Promise<ApiProblem> {
  const body: unknown = await answer.json().catch(() => null);
  const told = Problem.safeParse(body);
  if (told.success) return new ApiProblem(told.data);
  const { status, statusText } = answer;
  const detail = `${answer.url} answered ${status} ${statusText}`.trim();
  return new ApiProblem({ type: 'about:blank', title: statusText, status, code: 'unexpected', detail });
}
