// Who is brought into the channel of an incident before there is anything to read: the responders, and whoever is asked or called there, for
// Slack notifies nobody who is not in the channel. Each once. Posts nothing.
import { sha256 } from '../../core/json.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { eligible } from '../../core/run/decide-approval.ts';
import type { Approval, RunState } from '../../core/run/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { namesCalled } from './callouts.ts';
import { pinnedPlaybook } from './shown-beside.ts';
import { onlyOnce, record, type TellDeps } from './tell-incident.ts';

/** Invites them. Rejects where another try may mend it; whoever cannot be invited is no failure. */
export async function invitePeople(deps: TellDeps, incident: IncidentRow, channelId: string): Promise<void> {
  const { channels, settings } = deps;
  const invite = (key: string, names: readonly string[]) =>
    onlyOnce(
      deps,
      { incident, channelId, key, content: [...names], lane: 'approval', method: 'conversations.invite' },
      async () => {
        const users = [...(await channels.invite(channelId, names))];
        if (users.length > 0) await record(deps, incident.id, key, { type: 'invite_responders', users });
      },
    );
  await removePeople(deps, incident, channelId);
  await invite(`invitation/${incident.id}`, settings.invite);
  const called = (await calledIn(deps, incident)).filter((name) => !settings.invite.includes(name));
  // A name is foreign text.
  for (const name of called) await invite(`invitation/${incident.id}/${sha256(name).slice(0, 12)}`, [name]);
}

/** Takes those out of a private channel who may not know of the incident any more. */
async function removePeople(deps: TellDeps, incident: IncidentRow, channelId: string): Promise<void> {
  const { id, removed } = incident;
  if (removed === undefined) return;
  const about = { key: `removal/${id}`, incident, channelId, content: [...removed], lane: 'approval' } as const;
  await onlyOnce(deps, { ...about, method: 'conversations.kick' }, () => deps.channels.remove(channelId, removed));
}

async function calledIn(deps: TellDeps, incident: IncidentRow): Promise<readonly string[]> {
  const runs = (await deps.reads.runsOfIncident(incident.id)).map(({ state }) => state);
  // Who is only called, by a run that went wrong, does not learn of a private incident by that.
  if (incident.members !== undefined) return [...new Set(runs.flatMap(openRequests).flatMap(eligible))];
  const playbooks = new Map<string, Playbook>();
  for (const digest of new Set(runs.map(({ playbook }) => playbook.digest))) {
    const playbook = await pinnedPlaybook(deps.versions, digest);
    if (playbook !== null) playbooks.set(digest, playbook);
  }
  return namesCalled({ incident, runs }, { catalog: deps.catalog, playbooks });
}

const openRequests = ({ approvals }: RunState): readonly Approval[] =>
  Object.values(approvals).filter(({ status }) => status === 'open');
