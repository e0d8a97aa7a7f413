// The Home tab: published when somebody opens it, and after what they did there. Home has no channel: it is its own answer. Holds no rule.
import type { WebClient } from '@slack/web-api';
import { areOnePerson } from '../../core/authority/distinct.ts';
import type { People } from '../../core/authority/membership.ts';
import { actorOf, type Principal } from '../../core/authority/principal.ts';
import type { Right } from '../../core/authority/right.ts';
import type { Redactor } from '../../core/redact.ts';
import { whyExcluded } from '../../core/run/excluded.ts';
import { type Approval, findApproval, type RunState } from '../../core/run/state.ts';
import { eligible } from '../../core/run/who-decides.ts';
import type { Operations } from '../../ports/operations.ts';
import type { IncidentRow, ReadsFor, SeenReads } from '../../ports/reads.ts';
import { slackPrincipal } from '../identity.ts';
import type { SleepingClock } from '../outbound/rate-limiter.ts';
import { redactedForm, redactedIncident, redactedRun, redactedSwitches } from '../outbound/redacted.ts';
import { type HomeContent, homeView } from '../views/home.ts';
import type { Authorised } from './authorised.ts';

/** What it needs. */
export type HomeDeps = {
  readonly client: WebClient;
  readonly readsFor: ReadsFor;
  readonly operations: Pick<Operations, 'killSwitches'>;
  readonly authorised: Authorised;
  readonly people: People;
  readonly redact: Redactor;
  readonly clock: Pick<SleepingClock, 'nowMs'>;
};

/** Shows somebody the Home tab as it is now; `said`: what came of what they did there. */
export type PublishHome = (user: string, said?: string) => Promise<void>;

/** Looked through for what somebody may decide. */
const mostRequests = 100;
/** Read of each kind of incident and of runs. */
const mostOfAKind = 50;
const underWay = ['running', 'compensating', 'finishing', 'cancelling', 'compensation_failed', 'queued'] as const;

/** Makes it. */
export function createHome(deps: HomeDeps): PublishHome {
  const { client, clock, redact, people, authorised } = deps;
  return async (user, said) => {
    const principal = slackPrincipal({ id: user }, people);
    const may = async (right: Right) => (await authorised(principal, right, { anything: true })).ok;
    const [view, respond, start, operate] = await Promise.all([
      may('view'),
      may('respond'),
      may('start'),
      may('operate'),
    ]);
    const content: HomeContent = {
      said: said ?? null,
      waiting: await waitingFor(principal, deps),
      seen: view ? await seenBy(deps.readsFor(principal), deps) : null,
      user,
      may: { declare: respond, run: start, halt: operate },
      at: new Date(clock.nowMs()).toISOString(),
    };
    await client.views.publish({ user_id: user, view: redactedForm(homeView(content), redact) });
  };
}

/** What somebody may decide and has not, what ends first first. */
async function waitingFor(
  principal: Principal,
  { readsFor, authorised, redact, people }: HomeDeps,
): Promise<HomeContent['waiting']> {
  const actor = actorOf(principal);
  const reads = readsFor(principal);
  const { items } = await reads.approvals({ status: 'open', limit: mostRequests, cursor: null });
  const left = items.filter(
    ({ approval }) => !approval.approvals.some((given) => areOnePerson(given.actor, actor, people)),
  );
  const allowed = await Promise.all(
    left.map(({ approval }) => authorised(principal, 'approve', { approvers: eligible(approval) })),
  );
  const own = left
    .filter((_, i) => allowed[i]?.ok)
    .toSorted((a, b) => a.approval.expiresAt.localeCompare(b.approval.expiresAt));
  const runs = new Map<string, RunState>();
  for (const { runId } of own) {
    const row = runs.has(runId) ? null : await reads.run(runId);
    if (row) runs.set(runId, redactedRun(row.state, redact));
  }
  return own.flatMap(({ runId, approval: { id } }): { run: RunState; approval: Approval }[] => {
    const run = runs.get(runId);
    const approval = run && findApproval(run, id);
    if (!run || approval?.status !== 'open') return [];
    return whyExcluded({ run, approval, actor, people }) === null ? [{ run, approval }] : [];
  });
}

async function seenBy(reads: SeenReads, { operations, redact }: HomeDeps): Promise<NonNullable<HomeContent['seen']>> {
  const page = { limit: mostOfAKind, cursor: null };
  const [open, recent, ...runs] = await Promise.all([
    reads.incidents({ ...page, status: 'open' }),
    reads.incidents({ ...page, status: 'resolved', limit: 10 }),
    ...underWay.map((status) => reads.runs({ ...page, status })),
  ]);
  const shown = ({ items }: { readonly items: readonly IncidentRow[] }) =>
    items.filter(({ kind }) => kind !== 'operation').map((incident) => redactedIncident(incident, redact));
  return {
    open: shown(open),
    recent: shown(recent),
    runs: runs.flatMap(({ items }) => items.map(({ state }) => redactedRun(state, redact))),
    switches: redactedSwitches(operations.killSwitches(), redact),
  };
}
