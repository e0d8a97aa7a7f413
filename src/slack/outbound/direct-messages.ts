// Direct messages to those who have not answered a request when half of its time is over: one for each person and request, whatever
// process sees it first, and brought to its end with the request. Decides nothing.
import type { WebClient } from '@slack/web-api';
import { areOnePerson } from '../../core/authority/distinct.ts';
import type { People } from '../../core/authority/membership.ts';
import type { Actor } from '../../core/events.ts';
import type { Redactor } from '../../core/redact.ts';
import { whyExcluded } from '../../core/run/excluded.ts';
import { type Approval, findApproval, type RunState } from '../../core/run/state.ts';
import { eligible } from '../../core/run/who-decides.ts';
import { addMs, elapsedMs } from '../../core/time.ts';
import type { Directory } from '../../ports/directory.ts';
import type { IncidentRow, ReadModels } from '../../ports/reads.ts';
import type { Log } from '../../ports/runtime.ts';
import type { SlackMessage, SlackMessages } from '../../ports/slack-memory.ts';
import { troubleOf } from '../slack-error.ts';
import { directMessage } from '../views/approval-calls.ts';
import type { Outbox } from './outbox.ts';
import type { Desired } from './poster.ts';
import type { SleepingClock } from './rate-limiter.ts';
import { redactedRun } from './redacted.ts';

/** What it needs. */
export type DirectMessagesDeps = {
  /** Opens the conversations; the messages go through the outbox. */
  readonly client: WebClient;
  readonly outbox: Outbox;
  readonly messages: Pick<SlackMessages, 'byKey'>;
  readonly reads: Pick<ReadModels, 'approvals' | 'run' | 'incident'>;
  readonly directory: Pick<Directory, 'members' | 'standing'>;
  readonly people: People;
  readonly redact: Redactor;
  readonly clock: Pick<SleepingClock, 'nowMs'>;
  readonly log: Log;
};

/** Looked at this often, in milliseconds. */
const everyMs = 10_000;
/** People who are written to about one request; where a role has more, its mention in the channel has to do. */
const mostPeople = 20;
const mostAtOnce = 100;

const prefix = 'direct/';
const keyOf = (approvalId: string, user: string) => `${prefix}${approvalId}/${user}`;

/** When half of the time of a request is over, and somebody is written to. */
const halfOf = ({ requestedAt, expiresAt }: Approval) => addMs(requestedAt, elapsedMs(requestedAt, expiresAt) / 2);

/** To be called often: writes to whoever is to be written to now. */
export function createDirectMessages(deps: DirectMessagesDeps): () => Promise<void> {
  const { reads, clock, log } = deps;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  /** What this process has seen to already, or could not do. */
  const done = new Set<string>();
  return async () => {
    if (clock.nowMs() - lookedAtMs < everyMs) return;
    lookedAtMs = clock.nowMs();
    const now = new Date(lookedAtMs).toISOString();
    const { items } = await reads.approvals({ status: 'open', limit: mostAtOnce, cursor: null });
    const due = items.filter(({ approval }) => now >= halfOf(approval) && now < approval.expiresAt);
    const current = new Set(due.map(({ approval }) => approval.id));
    for (const key of done) if (!current.has(key.slice(prefix.length).split('/')[0] ?? '')) done.delete(key);
    for (const { runId, incidentId, approval } of due)
      await writeAbout(deps, { runId, incidentId, approvalId: approval.id }, done).catch((error: unknown) =>
        log.warn(
          { approvalId: approval.id, error: troubleOf(error).message },
          'people were not written to; tried again',
        ),
      );
  };
}

async function writeAbout(
  { client, outbox, messages, reads, directory, people, redact, log }: DirectMessagesDeps,
  {
    runId,
    incidentId,
    approvalId,
  }: { readonly runId: string; readonly incidentId: string; readonly approvalId: string },
  done: Set<string>,
): Promise<void> {
  const [row, incident] = await Promise.all([reads.run(runId), reads.incident(incidentId)]);
  const run = row && redactedRun(row.state, redact);
  const approval = run ? findApproval(run, approvalId) : undefined;
  if (!run || !incident || approval?.status !== 'open') return;
  for (const user of missing(run, approval, { members: await directory.members(eligible(approval)), people })) {
    const key = keyOf(approvalId, user);
    if (done.has(key)) continue;
    done.add(key);
    const known = await messages.byKey(key);
    if (known?.ts || (await directory.standing(user)) !== 'active') continue;
    try {
      const channelId = known?.channelId ?? (await client.conversations.open({ users: user })).channel?.id;
      if (channelId !== undefined) await outbox.put(desired(key, { run, approval, incident, channelId }));
    } catch (error) {
      const { kind, message } = troubleOf(error);
      // Slack was away: tried again. What it refuses it would refuse again.
      if (kind === 'ambiguous' || kind === 'wait' || kind === 'dead') done.delete(key);
      log.warn({ user, approvalId, error: message }, 'somebody could not be written to about a request for approval');
    }
  }
}

/** Who could still answer: nobody who has, and not whoever started the run where that does not count. */
function missing(
  run: RunState,
  approval: Approval,
  { members, people }: { readonly members: readonly string[]; readonly people: People },
): readonly string[] {
  const left = members.filter((id) => {
    const actor: Actor = { kind: 'user', id };
    const hasAnswered = approval.approvals.some((given) => areOnePerson(given.actor, actor, people));
    return !hasAnswered && whyExcluded({ run, approval, actor, people }) === null;
  });
  return left.length > mostPeople ? [] : left;
}

function desired(
  key: string,
  {
    run,
    approval,
    incident,
    channelId,
  }: {
    readonly run: RunState;
    readonly approval: Approval;
    readonly incident: Pick<IncidentRow, 'id' | 'version' | 'channel'>;
    readonly channelId: string;
  },
): Desired {
  const message = directMessage(run, approval, incident.channel?.id ?? null);
  return { key, lane: 'approval', incidentId: incident.id, channelId, version: incident.version, message };
}

/** The direct messages that were written about an incident's requests, as they are to stand now. */
export const writtenMessages = (
  incident: IncidentRow,
  runs: readonly RunState[],
  known: readonly SlackMessage[],
): readonly Desired[] =>
  known
    .filter(({ key, ts }) => ts !== null && key.startsWith(prefix))
    .flatMap(({ key, channelId }) => {
      const approvalId = key.slice(prefix.length).split('/')[0] ?? '';
      const run = runs.find(({ approvals }) => Object.hasOwn(approvals, approvalId));
      const approval = run && findApproval(run, approvalId);
      return run && approval ? [desired(key, { run, approval, incident, channelId })] : [];
    });
