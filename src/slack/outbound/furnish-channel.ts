// What stands at the top of an incident's channel: its card, pinned, and bookmarks for the runbook, the dashboard and the page. Once for
// each channel, whatever crashes in between. Posts nothing.
import type { IncidentRow } from '../../ports/reads.ts';
import { cardLinks } from '../views/alert-parts.ts';
import { incidentUrl } from '../views/incident-card.ts';
import { ownSuffix } from './announced-key.ts';
import type { Bookmark } from './channel.ts';
import { withMutex } from './mutex.ts';
import { isDone, noteDone, onlyOnce } from './only-once.ts';
import { openingAlert } from './shown-beside.ts';
import type { TellDeps } from './tell-incident.ts';

/** Furnishes the channel of an incident, once its card stands there. Does nothing where it has none of its own. */
export async function furnishChannel(deps: TellDeps, incident: IncidentRow): Promise<void> {
  const { messages, channels, settings, rateLimiter } = deps;
  const { id, channel } = incident;
  if (channel === null || channel.id === settings.fallbackChannel) return;
  const channelId = channel.id;
  const suffix = ownSuffix(incident);
  const ts = (await messages.byKey(`card/${id}${suffix}`))?.ts ?? null;
  if (ts === null) return;
  const about = { incident, channelId };
  await onlyOnce(deps, { ...about, key: `pin/${id}${suffix}`, content: ts, lane: 'log', method: 'pins.add' }, () =>
    channels.pin(channelId, ts),
  );
  const all = { ...about, key: `bookmarks/${id}${suffix}`, content: channelId };
  if (await isDone(deps, all)) return;
  // Each is a call of its own, so that each waits for Slack's rate.
  for (const bookmark of await bookmarksOf(deps, incident)) {
    const run = () => withMutex(deps, all.key, () => channels.bookmark(channelId, bookmark));
    await rateLimiter.schedule({ lane: 'log', method: 'bookmarks.add', channelId, run });
  }
  await noteDone(deps, all);
}

async function bookmarksOf(deps: TellDeps, incident: IncidentRow): Promise<readonly Bookmark[]> {
  const alert = await openingAlert(deps, incident);
  const links = alert === null ? [] : cardLinks(alert);
  const kept = links.filter(({ kind }) => kind === 'runbook' || kind === 'dashboard');
  return [
    ...kept.map(({ label, url }) => ({ title: label, link: url })),
    { title: `Incident #${incident.number}`, link: incidentUrl(deps.publicUrl, incident.number) },
  ];
}
