// How a command finds its Firebreak: the server it names, else the living server of the data directory, else the database that is
// there. All three are one API to the command. Makes nothing where nothing is.
import type { ApiClient } from '../../client/api-client.ts';
import { type Config, readClientToken } from '../../config/environment.ts';
import { addressOfServer } from '../../store/embedded/server-address.ts';
import { expectEmbeddedDatabase } from '../../store/embedded/visitor.ts';
import type { Firebreak, Where } from './firebreak.ts';
import { CliError, say } from './output.ts';
import { createRemoteApi } from './remote-api.ts';
import { usable } from './settings.ts';

/** Lets a question use its Firebreak; nothing can be changed where it looks into the database itself. */
export const ask = <T>(where: Where, work: (firebreak: Firebreak) => Promise<T>): Promise<T> =>
  reach(where, 'read', work);

/** Lets an order use its Firebreak; an order that starts something `needs` every setting, where no server has them. */
export const order = <T>(
  where: Where,
  work: (firebreak: Firebreak) => Promise<T>,
  needs: 'what is there' | 'every setting' = 'what is there',
): Promise<T> => reach(where, 'visit', work, needs);

async function reach<T>(
  { server }: Where,
  use: 'read' | 'visit',
  work: (firebreak: Firebreak) => Promise<T>,
  needs: 'what is there' | 'every setting' = 'what is there',
): Promise<T> {
  const token = readClientToken();
  if (!token.ok) throw new CliError('configuration', token.error.join('\n'));
  if (server !== undefined) return work(served(createRemoteApi({ url: server, token: token.value })));
  const { config, faults } = usable();
  const living = await livingServer(config, token.value);
  if (living) return work(served(living));
  if (needs === 'every setting' && faults.length > 0) throw new CliError('configuration', faults.join('\n'));
  for (const fault of faults) say(`left out: ${fault}`);
  if (config.databaseUrl === null) expectEmbeddedDatabase(config.dataDir);
  // Loaded only here: a command that asks a server is spared the server's own libraries.
  const { withDatabaseApi } = await import('./database-api.ts');
  return withDatabaseApi(config, use, work);
}

/** A server that listens has workers beside it, or its operator knows why not. */
const served = (api: ApiClient): Firebreak => ({ api, works: async () => true, faults: [] });

const probeWithinMs = 2000;

/**
 * The API of the living server of this data directory; null where none answers, or answers us: then the database is there for
 * whoever may read it. A stuck server must not keep anybody from halting.
 */
async function livingServer({ dataDir }: Config, token: string | null): Promise<ApiClient | null> {
  const url = addressOfServer(dataDir);
  if (url === null) return null;
  try {
    const answer = await fetch(`${url}/api/v1/kill-switches`, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(probeWithinMs),
    });
    await answer.body?.cancel();
    // Whoever shows a token means to act as it, and is told that it is refused.
    const shutOut = answer.status === 401 && token === null;
    return shutOut || answer.status >= 500 ? null : createRemoteApi({ url, token });
  } catch {
    return null;
  }
}
