// The API of a Firebreak that is reached over the network, with what goes wrong on the way said so that a person can act on it.
import { type ApiClient, createApiClient } from '../../client/api-client.ts';
import { ApiProblem, UnexpectedAnswer } from '../../client/api-error.ts';
import { apiPrefix } from '../../contract/routes.ts';
import { messageOf } from './failure.ts';
import { CliError } from './output.ts';

/** Where a Firebreak stands, and the token that is shown to it; null: none. */
export type RemotePlace = { readonly url: string; readonly token: string | null };

const answerWithinMs = 30_000;

/** Its API. What is refused or cannot be reached rejects with a message that says what to do. */
export function createRemoteApi({ url, token }: RemotePlace): ApiClient {
  const client = createApiClient({
    api: `${url.replace(/\/+$/, '')}${apiPrefix}`,
    token: () => token,
    fetch: (input, init = {}) => fetch(input, { ...init, signal: init.signal ?? AbortSignal.timeout(answerWithinMs) }),
  });
  const told = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw explained(error, { url, token });
    }
  };
  return {
    call: (name, sent) => told(client.call(name, sent)),
    file: (name, sent) => told(client.file(name, sent)),
    follow: (from, hear, signal) => told(client.follow(from, hear, signal)),
  };
}

function explained(error: unknown, { url, token }: RemotePlace): unknown {
  if (error instanceof ApiProblem && error.status === 401)
    return new CliError(
      error.code,
      token === null
        ? `${url} wants a token: put one into FIREBREAK_TOKEN (\`firebreak tokens create\` makes one where Firebreak runs)`
        : `${url} refuses the token in FIREBREAK_TOKEN: ${error.message}`,
    );
  if (error instanceof ApiProblem) return error;
  if (error instanceof UnexpectedAnswer)
    return new CliError('unexpected', `${error.message}; is ${url} a Firebreak of this version?`);
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new CliError('unreachable', `${url} has not answered within ${answerWithinMs / 1000} seconds`);
  if (!(error instanceof TypeError && error.cause !== undefined)) return error;
  return new CliError(
    'unreachable',
    `${url} does not answer: ${messageOf(error.cause)}; is a Firebreak running there?`,
  );
}
