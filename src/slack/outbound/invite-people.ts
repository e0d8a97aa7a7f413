// Who is brought into the channel of an incident before there is anything to read: the responders, and whoever is asked or called there, for
// Slack notifies nobody who is not in the channel. Each once, and all who are missing with one call, for posts wait for it. Posts nothing.

import { stageOfIncident, workingAt } from '../../core/escalation/matrix.ts';
import { sha256 } from '../../core/json.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { Approval, RunState } from '../../core/run/state.ts';
import { eligible } from '../../core/run/who-decides.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { ownSuffix } from './announced-key.ts';
import { namesCalled } from './callouts.ts';
import { withMutex } from './mutex.ts';
import { isDone, noteDone, onlyOnce } from './only-once.ts';
import { pinnedPlaybook } from './shown-beside.ts';
import { record, type TellDeps } from './tell-incident.ts';

/** Invites them. Rejects where another try may mend it; whoever cannot be invited is no failure. */
export async function invitePeople(deps: TellDeps, incident: IncidentRow, channelId: string): Promise<void> {
  const { channels, settings, rateLimiter } = deps;
  await removePeople(deps, incident, channelId);
  const key = `invitation/${incident.id}${ownSuffix(incident)}`;
  // Who worked on it before its first channel was archived works on it still.
  const before = incident.formerChannel === undefined ? [] : Object.values(incident.roles);
  const called = [...new Set([...before, ...(await deps.reading(() => calledIn(deps, incident)))])].filter(
    (name) => !settings.invite.includes(name),
  );
  const all = [
    { key, content: [...settings.invite] },
    // A name is foreign text.
    ...called.map((name) => ({ key: `${key}/${sha256(name).slice(0, 12)}`, content: [name] })),
  ].map((one) => ({ ...one, incident, channelId }));
  const missing = async () => {
    const done = await Promise.all(all.map((one) => isDone(deps, one)));
    return all.filter((one, i) => one.content.length > 0 && !done[i]);
  };
  if ((await missing()).length === 0) return;
  const run = async () => {
    const some = await missing();
    const [first] = some;
    if (!first) return;
    const users = [
      ...(await channels.invite(
        channelId,
        some.flatMap(({ content }) => content),
      )),
    ];
    if (users.length > 0) await record(deps, incident.id, first.key, { type: 'invite_responders', users });
    for (const one of some) await noteDone(deps, one);
  };
  const call = { lane: 'approval', method: 'conversations.invite', channelId } as const;
  await rateLimiter.schedule({ ...call, run: () => withMutex(deps, key, run) });
}

/** Takes those out of a private channel who may not know of the incident any more. */
async function removePeople(deps: TellDeps, incident: IncidentRow, channelId: string): Promise<void> {
  const { id, removed } = incident;
  if (removed === undefined) return;
  const about = { key: `removal/${id}`, incident, channelId, content: [...removed], lane: 'approval' } as const;
  await onlyOnce(deps, { ...about, method: 'conversations.kick' }, () => deps.channels.remove(channelId, removed));
}

async function calledIn(deps: TellDeps, incident: IncidentRow): Promise<readonly string[]> {
  const rows = await deps.reads.runsOfIncident(incident.id);
  const runs = rows.map(({ state }) => state);
  // Who is only called, by a run that went wrong, does not learn of a private incident by that.
  if (incident.members !== undefined) return [...new Set(runs.flatMap(openRequests).flatMap(eligible))];
  const playbooks = new Map<string, Playbook>();
  for (const digest of new Set(runs.map(({ playbook }) => playbook.digest))) {
    const playbook = await pinnedPlaybook(deps.versions, digest);
    if (playbook !== null) playbooks.set(digest, playbook);
  }
  const { catalog, escalation } = deps;
  const stuck = await deps.stuckAmong(rows);
  const working =
    incident.kind === 'operation' || incident.status !== 'open'
      ? []
      : workingAt(escalation, { severity: incident.severity, stage: stageOfIncident(incident) });
  return [...new Set([...working, ...namesCalled({ incident, runs }, { catalog, playbooks, escalation, stuck })])];
}

const openRequests = ({ approvals }: RunState): readonly Approval[] =>
  Object.values(approvals).filter(({ status }) => status === 'open');
