// A stand-in Slack workspace on this machine, over Slack's real protocol: Web API, signed deliveries, Socket Mode. For the
// demo, tests and playbook authors. It imports nothing of the product, and the product does not know it.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { deliverHttp } from './deliver.ts';
import { envelopeOf, eventsOf } from './events.ts';
import { createFaults } from './faults.ts';
import { createOutgoing } from './outgoing.ts';
import { createPayloads } from './payloads.ts';
import { createPerson } from './person.ts';
import { createPersonViews } from './person-views.ts';
import { createRateLimits } from './rate-limits.ts';
import { seedGroups, seedUsers } from './seed.ts';
import { createSandboxServer } from './server.ts';
import { createSocketHub } from './socket-hub.ts';
import { createTickets } from './tickets.ts';
import type { PersonActions, RecordedCall, RecordedDelivery, Sandbox, SandboxOptions } from './types.ts';
import { allScopes } from './web-api/methods.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const slackRetryDelaysMs = [0, 60_000, 300_000];

/** Starts the workspace. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { botToken, appToken, signingSecret, command = '/firebreak', nowMs = Date.now, ackWithinMs = 3000 } = options;
  const random = options.random ?? (() => randomBytes(16).toString('hex'));
  const scopes = options.scopes ?? allScopes;
  let requestUrl = options.requestUrl ?? null;
  let origin = '';
  const base = () => origin;
  const workspace = createWorkspace(nowMs, options.users ?? seedUsers, options.userGroups ?? seedGroups);
  const tickets = createTickets(nowMs, random);
  const faults = createFaults();
  const { calls, deliveries, traffic, called, recorded } = createRecords(workspace);
  const hub = createSocketHub(workspace.bot.appId, tickets.takeLink, traffic);
  const outgoing = createOutgoing({
    hub,
    faults,
    signingSecret,
    nowMs,
    ackWithinMs,
    requestUrl: () => requestUrl,
    eventRetryDelaysMs: options.eventRetryDelaysMs ?? slackRetryDelaysMs,
    recorded,
  });
  workspace.changes.on('happened', (happening) => {
    for (const event of eventsOf(workspace, happening))
      outgoing.event(String(event.type), envelopeOf(workspace, event));
  });
  const payloads = createPayloads({ workspace, tickets, base });
  const person: PersonActions = {
    ...createPerson({ workspace, outgoing, payloads, command }),
    ...createPersonViews({ workspace, outgoing, payloads }),
  };
  const context = {
    workspace,
    self: workspace.bot.userId,
    base,
    takeTrigger: tickets.takeTrigger,
    hasScope: (scope: string) => scopes.includes(scope),
    newUpload: (fileId: string) => `${origin}/upload/${tickets.newUpload(fileId)}`,
  };
  const limits = options.rateLimits === false ? null : createRateLimits(nowMs);
  const server = createSandboxServer(
    { context, tickets, faults, limits, botToken, appToken, scopes, called },
    { workspace, person, command },
  );
  server.on('upgrade', hub.upgrade);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    ...person,
    workspace,
    calls,
    deliveries,
    url: `${origin}/`,
    apiUrl: `${origin}/api/`,
    setRequestUrl(url) {
      requestUrl = url;
    },
    verifyRequestUrl: () =>
      answersChallenge({ url: requestUrl ?? '', secret: signingSecret, nowMs: nowMs(), ackWithinMs }),
    ...looksInto(workspace),
    addFault: faults.add,
    pendingFaults: faults.pending,
    disconnectSockets: (reason = 'refresh_requested') => hub.disconnect(reason),
    socketCount: hub.count,
    async close() {
      outgoing.stop();
      hub.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Keeps what went back and forth, and tells whoever waits that there is more of it. */
function createRecords({ changes }: Workspace) {
  const calls: RecordedCall[] = [];
  const deliveries: RecordedDelivery[] = [];
  const traffic = () => void changes.emit('traffic');
  return {
    calls,
    deliveries,
    traffic,
    called(call: RecordedCall) {
      calls.push(call);
      traffic();
    },
    recorded(delivery: RecordedDelivery) {
      deliveries.push(delivery);
      traffic();
    },
  };
}

/** Asks an address to prove that it holds the secret, as Slack does when a URL is entered. */
async function answersChallenge(to: Parameters<typeof deliverHttp>[0]): Promise<boolean> {
  const challenge = randomUUID();
  const tried = await deliverHttp(to, 'events_api', { token: 'legacy', challenge, type: 'url_verification' }, null);
  const body = tried.body as { challenge?: unknown } | string | null;
  return tried.status === 200 && (typeof body === 'string' ? body : body?.challenge) === challenge;
}

/** What can be seen of the workspace. */
function looksInto(
  workspace: Workspace,
): Pick<Sandbox, 'channel' | 'messages' | 'notifications' | 'openViews' | 'home' | 'waitFor'> {
  const viewsOf = (user: string, type: string) =>
    [...workspace.views.values()].filter((entry) => entry.user === user && entry.view.type === type);
  return {
    channel(name) {
      const channels = [...workspace.channels.values()];
      return (
        channels.find((channel) => channel.name === name) ?? channels.find((channel) => channel.name.startsWith(name))
      );
    },
    messages: (channelId, user) =>
      (workspace.channels.get(channelId)?.messages ?? []).filter(
        ({ onlyFor }) => onlyFor === undefined || onlyFor === user,
      ),
    notifications: (user) =>
      [...workspace.channels.values()]
        .flatMap((channel) => channel.messages.map((message) => ({ channel, message })))
        .filter(({ message }) => message.notified.includes(user))
        .sort((a, b) => (a.message.ts < b.message.ts ? -1 : 1)),
    openViews: (user) => viewsOf(user, 'modal'),
    home: (user) => viewsOf(user, 'home')[0],
    waitFor: (look, withinMs = 15_000) => waitFor(workspace, look, withinMs),
  };
}

function waitFor<T>({ changes }: Workspace, look: () => T | undefined | null | false, withinMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      changes.off('changed', check);
      changes.off('traffic', check);
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`the workspace did not come to the expected state within ${withinMs} ms`));
    }, withinMs);
    const check = () => {
      try {
        const found = look();
        if (found === undefined || found === null || found === false) return;
        end();
        resolve(found);
      } catch (error) {
        end();
        reject(error);
      }
    };
    changes.on('changed', check);
    changes.on('traffic', check);
    check();
  });
}
