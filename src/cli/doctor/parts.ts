// What `firebreak doctor` hears from the Firebreak that runs on this data directory: which of its parts are away. Asks nothing where none runs.
import type { Config } from '../../config/environment.ts';
import { ApiParts } from '../../contract/parts.ts';
import { addressOfServer } from '../../store/embedded/server-address.ts';
import type { Check } from './check.ts';

const withinMs = 2000;
const about = 'parts';

/** Looks at the parts of the living server; `fetchFrom`: instead of the network. */
export async function checkParts(
  { dataDir }: Pick<Config, 'dataDir'>,
  fetchFrom: typeof fetch = fetch,
): Promise<readonly Check[]> {
  const url = addressOfServer(dataDir);
  return url === null ? [] : checksOf(await partsAt(url, fetchFrom), url);
}

async function partsAt(url: string, fetchFrom: typeof fetch): Promise<ReturnType<typeof ApiParts.safeParse> | null> {
  try {
    const answer = await fetchFrom(`${url}/healthz/parts`, { signal: AbortSignal.timeout(withinMs) });
    return ApiParts.safeParse(await answer.json());
  } catch {
    return null;
  }
}

function checksOf(read: Awaited<ReturnType<typeof partsAt>>, url: string): readonly Check[] {
  if (!read?.success) {
    const found = `the Firebreak at ${url} does not say how its parts stand`;
    return [{ about, status: 'warn', found, advice: 'look at its log' }];
  }
  const away = read.data.parts.filter(({ status }) => status === 'away');
  if (away.length === 0)
    return [{ about, status: 'ok', found: `nothing is away from the Firebreak at ${url}`, advice: null }];
  return away.map(({ name, since, error }) => ({
    about,
    status: 'warn' as const,
    found: `${name} is away since ${since}: ${error ?? 'no reason is known'}`,
    advice: 'everything that does not need it goes on; it is joined by itself when it is back',
  }));
}
