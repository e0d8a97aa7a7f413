// A notifier on a sandbox workspace, with read models and memory that a test holds in its hands; a restart is a new notifier on the same.

import { WebClient } from '@slack/web-api';
import pino from 'pino';
import type { Alert } from '../../../src/core/alert/alert.ts';
import type { Roles } from '../../../src/core/authority/membership.ts';
import type { EscalationMatrix } from '../../../src/core/escalation/matrix.ts';
import type { IncidentState } from '../../../src/core/incident/state.ts';
import type { Playbook } from '../../../src/core/playbook/playbook.ts';
import { createRedactor } from '../../../src/core/redact.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import type { IncidentRow, ReadModels } from '../../../src/ports/reads.ts';
import type { SlackMessage, SlackMessages } from '../../../src/ports/slack-memory.ts';
import type { StuckAmong } from '../../../src/ports/stuck.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { allScopes } from '../../../src/sandbox/web-api/methods.ts';
import { createAnnounceChannel } from '../../../src/slack/outbound/announce-channel.ts';
import { createAnnounce } from '../../../src/slack/outbound/announce-lines.ts';
import { createChannels } from '../../../src/slack/outbound/channel.ts';
import { createNotifier } from '../../../src/slack/outbound/notifier.ts';
import { createOutbox } from '../../../src/slack/outbound/outbox.ts';
import { createOwed } from '../../../src/slack/outbound/owed.ts';
import { createRateLimiter, type SleepingClock } from '../../../src/slack/outbound/rate-limiter.ts';
import { createSemaphore } from '../../../src/slack/outbound/semaphore.ts';
import { createStorms } from '../../../src/slack/outbound/storms.ts';
import { recordMessage } from '../../../src/slack/outbound/tell-incident.ts';
import { SlackSettings } from '../../../src/slack/settings.ts';
import { jumpingClock } from './clocks.ts';
import { type Past, stateOf } from './incident.ts';
import { silentSlackMeter } from './metrics.ts';
import { logger } from './sandbox.ts';
import { aloneRates } from './slack-rates.ts';

type Row = SlackMessage;

/** An answer of which nothing is under way any more. */
async function answerOf(url: string | URL | Request, init?: RequestInit) {
  const answer = await fetch(url, init);
  const { status, headers } = answer;
  return { status, headers, text: await answer.text() };
}

/** The memory of Slack messages, in memory; asks the rows what is owed as the database does. */
function memoryMessages(rows: Map<string, Row>, incidents: ReadonlyMap<string, IncidentRow>): SlackMessages {
  const change = (key: string, members: Partial<Row>) => {
    const row = rows.get(key);
    if (row) rows.set(key, { ...row, ...members });
  };
  return {
    ofIncident: async (id) => [...rows.values()].filter(({ incidentId }) => incidentId === id),
    incidentOfThread: async ({ channelId, ts }) =>
      [...rows.values()].find((row) => row.channelId === channelId && row.ts === ts && row.key.startsWith('announced/'))
        ?.incidentId ?? null,
    byKey: async (key) => rows.get(key) ?? null,
    async begin({ key, incidentId, channelId }) {
      if (rows.has(key)) return false;
      const fresh = { ts: null, digest: null, version: 0, showsFiring: false, passedOn: false, refused: null };
      rows.set(key, { key, incidentId, channelId, ...fresh });
      return true;
    },
    sent: async (key, sent) => change(key, { ...sent, refused: null, passedOn: false }),
    refused: async (key, refused) => change(key, { refused }),
    passedOn: async (keys) => keys.forEach((key) => change(key, { passedOn: true })),
    owed: async () =>
      [...rows.values()]
        .filter(({ passedOn, refused, showsFiring, incidentId }) => {
          const isOver = (incidents.get(incidentId)?.status ?? 'open') !== 'open';
          return !passedOn && (refused !== null || (showsFiring && isOver));
        })
        .map(({ key, incidentId, channelId, refused }) => ({ key, incidentId, channelId, refused, openMs: 0 })),
    announcedUpTo: async () => 0,
    noteAnnounced: async () => undefined,
    exclusively: async (_key, work) => work(async () => undefined),
    behind: async () => [],
    settled: async (id, version) => (incidents.get(id)?.version ?? 0) <= version,
  };
}

/**
 * A workspace with `#alarms`, and Firebreak's side of it. `settings`: as in firebreak.yaml; `lacking`: scopes that the app does not have;
 * `membersOf`: who is behind a name; `clock`: instead of one in which every wait is over at once; `rateLimits`: Slack has its limits.
 */
export async function givenTelling(
  settings: unknown = { announce: '#alarms' },
  lacking: readonly string[] = [],
  {
    roles = {},
    membersOf = () => [],
    clock = jumpingClock(Date.parse('2026-03-01T00:00:00.000Z')),
    rateLimits = false,
    escalation = [],
    stuckAmong = async () => new Map(),
  }: {
    readonly escalation?: EscalationMatrix;
    readonly roles?: Roles;
    readonly membersOf?: (name: string) => readonly string[];
    readonly clock?: SleepingClock;
    readonly rateLimits?: boolean;
    /** In what its runs are stuck. */
    readonly stuckAmong?: StuckAmong;
  } = {},
) {
  const log = pino({ level: 'silent' });
  const sandbox = await startSandbox({
    ...{ botToken: 'xoxb-test', signingSecret: 's', appToken: 'xapp-test' },
    nowMs: clock.nowMs,
    rateLimits,
    scopes: allScopes.filter((scope) => !lacking.includes(scope)),
  });
  const { workspace } = sandbox;
  const announcements = workspace.createChannel('public', 'alarms', workspace.bot.userId);
  const incidents = new Map<string, IncidentRow>();
  const runs = new Map<string, readonly RunState[]>();
  /** The alerts that opened incidents, and the playbooks of runs. */
  const opening = new Map<string, Alert>();
  const books = new Map<string, Playbook>();
  const rows = new Map<string, Row>();
  const recorded: string[] = [];
  const messages = memoryMessages(rows, incidents);
  /** Calls to Slack that have no answer yet, and the statuses of those that have one. */
  const calls = { underWay: 0, answered: [] as number[] };
  /** What every call to Slack waits for before it is sent. */
  let before = async (_method: string): Promise<void> => undefined;
  /** A post is lost when this throws. */
  let posted = (): void => undefined;

  const reads: Pick<ReadModels, 'incident' | 'runsOfIncident' | 'incidents' | 'openingAlert'> = {
    incident: async (id) => incidents.get(id) ?? null,
    runsOfIncident: async (id) =>
      (runs.get(id) ?? []).map((state) => ({
        state,
        incident: 'open' as const,
        wakeAt: null,
        updatedAt: state.startedAt,
      })),
    openingAlert: async (id) => opening.get(id) ?? null,
    async incidents({ since = '', until = '~', limit, cursor }) {
      const all = [...incidents.values()].toSorted((a, b) => b.id.localeCompare(a.id));
      const found = all.filter(
        ({ id, openedAt }) => openedAt >= since && openedAt <= until && (!cursor || id < cursor),
      );
      const last = found[limit - 1];
      return { items: found.slice(0, limit), cursor: found.length > limit && last ? last.id : null };
    },
  };
  const operations = {
    async record({ incidentId, command }: { incidentId: string; command: { type: string } & object }) {
      const incident = incidents.get(incidentId);
      if (incident && command.type === 'link_channel' && 'channelId' in command && 'name' in command) {
        const channel = { id: String(command.channelId), name: String(command.name) };
        incidents.set(incidentId, { ...incident, channel, version: incident.version + 1 });
      }
      if (command.type === 'record_message' && 'about' in command) recorded.push(String(command.about));
      return { ok: true as const, value: incident as IncidentState };
    },
  };

  /** Firebreak as it is after a start. */
  function start() {
    const client = new WebClient('xoxb-test', {
      slackApiUrl: sandbox.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger,
      fetch: async (url, init) => {
        await before(String(url).split('/').at(-1) ?? '');
        calls.underWay += 1;
        try {
          const { status, headers, ...answer } = await answerOf(url, init);
          calls.answered.push(status);
          return new Response(answer.text, { status, headers });
        } finally {
          calls.underWay -= 1;
        }
      },
    });
    const rateLimiter = createRateLimiter(clock, log, { shared: aloneRates, meter: silentSlackMeter });
    const redact = createRedactor([]);
    const parsed = SlackSettings.parse(settings);
    const common = {
      client,
      messages,
      reads,
      settings: parsed,
      redact,
      rateLimiter,
      clock,
      log,
      escalation,
      publicUrl: 'https://fb.test',
    };
    const directory = {
      members: async (names: readonly string[]) => names.flatMap(membersOf),
      memberOf: async () => [],
    } as never;
    const outbox = createOutbox({ ...common, posted: () => posted(), record: recordMessage({ operations } as never) });
    const announceChannel = createAnnounceChannel(client, parsed, { nowMs: clock.nowMs, log });
    const storms = createStorms({ ...common, outbox, announceChannel });
    const notify = createNotifier({
      ...common,
      ...{ outbox, announceChannel, rankOf: storms.rankOf, roles, operations: operations as never },
      people: {},
      reading: createSemaphore(8),
      stuckAmong,
      onCall: { now: async () => ({}) },
      channels: createChannels(client, parsed, directory, log),
      switches: () => [],
      catalog: { byName: (name) => [...books.values()].find((one) => one.name === name) },
      versions: { byDigest: async (digest) => books.get(digest) ?? null },
    });
    return {
      client,
      outbox,
      notify,
      storms,
      followOwed: createOwed({ messages, clock, log }),
      announce: createAnnounce({ outbox, announceChannel, redact }),
    };
  }

  return {
    sandbox,
    announcements,
    clock,
    calls,
    incidents,
    runs,
    opening,
    books,
    rows,
    recorded,
    messages,
    reads,
    start,
    /** Puts an incident as it is now; a version further each time. */
    put(id: string, ...events: readonly Past[]): IncidentRow {
      const before = incidents.get(id);
      const state = { ...stateOf(id, ...events), channel: before?.channel ?? null };
      const row = { ...state, version: (before?.version ?? 0) + 1, updatedAt: state.openedAt };
      incidents.set(id, row);
      return row;
    },
    /** A channel with this id, which Firebreak is in. */
    addChannel(id: string, name: string) {
      const channel = workspace.createChannel('public', name, workspace.bot.userId, ['U0ANA']);
      workspace.channels.delete(channel.id);
      workspace.channels.set(id, Object.assign(channel, { id }));
      return channel;
    },
    /** Makes each call to Slack wait for this before it is sent. */
    holdCalls(wait: (method: string) => Promise<void>) {
      before = wait;
    },
    /** The next message is posted, and the process dies before it knows. Answers how to call that off, where none is posted. */
    loseNext(): () => void {
      const callOff = () => {
        posted = () => undefined;
      };
      posted = () => {
        callOff();
        throw new Error('killed between the post and its record');
      };
      return callOff;
    },
    owed: async () => (await messages.owed(100)).map(({ key }) => key),
    channelOf: (id: string) => sandbox.workspace.channels.get(incidents.get(id)?.channel?.id ?? ''),
    said: () => announcements.messages.filter(({ subtype }) => subtype === undefined),
  };
}
