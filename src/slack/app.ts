// The Slack app: the unmodified Bolt over HTTP or Socket Mode, wired to the engine's operations. Holds no rule.
import type { IncomingMessage, ServerResponse } from 'node:http';
import bolt, { type Logger, LogLevel, type HTTPReceiver as Receiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { err, ok } from '../core/result.ts';
import type { Chat, Directory, Log, Operations, PlaybookCatalog, ReadModels, SlackMessages } from '../ports.ts';
import { addCommands } from './commands.ts';
import { createDirectory } from './directory.ts';
import { addInteractions } from './interactions.ts';
import { addModal, createAskInputs } from './modal.ts';
import { notifyIncident } from './notifier.ts';
import { createOutbox } from './outbox.ts';
import type { Roles, SlackSettings } from './settings.ts';
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
  readonly operations: Operations;
  readonly reads: ReadModels;
  readonly messages: SlackMessages;
  readonly catalog: PlaybookCatalog;
  readonly log: Log;
  readonly publicUrl: string;
  readonly exportTimeline: (incidentId: string) => Promise<{ filename: string; content: string } | null>;
  readonly changed: (incidentId: string) => void;
  readonly posted: () => void;
};

/** The Slack edge as the rest of the program sees it. */
export type SlackEdge = {
  /** Takes Slack's HTTP requests; null in Socket Mode. */
  readonly handleHttp: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  readonly notify: (incidentId: string) => Promise<void>;
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
  // Retries of our own: the outbox waits per channel, and a job that fails is looked at again.
  const clientOptions = {
    timeout: 10_000,
    retryConfig: { retries: 1, minTimeout: 200 },
    ...(options.apiUrl ? { slackApiUrl: options.apiUrl } : {}),
  };
  const client = new WebClient(botToken, { ...clientOptions, rejectRateLimitedCalls: true });
  const directory = createDirectory(options.roles, client, log);
  const outbox = createOutbox(client, options.messages, log, options.posted);
  const logger = boltLogger(log);
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
  addInteractions(app, options.operations, log, options.changed);
  addModal(app, options.operations, options.reads, options.changed);
  addCommands(app, {
    ...options,
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
  const notifier = { ...options, client, outbox, directory };
  return {
    handleHttp: receiver ? httpHandler(receiver) : null,
    notify: (incidentId) => notifyIncident(notifier, incidentId),
    directory,
    chat: {
      async post({ channel, text, key }) {
        const desired = {
          key: `message/${key}`,
          incidentId: '',
          channelId: channel,
          version: 0,
          message: { text: plain(text, 3000), blocks: [] },
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
      if (!receiver) await app.stop();
    },
  };
}

function httpHandler(receiver: Receiver) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const stamp = Number(request.headers['x-slack-request-timestamp']);
    if (stamp - Date.now() / 1000 > toleranceSeconds) {
      response.writeHead(401).end();
      return;
    }
    receiver.requestListener(request, response);
  };
}

function boltLogger(log: Log): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) =>
      log[level]({ from: 'slack' }, parts.map(String).join(' '));
  return {
    debug: () => undefined,
    info: write('debug'),
    warn: write('warn'),
    error: write('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
