// The Slack app: the unmodified Bolt over HTTP or Socket Mode, wired to the engine's operations. Holds no rule.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import bolt, { type HTTPReceiver as Receiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { People, Roles } from '../core/authority/membership.ts';
import type { Redactor } from '../core/redact.ts';
import { err, ok } from '../core/result.ts';
import type { Directory } from '../ports/directory.ts';
import type { PlaybookCatalog } from '../ports/ledger.ts';
import type { Operations } from '../ports/operations.ts';
import type { ReadModels } from '../ports/reads.ts';
import type { Log, Runtime } from '../ports/runtime.ts';
import type { SlackMessages } from '../ports/slack-memory.ts';
import type { Chat } from '../spi/action.ts';
import { boltLogger } from './bolt-logger.ts';
import { createDirectory } from './directory.ts';
import { addCommands } from './inbound/commands.ts';
import { addInteractions } from './inbound/interactions.ts';
import { addModal, createAskInputs } from './inbound/modal.ts';
import { createNudge } from './inbound/nudge.ts';
import { createChannels } from './outbound/channel.ts';
import { createHalts } from './outbound/halts.ts';
import { createNotifier } from './outbound/notifier.ts';
import { createOutbox } from './outbound/outbox.ts';
import { createRateLimiter, type SleepingClock } from './outbound/rate-limiter.ts';
import { recordMessage } from './outbound/tell-incident.ts';
import type { SlackSettings } from './settings.ts';
import { errorClassOf, troubleOf } from './slack-error.ts';
import { plain } from './text.ts';

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
  readonly operations: Operations;
  readonly reads: ReadModels;
  readonly messages: SlackMessages;
  readonly catalog: PlaybookCatalog;
  readonly runtime: Pick<Runtime, 'nowMs'>;
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
  readonly handleHttp: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  readonly notify: (incidentId: string) => Promise<void>;
  /** To be called often: makes the messages of runs under way follow the kill switches. */
  readonly followHalts: () => Promise<void>;
  readonly chat: Chat;
  readonly directory: Directory;
  /** Connects. Rejects if Slack does not accept the tokens. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** A request from the future is as suspicious as an old one; Bolt refuses only old ones. */
const toleranceSeconds = 300;

/** Makes the edge; nothing is connected yet. */
export function createSlack(options: SlackOptions): SlackEdge {
  const { log, settings, botToken } = options;
  const logger = boltLogger(log);
  const clientOptions = {
    timeout: 10_000,
    retryConfig: { retries: 1, minTimeout: 200 },
    rejectRateLimitedCalls: true,
    ...(options.apiUrl ? { slackApiUrl: options.apiUrl } : {}),
  };
  // For calls that may be made twice. A post may not: the outbox looks before it posts again.
  const client = new WebClient(botToken, { ...clientOptions, logger });
  const poster = new WebClient(botToken, { ...clientOptions, logger, retryConfig: { retries: 0 } });
  const directory = createDirectory(options, { client, nowMs: options.runtime.nowMs, log });
  const clock: SleepingClock = { nowMs: options.runtime.nowMs, sleep: (ms) => delay(ms, undefined, { ref: false }) };
  const rateLimiter = createRateLimiter(clock, log);
  const outbox = createOutbox({ ...options, client: poster, rateLimiter, clock, record: recordMessage(options) });
  const receiver =
    options.appToken === null
      ? new bolt.HTTPReceiver({ signingSecret: options.signingSecret ?? '', logger, bodyLimit: 1_048_576 })
      : null;
  const app = new bolt.App({
    token: botToken,
    ...(receiver ? { receiver } : { appToken: options.appToken ?? '', socketMode: true }),
    logger,
    clientOptions,
    convoStore: false,
    deferInitialization: true,
  });
  app.error(async (error) => log.error({ err: error.original ?? error }, 'a Slack request could not be handled'));
  const nudge = createNudge({ ...options, outbox, clock });
  addInteractions(app, { ...options, clock, nudge });
  addModal(app, options);
  addCommands(app, {
    ...options,
    clock,
    command: settings.command,
    askInputs: createAskInputs(client, options.catalog),
    async exportTo(channelId, incidentId) {
      const file = await options.exportTimeline(incidentId);
      if (!file) return 'There is nothing to export.';
      await client.filesUploadV2({
        channel_id: channelId,
        filename: file.filename,
        content: file.content,
        title: file.filename,
      });
      return 'The timeline is in this channel.';
    },
  });
  const channels = createChannels(client, settings, directory, log);
  const halts = createHalts(options);
  const notify = createNotifier({ ...options, outbox, channels, rateLimiter, clock, switches: halts.switches });
  return {
    followHalts: () => halts.follow(notify),
    handleHttp: receiver ? httpHandler(receiver, options.runtime) : null,
    notify,
    directory,
    chat: {
      async post({ channel, text, key }) {
        const desired = {
          key: `message/${key}`,
          lane: 'state' as const,
          incidentId: '',
          channelId: channel,
          version: 0,
          message: { text: plain(options.redact.text(text), 3000), blocks: [] },
        };
        try {
          const { ts } = await outbox.put(desired);
          return ok({ channelId: channel, ts });
        } catch (error) {
          const trouble = troubleOf(error);
          return err({ class: errorClassOf(trouble), code: `slack_${trouble.code}`, message: trouble.message });
        }
      },
    },
    async start() {
      await app.init();
      if (!receiver) await app.start();
    },
    async stop() {
      rateLimiter.stop();
      if (!receiver) await app.stop();
    },
  };
}

function httpHandler(receiver: Receiver, { nowMs }: Pick<Runtime, 'nowMs'>) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const stamp = Number(request.headers['x-slack-request-timestamp']);
    if (stamp - nowMs() / 1000 > toleranceSeconds) {
      response.writeHead(401).end();
      return;
    }
    receiver.requestListener(request, response);
  };
}
