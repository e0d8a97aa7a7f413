// What stands at the top of an incident's channel: its card, pinned, and bookmarks for the runbook, the dashboard and the page. Once for
// each channel, whatever crashes in between. Posts nothing.
import type { IncidentRow } from '../../ports/reads.ts';
import { cardLinks } from '../views/alert-parts.ts';
import { incidentUrl } from '../views/incident-card.ts';
import { ownSuffix } from './announced-key.ts';
import type { Bookmark } from './channel.ts';
import { openingAlert } from './shown-beside.ts';
import { onlyOnce, type TellDeps } from './tell-incident.ts';

/** Furnishes the channel of an incident, once its card stands there. Does nothing where it has none of its own. */
export async function furnishChannel(deps: TellDeps, incident: IncidentRow): Promise<void> {
  const { messages, channels, settings } = deps;
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
  if ((await messages.byKey(`bookmarks/${id}${suffix}`))?.ts) return;
  const bookmarks = await bookmarksOf(deps, incident);
  await onlyOnce(
    deps,
    { ...about, key: `bookmarks/${id}${suffix}`, content: channelId, lane: 'log', method: 'bookmarks.add' },
    () => channels.bookmark(channelId, bookmarks),
  );
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
