// What the sandbox offers to the demo, to tests and to playbook authors. Types only.

import type { Channel, Message, SeedGroup, SeedUser, SlackObject, View } from './entities.ts';
import type { Fault } from './faults.ts';
import type { Workspace } from './workspace.ts';

/** How to run it. It listens on 127.0.0.1 only; everything is in memory, nothing outlives `close`. */
export type SandboxOptions = {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly botToken: string;
  readonly signingSecret: string;
  /** App-level token, for Socket Mode. */
  readonly appToken: string;
  /** Where the app listens, for HTTP mode; `setRequestUrl` sets it later. */
  readonly requestUrl?: string;
  /** Default: ana (on call), ben (lead), mallory (belongs to no group). */
  readonly users?: readonly SeedUser[];
  /** Default: `sre` with ana and ben. */
  readonly userGroups?: readonly SeedGroup[];
  /** The app's slash command. Default: `/firebreak`. */
  readonly command?: string;
  /** Scopes of the bot token. Default: all but `chat:write.public`, so that posting needs membership. */
  readonly scopes?: readonly string[];
  /** Whether calls faster than Slack's tiers are answered 429. Default: true. */
  readonly rateLimits?: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs?: () => number;
  /** Random letters and digits for what must not be guessed. */
  readonly random?: () => string;
  /** How long Slack waits for an answer. Default: 3000. */
  readonly ackWithinMs?: number;
  /** When an event that was not acknowledged comes again. Default: at once, after 1 minute, after 5 minutes. */
  readonly eventRetryDelaysMs?: readonly number[];
};

/** What the person saw of it at once. What the app posts afterwards stands in the channel. */
export type Seen =
  | { readonly kind: 'nothing' }
  /** A mark at the button, a line in the form, or a note of Slackbot. */
  | { readonly kind: 'error'; readonly text: string }
  /** What the answer to a slash command said. */
  | { readonly kind: 'message'; readonly text: string; readonly ephemeral: boolean; readonly ts: string }
  /** By block id; the form stays open. */
  | { readonly kind: 'field_errors'; readonly errors: { readonly [blockId: string]: string } }
  | { readonly kind: 'view'; readonly viewId: string };

/** How one try to bring a payload to the app ended. `failed`: not reachable, or not answered with 2xx. */
export type DeliveryOutcome = 'acknowledged' | 'timeout' | 'failed';

/** The three kinds of payload, named as Socket Mode names them. */
export type PayloadKind = 'events_api' | 'interactive' | 'slash_commands';

/** What became of an interaction. `refused`: Slack's own client did not send it, as a required field is empty. */
export type Delivered = {
  readonly outcome: DeliveryOutcome | 'refused';
  /** HTTP status of the app's answer; 200 for an acknowledgement over a socket. */
  readonly status: number | null;
  readonly body: unknown;
  readonly tookMs: number;
  readonly seen: Seen;
};

/** One call of the Web API; arguments as they arrived, so structured ones are JSON text in forms. */
export type RecordedCall = { readonly method: string; readonly args: SlackObject; readonly atMs: number };

/** One try to bring a payload to the app. `none`: there was neither a socket nor a URL. */
export type RecordedDelivery = {
  readonly kind: PayloadKind;
  readonly via: 'http' | 'socket' | 'none';
  readonly payload: SlackObject;
  readonly retry: { readonly num: number; readonly reason: string } | null;
  readonly outcome: DeliveryOutcome;
  readonly status: number | null;
  readonly tookMs: number;
};

/**
 * A click or a choice in a message. `value` names the option, user or channel that is chosen, or tells two buttons of one
 * `actionId` apart. The element may be gone by now: then the click comes from a screen that was not up to date.
 */
type Click = {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly actionId: string;
  readonly value?: string | readonly string[];
};

/** Inputs of a form, by block id and action id; fields left out keep what they are filled with, `''` and null empty them. */
export type Values = {
  readonly [blockId: string]: { readonly [actionId: string]: string | readonly string[] | null };
};

/** What a person does in the workspace. Misuse (no such channel, view, option) throws. */
export type PersonActions = {
  readonly click: (click: Click) => Promise<Delivered>;
  readonly command: (command: { user: string; channel: string; text: string }) => Promise<Delivered>;
  readonly submit: (submission: { user: string; viewId: string; values: Values }) => Promise<Delivered>;
  /** `clear` closes the whole stack, as the cross does. The app hears of it only if the view asked for that. */
  readonly closeView: (closing: { user: string; viewId: string; clear?: boolean }) => Promise<Delivered>;
  /** A button or select inside a modal or Home tab. */
  readonly clickInView: (click: {
    user: string;
    viewId: string;
    actionId: string;
    value?: string | readonly string[];
    values?: Values;
  }) => Promise<Delivered>;
  /** With a message: a message shortcut, else a global one. */
  readonly shortcut: (shortcut: {
    user: string;
    callbackId: string;
    on?: { readonly channel: string; readonly ts: string };
  }) => Promise<Delivered>;
  /** Writes a message; `@name` and `#channel` become mentions. Answers its `ts`. */
  readonly postAs: (user: string, channelId: string, text: string, threadTs?: string) => string;
  readonly react: (user: string, channelId: string, ts: string, name: string) => void;
  /** Opens the app's Home tab. */
  readonly openHome: (user: string) => void;
};

/** The running workspace and its driver. */
export type Sandbox = PersonActions & {
  /** Page for people. */
  readonly url: string;
  /** Base of the Web API, for SLACK_API_URL. */
  readonly apiUrl: string;
  readonly workspace: Workspace;
  /** Every Web API call, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** Every try to deliver to the app, oldest first; each is there once it has ended. */
  readonly deliveries: readonly RecordedDelivery[];
  readonly setRequestUrl: (url: string) => void;
  /** Asks the app to prove that it holds the secret, as Slack does when a URL is entered. */
  readonly verifyRequestUrl: () => Promise<boolean>;
  /** The channel of that name, else the first whose name starts with it. */
  readonly channel: (name: string) => Channel | undefined;
  /** What everybody in the channel sees, thread replies included, oldest first; with a user, also what only they see. */
  readonly messages: (channelId: string, user?: string) => readonly Message[];
  /** The messages that notified this person, oldest first, each with its channel. A deleted one is no longer among them. */
  readonly notifications: (user: string) => readonly { readonly channel: Channel; readonly message: Message }[];
  /** The person's open modals; the last is on top. */
  readonly openViews: (user: string) => readonly View[];
  readonly home: (user: string) => View | undefined;
  /** Resolves with what `look` finds as soon as it finds something, looking after every change; rejects after `withinMs`. */
  readonly waitFor: <T>(look: () => T | undefined | null | false, withinMs?: number) => Promise<T>;
  readonly addFault: (fault: Fault) => void;
  /** Faults that have not been used up. */
  readonly pendingFaults: () => readonly Fault[];
  /** Sends every socket the frame that asks it to come back, and closes it unless it is a warning. */
  readonly disconnectSockets: (reason?: 'warning' | 'refresh_requested' | 'link_disabled') => void;
  readonly socketCount: () => number;
  readonly close: () => Promise<void>;
};
