// What the sandbox offers to the demo and to tests. Types only.
import type { Delivered } from './deliver.ts';
import type { Args } from './web-api.ts';
import type { Channel, Message, View, Workspace } from './workspace.ts';

/** How to run it. */
export type SandboxOptions = {
  readonly port?: number;
  readonly botToken: string;
  readonly signingSecret: string;
  readonly appToken: string;
  /** Where the app listens, for HTTP mode. */
  readonly requestUrl?: string;
  readonly command?: string;
  readonly nowMs?: () => number;
};

/** Makes the next calls of a method go wrong, as Slack's do. */
export type Fault = {
  readonly method: string;
  readonly kind: 'rate_limited' | 'http_500' | 'ratelimited_body' | 'drop' | 'effect_then_timeout' | 'invalid_auth';
  times: number;
};

/** The running workspace and its driver. */
export type Sandbox = {
  /** Page for people. */
  readonly url: string;
  /** Base of the Web API, for SLACK_API_URL. */
  readonly apiUrl: string;
  readonly workspace: Workspace;
  readonly calls: { readonly method: string; readonly args: Args; readonly atMs: number }[];
  readonly setRequestUrl: (url: string) => void;
  readonly channel: (name: string) => Channel | undefined;
  readonly messages: (channelId: string, user?: string) => readonly Message[];
  /** Clicks a button as a person does. */
  readonly click: (click: {
    user: string;
    channel: string;
    ts: string;
    actionId: string;
    value?: string;
  }) => Promise<Delivered>;
  readonly command: (command: { user: string; channel: string; text: string }) => Promise<Delivered>;
  readonly submit: (submission: {
    user: string;
    viewId: string;
    values: { [blockId: string]: { [actionId: string]: string } };
  }) => Promise<Delivered>;
  readonly openViews: (user: string) => readonly View[];
  readonly postAs: (user: string, channelId: string, text: string) => void;
  /** Resolves with what `look` finds as soon as it finds something; rejects after `withinMs`. */
  readonly waitFor: <T>(look: () => T | undefined | null | false, withinMs?: number) => Promise<T>;
  readonly addFault: (fault: Fault) => void;
  readonly disconnectSockets: () => void;
  readonly close: () => Promise<void>;
};
