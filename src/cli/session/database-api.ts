// The API on the database itself, for commands where no server lives: the server's own routes on the one engine, without a
// socket, asked as the user of this machine. Holds no rule.
import { WebClient } from '@slack/web-api';
import type { FastifyInstance } from 'fastify';
import { type Adapters, createAdapters, enginePorts, loadUsableParts, partStatesOf } from '../../adapters.ts';
import { type ApiClient, createApiClient } from '../../client/api-client.ts';
import type { Config } from '../../config/environment.ts';
import { apiPrefix } from '../../contract/routes.ts';
import { personOf } from '../../core/authority/membership.ts';
import type { Principal } from '../../core/authority/principal.ts';
import type { Signer } from '../../core/timeline/signature.ts';
import { edgePartsOf, httpParts, machineUser } from '../../edges.ts';
import { createEngine, type Engine } from '../../engine/engine.ts';
import { engineOptions } from '../../engine-options.ts';
import { addApi } from '../../http/api/api.ts';
import { createServer } from '../../http/server.ts';
import { realRuntime } from '../../platform/runtime.ts';
import type { Log } from '../../ports/runtime.ts';
import { createDirectory } from '../../slack/directory.ts';
import { openSigner, ownPublicKey } from '../../store/ledger/signing-key.ts';
import { readHealth } from '../../store/postgres/health.ts';
import { type Session, withDatabase } from './database.ts';
import type { Firebreak } from './firebreak.ts';
import { CliError, say } from './output.ts';
import { createBackgroundWakeups } from './wake.ts';

/**
 * Lets `work` use the API on the database.
 * @param use `read`: the database refuses every change; `visit`: orders go through the engine, and workers are woken afterwards
 */
export async function withDatabaseApi<T>(
  config: Config,
  use: 'read' | 'visit',
  work: (firebreak: Firebreak) => Promise<T>,
): Promise<T> {
  return withDatabase({ config, use }, async (session) => {
    const { parts, faults } = usableParts(config);
    const waking = createBackgroundWakeups(session);
    const adapters = adaptersOf(session, parts, waking.wakeups);
    if (use === 'visit')
      for (const { playbook, text } of parts.playbooks) await session.store.versions.keep(playbook, text);
    const { client, close } = await serveInProcess(adapters, use);
    try {
      return await work({ api: client, faults, works: () => hasWorkers(session) });
    } finally {
      await close();
      await waking.sent();
    }
  });
}

function adaptersOf({ config, log, store }: Session, parts: Adapters['parts'], wakeups: Adapters['wakeups']): Adapters {
  const standing = partStatesOf(config, realRuntime, log);
  const given = { config, log, runtime: realRuntime, parts, store, wakeups, standing };
  return createAdapters(given, keptSigner);
}

/** The parts with their settings; with none where those cannot be used, because nothing is performed here. */
function usableParts(config: Config): { readonly parts: Adapters['parts']; readonly faults: readonly string[] } {
  const whole = loadUsableParts(config);
  if (whole.ok) return whole.value;
  for (const fault of whole.error) say(`left out: ${fault}`);
  const bare = loadUsableParts({ ...config, file: { ...config.file, actions: undefined, slack: undefined } });
  if (!bare.ok) throw new CliError('configuration', bare.error.join('\n'));
  return bare.value;
}

async function hasWorkers({ alone, store }: Session): Promise<boolean> {
  return !alone && (await readHealth(store.url, realRuntime.nowMs)).workers > 0;
}

/** An engine on the database that performs nothing, seals nothing and takes no deliveries. */
async function startEngine(adapters: Adapters, use: 'read' | 'visit' | 'archive') {
  const { config, log } = adapters;
  const directory = createDirectory({ ...config.file, onCall: adapters.onCall }, slackAccess(config, log));
  // What it changes is sealed by the Firebreak that runs next.
  const ports = { ...enginePorts(adapters, () => null), directory: () => directory, sealing: null, retention: null };
  const { rulebook } = adapters.parts;
  const options = { worker: realRuntime.newId('wrk'), pool: 'none', works: false, rulebook };
  const engine = createEngine(ports, engineOptions(config, adapters.parts.slack, options));
  if (use !== 'read') await engine.takeOverSwitches();
  // Wherever this command is called from: the rules that were put in force hold, and it changes none.
  await engine.adoptRules();
  await engine.start();
  return { engine, ports };
}

/** What an order that no server takes is given with: the engine on the database, opened as its owner too. */
export type OwnedDatabase = {
  readonly adapters: Adapters;
  readonly engine: Engine;
  /** The user of this machine, as who all of it is done. */
  readonly principal: Principal;
};

/** Lets `work` use the engine where streams may leave, as the user of this machine. */
export function withOwnedDatabase<T>(config: Config, work: (owned: OwnedDatabase) => Promise<T>): Promise<T> {
  return withDatabase({ config, use: 'archive' }, async (session) => {
    const waking = createBackgroundWakeups(session);
    const adapters = adaptersOf(session, usableParts(config).parts, waking.wakeups);
    const { engine } = await startEngine(adapters, 'archive');
    const name = machineUser();
    const person = personOf({ local: name }, config.file.people);
    return work({ adapters, engine, principal: { type: 'local', name, person, via: 'cli' } });
  });
}

async function serveInProcess(
  adapters: Adapters,
  use: 'read' | 'visit',
): Promise<{ client: ApiClient; close: () => Promise<void> }> {
  const { engine, ports } = await startEngine(adapters, use);
  const { server, api } = httpParts(edgePartsOf({ adapters, engine, ports }), null);
  const app = createServer({ ...server, log: adapters.log.child({}, { level: 'silent' }) });
  const send = fetchFrom(app);
  // Whoever can read the database needs no other proof, and no token.
  addApi(app, { ...api, localName: machineUser(), localPeer: async () => 'own', surface: 'cli' });
  const client = createApiClient({ api: `http://localhost${apiPrefix}`, token: () => null, fetch: send });
  return { client, close: async () => app.close() };
}

/** Requests that are answered in this process. What breaks on the way rejects as it is, because no log of a server has it. */
function fetchFrom(app: FastifyInstance): typeof fetch {
  const broken: { error?: Error } = {};
  app.addHook('onError', async (_request, _reply, error) => {
    broken.error = error;
  });
  return async (input, init = {}) => {
    const { pathname, search } = new URL(String(input));
    const answer = await app.inject({
      method: init.method === undefined ? 'GET' : (init.method as 'GET'),
      url: `${pathname}${search}`,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(typeof init.body === 'string' && { payload: init.body }),
    });
    if (answer.statusCode >= 500 && broken.error) throw broken.error;
    const headers = { 'content-type': String(answer.headers['content-type'] ?? '') };
    return new Response(new Uint8Array(answer.rawPayload), { status: answer.statusCode, headers });
  };
}

function slackAccess(config: Config, log: Log) {
  if (!config.slack) return null;
  const { botToken, apiUrl } = config.slack;
  const options = { timeout: 10_000, retryConfig: { retries: 1 }, ...(apiUrl !== null && { slackApiUrl: apiUrl }) };
  return { client: new WebClient(botToken, options), nowMs: realRuntime.nowMs, log };
}

/** The key is looked for with the first bundle, and never made: a look leaves nothing behind. */
function keptSigner(config: Config): Signer {
  const open = () => {
    const lacking = config.lacking.find((text) => text.startsWith('FIREBREAK_SIGNING_KEY'));
    if (lacking !== undefined) throw new CliError('key', lacking);
    if (ownPublicKey(config) !== null) return openSigner(config);
    throw new CliError(
      'key',
      `there is no signing key in ${config.dataDir}; export the bundle where Firebreak runs, or from its server with --server`,
    );
  };
  return {
    get keyId() {
      return open().keyId;
    },
    get publicKey() {
      return open().publicKey;
    },
    sign: (text) => open().sign(text),
  };
}
