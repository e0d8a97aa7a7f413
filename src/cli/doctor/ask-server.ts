// Asks the Firebreak that runs on this data directory, as whoever runs the doctor. Where none runs, or it does not answer, nothing is known.
import { type Config, readClientToken } from '../../config/environment.ts';
import { addressOfServer } from '../../store/embedded/server-address.ts';

const withinMs = 5000;

/** Answers what a path of the API answers, null where it does not; null in the place of it: no server runs here. */
export function livingServer(
  { dataDir }: Pick<Config, 'dataDir'>,
  fetchFrom: typeof fetch,
): ((path: string) => Promise<unknown>) | null {
  const url = addressOfServer(dataDir);
  if (url === null) return null;
  const token = readClientToken();
  const headers = token.ok && token.value !== null ? { authorization: `Bearer ${token.value}` } : {};
  return async (path) => {
    try {
      const answer = await fetchFrom(`${url}/api/v1/${path}`, { headers, signal: AbortSignal.timeout(withinMs) });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  };
}
