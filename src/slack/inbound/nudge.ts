// Reminds those who can unblock a run, when somebody asks for it, and not again before some minutes have passed.
import type { People, Roles } from '../../core/authority/membership.ts';
import { actorOf, type Caller } from '../../core/authority/principal.ts';
import type { Redactor } from '../../core/redact.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { eligible } from '../../core/run/who-decides.ts';
import { addMs, elapsedMs } from '../../core/time.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { Operations } from '../../ports/operations.ts';
import type { ReadsFor } from '../../ports/reads.ts';
import type { SlackMessages } from '../../ports/slack-memory.ts';
import { person, rolesInSlack } from '../identity.ts';
import { escalationOf } from '../outbound/callouts.ts';
import { withMutex } from '../outbound/mutex.ts';
import type { Outbox } from '../outbound/outbox.ts';
import type { SleepingClock } from '../outbound/rate-limiter.ts';
import { redactedRun, redactedSwitches } from '../outbound/redacted.ts';
import { lasting } from '../text.ts';
import { nudgeMessage } from '../views/nudge-message.ts';

/** What reminding needs. */
export type NudgeDeps = {
  readonly outbox: Outbox;
  readonly messages: SlackMessages;
  readonly readsFor: ReadsFor;
  readonly operations: Pick<Operations, 'killSwitches'>;
  readonly catalog: Pick<PlaybookCatalog, 'byName'>;
  readonly roles: Roles;
  readonly people: People;
  readonly redact: Redactor;
  readonly clock: SleepingClock;
};

/** Reminds in a channel; answers what to tell whoever asked. */
export type Nudge = (runId: string, channelId: string, caller: Caller) => Promise<string>;

/** One reminder per run and this long. */
const apartMs = 5 * 60_000;

/** Makes the reminder. */
export function createNudge(deps: NudgeDeps): Nudge {
  const { messages, outbox, clock } = deps;

  /** Takes the next reminder's place, or answers when the last one was. */
  async function takeTurn(run: RunState, channelId: string): Promise<{ key: string } | { lastAt: string }> {
    const prefix = `nudge/${run.runId}/`;
    return withMutex(deps, prefix, async () => {
      const all = (await messages.ofIncident(run.incidentId)).filter(({ key }) => key.startsWith(prefix));
      const lastAt = all
        .map(({ key }) => key.slice(prefix.length))
        .sort()
        .at(-1);
      const now = new Date(clock.nowMs()).toISOString();
      if (lastAt !== undefined && elapsedMs(lastAt, now) < apartMs) return { lastAt };
      const key = `${prefix}${now}`;
      await messages.begin({ key, incidentId: run.incidentId, channelId });
      return { key };
    });
  }

  return async (runId, channelId, { principal }) => {
    const actor = actorOf(principal);
    const found = (await deps.readsFor(principal).run(runId))?.state;
    if (!found) return `Not done: there is no run ${runId}.`;
    if (isTerminal(found.status)) return `Not done: the run has ended (${found.status}).`;
    const turn = await takeTurn(found, channelId);
    if ('lastAt' in turn) {
      const left = elapsedMs(new Date(clock.nowMs()).toISOString(), addMs(turn.lastAt, apartMs));
      return `Not done: people were reminded already; the next reminder may go out in ${lasting(left)}.`;
    }
    const run = redactedRun(found, deps.redact);
    const open = Object.values(run.approvals).filter(({ status }) => status === 'open');
    const escalation = escalationOf(run, deps.catalog);
    const called = open.length > 0 || escalation === null ? open.flatMap(eligible) : [escalation];
    const by = person(actor);
    const switches = redactedSwitches(deps.operations.killSwitches(), deps.redact);
    await outbox.put({
      key: turn.key,
      lane: 'approval',
      incidentId: run.incidentId,
      channelId,
      version: 0,
      message: nudgeMessage(run, { called, by, switches, roles: rolesInSlack(deps.roles, deps.people) }),
      about: `reminder asked for by ${actor.name ?? actor.id}`,
    });
    return 'People were reminded.';
  };
}
