// The Slack app: the unmodified Bolt over HTTP or Socket Mode, wired to the engine's operations. Holds no rule.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { People, Roles } from '../core/authority/membership.ts';
import { sha256 } from '../core/json.ts';
import type { Redactor } from '../core/redact.ts';
import type { Directory } from '../ports/directory.ts';
import type { PlaybookCatalog, PlaybookVersions } from '../ports/ledger.ts';
import type { OnCall } from '../ports/on-call.ts';
import type { Operations } from '../ports/operations.ts';
import type { ReportPart } from '../ports/parts.ts';
import type { ReadModels, ReadsFor } from '../ports/reads.ts';
import type { Log, Runtime } from '../ports/runtime.ts';
import type { SlackMessages } from '../ports/slack-memory.ts';
import type { SlackRates } from '../ports/slack-rates.ts';
import type { UsedProofs } from '../ports/used-proofs.ts';
import type { Chat } from '../spi/action.ts';
import { boltLogger } from './bolt-logger.ts';
import { type Connection, createConnection } from './connection.ts';
import { createDirectory } from './directory.ts';
import { rolesInSlack } from './identity.ts';
import { acknowledgingLate } from './inbound/acknowledge-event.ts';
import { createAdmit, createIdentity } from './inbound/admit.ts';
import type { Authorised } from './inbound/authorised.ts';
import { createChannelMessages } from './inbound/channel-messages.ts';
import { createFormPlaces } from './inbound/form-places.ts';
import { createHome } from './inbound/home.ts';
import { cameOverHttp, cameOverSocket, createHttpHandler } from './inbound/http-receiver.ts';
import { addListeners } from './inbound/listeners.ts';
import { createNudge } from './inbound/nudge.ts';
import type { ListenerContext } from './inbound/surface.ts';
import { commands } from './inbound/surfaces.ts';
import { answerUnknownKinds } from './inbound/unknown-kinds.ts';
import { createAnnounceChannel } from './outbound/announce-channel.ts';
import { type AnnouncedLine, createAnnounce } from './outbound/announce-lines.ts';
import { createChannels } from './outbound/channel.ts';
import { createChat } from './outbound/chat.ts';
import { createDirectMessages } from './outbound/direct-messages.ts';
import { createHalts } from './outbound/halts.ts';
import { createNotifier, type Notify } from './outbound/notifier.ts';
import { createOutbox, type Outbox } from './outbound/outbox.ts';
import { createOwed } from './outbound/owed.ts';
import { createRateLimiter, type SleepingClock } from './outbound/rate-limiter.ts';
import { createStorms } from './outbound/storms.ts';
import { recordMessage } from './outbound/tell-incident.ts';
import { createTellThread } from './outbound/tell-thread.ts';
import type { SlackSettings } from './settings.ts';
import { troubleOf } from './slack-error.ts';

/** What the Slack edge needs. */
export type SlackOptions = {
  readonly botToken: string;
  readonly signingSecret: string | null;
  /** Selects Socket Mode. */
  readonly appToken: string | null;
  readonly apiUrl: string | null;
  readonly settings: SlackSettings;
  readonly roles: Roles;
  readonly people: People;
  readonly onCall: OnCall;
  readonly operations: Operations;
  /** Answers whether somebody has a right, for questions that change nothing. */
  readonly authorised: Authorised;
  /** All there is, for what Firebreak tells by itself. */
  readonly reads: ReadModels;
  /** What somebody who acts or looks may know of. */
  readonly readsFor: ReadsFor;
  readonly messages: SlackMessages;
  readonly rates: SlackRates;
  /** What may come once. */
  readonly used: UsedProofs;
  readonly catalog: PlaybookCatalog;
  /** The playbooks that runs are pinned to. */
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly runtime: Pick<Runtime, 'nowMs' | 'random'>;
  readonly report: ReportPart;
  /** Takes secrets out of what is about to be shown. */
  readonly redact: Redactor;
  readonly log: Log;
  readonly publicUrl: string;
  readonly exportTimeline: (incidentId: string) => Promise<{ filename: string; content: string } | null>;
  /** A message stands in Slack and nothing is recorded yet. */
  readonly posted: () => void;
};

/** The Slack edge as the rest of the program sees it. */
export type SlackEdge = {
  /** Takes Slack's HTTP requests; null in Socket Mode. */
  readonly handleHttp: ((request: IncomingMessage, response: ServerResponse, raw: Buffer) => void) | null;
  /** Tells Slack about an incident; nothing while Slack is away: the reconciler asks again. */
  readonly notify: Notify;
  /** To be called often: what belongs to no single incident follows what is so: kill switches, storms, what people are owed. */
  readonly follow: () => Promise<void>;
  /** Tells the announce channel a line, once for its key; false where there is none. Rejects when Slack cannot be told. */
  readonly announce: (line: AnnouncedLine) => Promise<boolean>;
  readonly chat: Chat;
  readonly directory: Directory;
  /** Our workspace, as the bot's token says; null: Slack does not tell right now. */
  readonly teamId: () => Promise<string | null>;
  /** Begins to connect, in the background: Slack may be away for as long as it likes. Resolves after the first try or a moment. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The end of a socket is waited for this long, in milliseconds. */
const stopMs = 2000;

/** Makes the edge; nothing is connected yet. */
export function createSlack(options: SlackOptions): SlackEdge {
  const { log, settings, runtime } = options;
  const { client, poster, app, receiver, socket } = connections(options);
  const directory = createDirectory(options, { client, nowMs: runtime.nowMs, log });
  const clock: SleepingClock = { nowMs: runtime.nowMs, sleep: (ms) => delay(ms, undefined, { ref: false }) };
  const rateLimiter = createRateLimiter(clock, log, options.rates);
  const outbox = createOutbox({ ...options, client: poster, rateLimiter, clock, record: recordMessage(options) });
  const identity = createIdentity(client, options.appToken, log);
  answerUnknownKinds(app, log);
  app.use(createAdmit({ identity, used: options.used, log }));
  addListeners(app, inboundContext(options, { client, outbox, clock }), client);
  const channels = createChannels(client, settings, directory, log);
  const announceChannel = createAnnounceChannel(client, settings, { nowMs: runtime.nowMs, log });
  const halts = createHalts({ ...options, outbox, announceChannel });
  const storms = createStorms({ ...options, outbox, announceChannel, clock });
  const owed = createOwed({ messages: options.messages, clock, log });
  const { rankOf } = storms;
  const roles = rolesInSlack(options.roles, options.people);
  const directMessages = createDirectMessages({ ...options, client, outbox, directory, clock });
  const telling = { ...options, roles, outbox, channels, rateLimiter, clock, switches: halts.switches };
  const tell = createNotifier({ ...telling, announceChannel, rankOf });
  const stream = socket?.client;
  const connection = createConnection({
    init: () => app.init(),
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
  const notify = watched(tell, connection);
  return {
    async follow() {
      if (!connection.isUp()) return;
      await Promise.all([halts.follow(notify), storms.follow(), owed(notify), directMessages()]);
    },
    announce: createAnnounce({ outbox, announceChannel, redact: options.redact }),
    handleHttp: receiver
      ? createHttpHandler(receiver, {
          nowMs: runtime.nowMs,
          signingSecret: options.signingSecret ?? '',
          isReady: connection.isReady,
        })
      : null,
    notify,
    directory,
    teamId: async () => (await identity())?.teamId ?? null,
    chat: createChat(outbox, options.redact),
    start: connection.start,
    async stop() {
      connection.stop();
      rateLimiter.stop();
      // A socket that was lost has no end to wait for.
      if (socket) await Promise.race([app.stop(), clock.sleep(stopMs)]);
    },
  };
}

/** Tells nothing while Slack is away, and has Slack looked at when it did not take what it was told. */
function watched(tell: SlackEdge['notify'], connection: Connection): SlackEdge['notify'] {
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
function connections({ log, botToken, appToken, signingSecret, apiUrl }: SlackOptions) {
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
    client: new WebClient(botToken, { ...clientOptions, logger }),
    poster: new WebClient(botToken, { ...clientOptions, logger, retryConfig: { retries: 0 } }),
    app,
    ...receivers,
  };
}

/** What commands, buttons and forms may use. */
function inboundContext(
  options: SlackOptions,
  { client, outbox, clock }: { readonly client: WebClient; readonly outbox: Outbox; readonly clock: SleepingClock },
): ListenerContext {
  const {
    operations,
    authorised,
    readsFor,
    catalog,
    versions,
    people,
    publicUrl,
    apiUrl,
    log,
    redact,
    settings,
    exportTimeline,
  } = options;
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
    nudge: createNudge({ ...options, roles: rolesInSlack(options.roles, people), outbox, clock }),
    home: createHome({ ...options, client, clock }),
    openForm: places.open,
    places,
    tellThread: createTellThread({ outbox, redact, log }),
    onCall: options.onCall,
    channelMessages: createChannelMessages({ client, nowMs: clock.nowMs, log }),
    timelineReaction: settings.timelineReaction,
    async tellOne({ channelId, user }, text) {
      try {
        await client.chat.postEphemeral({ channel: channelId, user, text: redact.text(text) });
      } catch (error) {
        log.info({ channelId, error: troubleOf(error).message }, 'somebody could not be answered in a channel');
      }
    },
    async exportTo(channelId, incidentId, caller) {
      const file = await exportTimeline(incidentId);
      if (!file) return 'There is nothing to export.';
      const { filename, content } = file;
      await client.filesUploadV2({ channel_id: channelId, filename, content, title: filename });
      const digest = `sha256:${sha256(content)}`;
      await operations.recordExport({ ...caller, incidentId, format: 'md', digest });
      return 'The timeline is in this channel.';
    },
  };
}
