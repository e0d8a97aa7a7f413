// The Slack app: the unmodified Bolt over HTTP or Socket Mode, wired to the engine's operations. Holds no rule.

import { setTimeout as delay } from 'node:timers/promises';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { sha256 } from '../core/json.ts';
import { boltLogger } from './bolt-logger.ts';
import { type Connection, createConnection } from './connection.ts';
import { createDirectory } from './directory.ts';
import type { SlackEdge, SlackOptions } from './edge.ts';
import { createFetchFile } from './fetch-file.ts';
import { acknowledgingLate } from './inbound/acknowledge-event.ts';
import { createAdmit, createIdentity } from './inbound/admit.ts';
import { createChannelMessages } from './inbound/channel-messages.ts';
import { createFormPlaces } from './inbound/form-places.ts';
import { createHome } from './inbound/home.ts';
import { cameOverHttp, cameOverSocket, createHttpHandler } from './inbound/http-receiver.ts';
import { addListeners } from './inbound/listeners.ts';
import { createNudge } from './inbound/nudge.ts';
import type { ListenerContext } from './inbound/surface.ts';
import { commands } from './inbound/surfaces.ts';
import { answerUnknownKinds } from './inbound/unknown-kinds.ts';
import { type AnnounceChannel, createAnnounceChannel } from './outbound/announce-channel.ts';
import { createAnnounce } from './outbound/announce-lines.ts';
import { createCallForStuck } from './outbound/call-for-stuck.ts';
import { createChannels } from './outbound/channel.ts';
import { createChat } from './outbound/chat.ts';
import { createDirectMessages } from './outbound/direct-messages.ts';
import { createHalts } from './outbound/halts.ts';
import { createNotifier, type Notify } from './outbound/notifier.ts';
import { createOutbox, type Outbox } from './outbound/outbox.ts';
import { createOwed } from './outbound/owed.ts';
import { createRateLimiter, type SleepingClock } from './outbound/rate-limiter.ts';
import { createSemaphore } from './outbound/semaphore.ts';
import { createStorms } from './outbound/storms.ts';
import { createTellDigests } from './outbound/tell-digests.ts';
import { recordMessage } from './outbound/tell-incident.ts';
import { createTellThread } from './outbound/tell-thread.ts';
import { createTellings } from './outbound/tellings.ts';
import { troubleOf } from './slack-error.ts';
import { createSlackTraces, type SlackTraces } from './slack-traces.ts';

/** The end of a socket is waited for this long, in milliseconds. */
const stopMs = 2000;
/** Incidents that are read at once, so that telling many takes few of the connections to the database. */
const readAtOnce = 8;

/** Makes the edge; nothing is connected yet. */
export function createSlack(options: SlackOptions): SlackEdge {
  const { log, settings, runtime } = options;
  const { nowMs, monotonicMs, newId } = runtime;
  const traces = createSlackTraces(
    { ...options.tracing, nowMs, monotonicMs, newId: () => newId('cmd') },
    options.meter,
  );
  const { client, poster, app, receiver, socket } = connections(options, traces);
  const directory = createDirectory(options, { client, nowMs: runtime.nowMs, log });
  const clock: SleepingClock = { nowMs: runtime.nowMs, sleep: (ms) => delay(ms, undefined, { ref: false }) };
  const rateLimiter = createRateLimiter(clock, log, { shared: options.rates, meter: options.meter });
  const outbox = traces.outbox(
    createOutbox({ ...options, client: poster, rateLimiter, clock, record: recordMessage(options) }),
  );
  const identity = createIdentity(client, options.appToken, log);
  answerUnknownKinds(app, log);
  app.use(createAdmit({ identity, used: options.used, log, nowMs: runtime.nowMs }));
  const channels = createChannels(client, settings, directory, log);
  const announceChannel = createAnnounceChannel(client, settings, { nowMs: runtime.nowMs, log });
  const ofDigests = options.digestChannel == null ? {} : { announce: options.digestChannel };
  const digestChannel = createAnnounceChannel(client, ofDigests, { nowMs: runtime.nowMs, log });
  addListeners(app, inboundContext(options, { client, outbox, clock, announceChannel }), client);
  const halts = createHalts({ ...options, outbox, announceChannel });
  const storms = createStorms({ ...options, outbox, announceChannel, clock });
  const owed = createOwed({ messages: options.messages, clock, log });
  const directMessages = createDirectMessages({ ...options, client, outbox, directory, clock });
  const reading = createSemaphore(readAtOnce);
  const telling = { ...options, outbox, channels, rateLimiter, reading, clock, switches: halts.switches };
  const tell = createNotifier({ ...telling, announceChannel, rankOf: storms.rankOf });
  const stream = socket?.client;
  const connection = createConnection({
    async init() {
      await app.init();
      // Who we are must be known before Slack is away: a click that comes then counts.
      await identity();
    },
    probe: () => client.auth.test(),
    socket: stream
      ? {
          open: () => app.start(),
          onLost: (lost) => void stream.on('disconnected', lost),
        }
      : null,
    report: options.report,
    clock,
    random: runtime.random,
  });
  const notify = watched(traces.notify(tell), connection);
  const tellings = createTellings(notify, log);
  return {
    async follow() {
      if (!connection.isUp()) return;
      await Promise.all([halts.follow(notify), storms.follow(), owed(notify), directMessages()]);
    },
    digests: createTellDigests({ outbox, messages: options.messages, channel: digestChannel, redact: options.redact }),
    announce: createAnnounce({ outbox, announceChannel, redact: options.redact }),
    handleHttp: receiver
      ? createHttpHandler(receiver, {
          nowMs: runtime.nowMs,
          signingSecret: options.signingSecret ?? '',
          isReady: connection.isReady,
        })
      : null,
    beginTelling: tellings.begin,
    callForStuck: createCallForStuck({ ...options, begin: tellings.begin, isUp: connection.isUp, clock }),
    directory,
    teamId: async () => (await identity())?.teamId ?? null,
    chat: createChat(outbox, options.redact),
    fetchFile: createFetchFile({ client, botToken: options.botToken, apiUrl: options.apiUrl }),
    start: connection.start,
    async stop() {
      connection.stop();
      rateLimiter.stop();
      await tellings.ended();
      // A socket that was lost has no end to wait for.
      if (socket) await Promise.race([app.stop(), clock.sleep(stopMs)]);
    },
  };
}

/** Tells nothing while Slack is away, and has Slack looked at when it did not take what it was told. */
function watched(tell: Notify, connection: Connection): Notify {
  return async (incidentId, version) => {
    if (!connection.isUp()) return;
    try {
      await tell(incidentId, version);
    } catch (error) {
      if (['ambiguous', 'dead'].includes(troubleOf(error).kind)) connection.doubt();
      throw error;
    }
  };
}

/** Both ways to Slack: the clients that call it, and the app that it calls. */
function connections({ log, botToken, appToken, signingSecret, apiUrl }: SlackOptions, traces: SlackTraces) {
  const logger = boltLogger(log);
  const clientOptions = {
    timeout: 10_000,
    retryConfig: { retries: 1, minTimeout: 200 },
    rejectRateLimitedCalls: true,
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
  };
  const overHttp = () =>
    new HTTPReceiver({ signingSecret: signingSecret ?? '', logger, customPropertiesExtractor: cameOverHttp });
  // Bolt would end the process when a reconnection is refused: a lost socket is a matter for the connection.
  const overSocket = (token: string) =>
    new SocketModeReceiver({
      appToken: token,
      logger,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions },
      customPropertiesExtractor: cameOverSocket,
    });
  const receivers =
    appToken === null ? { receiver: overHttp(), socket: null } : { receiver: null, socket: overSocket(appToken) };
  const app = new App({
    token: botToken,
    receiver: receivers.receiver ?? receivers.socket,
    logger,
    clientOptions,
    convoStore: false,
    deferInitialization: true,
    // What we did ourselves is told apart where events come in, so that it is acknowledged too.
    ignoreSelf: false,
  });
  app.processEvent = acknowledgingLate(app.processEvent.bind(app));
  app.error(async (error) => log.error({ err: error.original ?? error }, 'a Slack request could not be handled'));
  return {
    // For calls that may be made twice. A post may not: the outbox looks before it posts again.
    client: traces.client(botToken, { ...clientOptions, logger }),
    poster: traces.client(botToken, { ...clientOptions, logger, retryConfig: { retries: 0 } }),
    app,
    ...receivers,
  };
}

/** What commands, buttons and forms may use. */
function inboundContext(
  options: SlackOptions,
  {
    client,
    outbox,
    clock,
    announceChannel,
  }: {
    readonly client: WebClient;
    readonly outbox: Outbox;
    readonly clock: SleepingClock;
    readonly announceChannel: AnnounceChannel;
  },
): ListenerContext {
  const { operations, authorised, readsFor, catalog, versions, people, publicUrl, apiUrl, log, redact, settings } =
    options;
  const places = createFormPlaces({ client, redact, clock, log });
  return {
    operations,
    authorised,
    readsFor,
    catalog,
    versions,
    people,
    commands: [...commands.values()],
    command: settings.command,
    publicUrl,
    apiUrl,
    log,
    redact,
    clock,
    nudge: createNudge({ ...options, outbox, clock }),
    home: createHome({ ...options, client, clock }),
    openForm: places.open,
    places,
    tellThread: createTellThread({ outbox, redact, log }),
    onCall: options.onCall,
    lookAtSlo: options.lookAtSlo,
    channelMessages: createChannelMessages({ client, nowMs: clock.nowMs, log }),
    timelineReaction: settings.timelineReaction,
    announceChannel,
    messages: options.messages,
    async tellOne({ channelId, user }, text) {
      try {
        await client.chat.postEphemeral({ channel: channelId, user, text: redact.text(text) });
      } catch (error) {
        log.info({ channelId, error: troubleOf(error).message }, 'somebody could not be answered in a channel');
      }
    },
    async exportTo(channelId, incidentId, caller) {
      const file = await readsFor(caller.principal).exportTimeline(incidentId, 'md');
      if (!file) return 'There is nothing to export.';
      const { filename, content } = file;
      await client.filesUploadV2({ channel_id: channelId, filename, content, title: filename });
      const digest = `sha256:${sha256(content)}`;
      await operations.recordExport({ ...caller, incidentId, format: 'md', digest });
      return 'The timeline is in this channel.';
    },
  };
}
