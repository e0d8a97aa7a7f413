// The whole Slack edge on a sandbox workspace over HTTP, with one incident that a test holds in its hands: what people do in Slack, and what
// the incident's rules make of it. Nothing is posted by itself.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import pino from 'pino';
import { membershipOf } from '../../../src/core/authority/membership.ts';
import { actorOf, type Caller } from '../../../src/core/authority/principal.ts';
import type { IncidentEvent, Recorded } from '../../../src/core/events.ts';
import type { IncidentCommand } from '../../../src/core/incident/command.ts';
import { decideIncident } from '../../../src/core/incident/decide.ts';
import { defaultIncidentRules } from '../../../src/core/incident/rules.ts';
import type { IncidentState } from '../../../src/core/incident/state.ts';
import { createRedactor } from '../../../src/core/redact.ts';
import { err, ok } from '../../../src/core/result.ts';
import { createReadsFor, createSight } from '../../../src/engine/sight.ts';
import type { IncidentRow, ReadModels } from '../../../src/ports/reads.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { createSlack } from '../../../src/slack/app.ts';
import type { SlackOptions } from '../../../src/slack/edge.ts';
import { SlackSettings } from '../../../src/slack/settings.ts';
import { opened, openedFor, stateOf } from './incident.ts';
import { silentSlackMeter } from './metrics.ts';
import { tokens } from './sandbox.ts';

/** What a test may want to be otherwise. */
type Wanted = {
  readonly settings?: unknown;
  readonly mayRespond?: (user: string) => boolean;
  /** The incident is private, and these are its members; its channel is private then. */
  readonly members?: readonly string[];
  /** It has no channel, and is told in a thread of `#alarms`. */
  readonly isInThread?: boolean;
  /** Roles are given once so many have asked for one: each has seen the incident as it was before. */
  readonly together?: number;
};

/** A workspace with the incident's channel, in which Ana and Ben are, and the edge on it. */
export async function givenEdge(wanted: Wanted = {}) {
  const { settings = {}, mayRespond = () => true, members, isInThread = false, together = 1 } = wanted;

  const sandbox = await startSandbox({ ...tokens, rateLimits: false });
  const { workspace } = sandbox;
  const channel = workspace.createChannel(
    members ? 'private' : 'public',
    'inc-7',
    workspace.bot.userId,
    members ?? ['U0ANA', 'U0BEN'],
  ).id;
  const alarms = workspace.createChannel('public', 'alarms', workspace.bot.userId, ['U0ANA', 'U0BEN']);
  const card = workspace.post(alarms, { user: workspace.bot.userId, text: 'Incident 7' });
  const linked = { type: 'channel.linked' as const, data: { channelId: channel, name: 'inc-7', created: true } };
  const held = {
    state: stateOf('inc_1', members ? openedFor(members) : opened, ...(isInThread ? [] : [linked])),
    events: [] as Recorded<IncidentEvent>[],
  };
  let refuseNext: Error | null = null;
  let asked = 0;
  const waiting: (() => void)[] = [];
  const allHere = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length >= together) for (const go of waiting.splice(0)) go();
    });

  async function command({ principal }: Pick<Caller, 'principal'>, wanted: IncidentCommand) {
    asked += 1;
    const refusal = refuseNext;
    refuseNext = null;
    if (refusal) throw refusal;
    const context = { at: new Date().toISOString(), actor: actorOf(principal), rules: defaultIncidentRules };
    const decided = decideIncident(held.state, wanted, { ...context, openInGroup: null });
    if (!decided.ok || decided.value.state === null)
      return decided.ok ? err({ code: 'conflict', message: '' }) : decided;
    held.state = decided.value.state;
    held.events.push(...decided.value.events);
    return ok(held.state);
  }
  const row = (): IncidentRow => ({ ...held.state, version: held.events.length, updatedAt: held.state.openedAt });
  const answers: { readonly [name: string]: (given: never) => Promise<unknown> } = {
    keepMessage: ({ message, ...by }: Caller & { message: object }) =>
      command(by, { type: 'keep_message', ...message } as IncidentCommand),
    note: ({ text, ...by }: Caller & { text: string }) => command(by, { type: 'note', text }),
    setSeverity: ({ severity, reason, ...by }: Caller & { severity: number; reason?: string }) =>
      command(by, { type: 'set_severity', severity, reason }),
    assignRole: async (given: Caller & { role: string; user: string; expected?: string | null }) => {
      await allHere();
      const { role, user, expected, ...by } = given;
      return command(by, { type: 'assign_role', role, user, expected });
    },
    addMembers: ({ members: added, ...by }: Caller & { members: readonly string[] }) =>
      command(by, { type: 'add_members', members: added }),
    record: ({ command: wanted, ...by }: Caller & { command: IncidentCommand }) => command(by, wanted),
    declare: async (given: { title: string; severity: number; service?: string }) => {
      declared.push(given);
      return ok<IncidentState>(held.state);
    },
  };
  const declared: object[] = [];
  const edge = createSlack({
    meter: silentSlackMeter,
    ...{ botToken: tokens.botToken, signingSecret: tokens.signingSecret, appToken: null, apiUrl: sandbox.apiUrl },
    settings: SlackSettings.parse(settings),
    ...{
      roles: {},
      people: {},
      onCall: { now: async () => ({}), states: async () => [] },
      lookAtSlo: async () => ({ at: '', lines: [] }),
      catalog: { all: () => [], byName: () => undefined },
    },
    operations: answers,
    authorised: async ({ id }: { id: string }) =>
      mayRespond(id) ? ok(undefined) : err({ code: 'not_allowed', message: 'lacks the right respond' }),
    readsFor: createReadsFor({
      reads: {
        incidentByChannel: async (id: string) => (id === channel && !isInThread ? row() : null),
        incident: async () => row(),
        runsOfIncident: async () => [],
        privateIncidents: async () => (members ? [{ id: 'inc_1', incident: row() }] : []),
        incidents: async () => ({ items: members ? [] : [row()], cursor: null }),
        runs: async () => ({ items: [], cursor: null }),
        approvals: async () => ({ items: [], cursor: null }),
      } as unknown as ReadModels,
      events: { readStream: async function* () {} },
      exportTimeline: async () => null,
      readPostmortem: async () => null,
      sight: createSight({
        store: { runsOf: async () => [] },
        directory: {
          belongsTo: async (principal, names) =>
            names.filter((name) => membershipOf(principal, name, { people: {}, roles: {} }).outcome === 'yes'),
        },
      }),
    }),
    messages: { incidentOfThread: async ({ ts }: { ts: string }) => (isInThread && ts === card.ts ? 'inc_1' : null) },
    used: { use: async () => true },
    runtime: { nowMs: Date.now, random: Math.random },
    report: () => undefined,
    ...{ redact: createRedactor([]), log: pino({ level: 'silent' }), publicUrl: 'https://fb.test' },
    exportTimeline: async () => null,
    readPostmortem: async () => null,
    posted: () => undefined,
  } as unknown as SlackOptions);
  const server = createServer(async (request, response) => edge.handleHttp?.(request, response, await buffer(request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await edge.start();
  sandbox.setRequestUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
  return {
    sandbox,
    channel,
    /** The thread of the announce channel in which an incident is told. */
    thread: { channel: alarms.id, ts: card.ts },
    declared,
    state: () => held.state,
    events: () => held.events,
    /** The commands that reached the incident so far. */
    asked: () => asked,
    /** The next command fails, as when the database is away. */
    failNext() {
      refuseNext = new Error('the database is away');
    },
    /** What somebody alone was told in the channel. */
    told: (user: string) =>
      sandbox
        .messages(channel, user)
        .filter(({ onlyFor }) => onlyFor === user)
        .map(({ text }) => text),
    /** The message of that time stamp, as the workspace has it. */
    messageOf(ts: string) {
      const found = workspace.channels.get(channel)?.messages.find((one) => one.ts === ts);
      if (!found) throw new Error('there is no such message');
      return found;
    },
    async close() {
      await edge.stop();
      await sandbox.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
