// Folds the events of a playbook's stream into its life. Pure and total: no rules, those are in decide.ts.
import { assertNever } from '../result.ts';
import type { Stage } from './events.ts';
import { type PlaybookLife, type PlaybookLifeFact, type PlaybookVersion, versionOf } from './state.ts';

/** The life after an event. */
export function evolveLife(life: PlaybookLife, event: PlaybookLifeFact): PlaybookLife {
  switch (event.type) {
    case 'playbook.registered':
      return registered(life, event);
    case 'playbook.promoted': {
      const { to, canary } = event.data;
      const left = to === 'live' ? withoutLive(life, event) : life;
      return set(left, event, to, canary);
    }
    case 'playbook.rolled_back':
      return set(withoutLive(life, event), event, 'live');
    case 'playbook.retired':
      return set(life, event, 'retired');
    case 'playbook.demoted':
      return set(life, event, event.data.to);
    default:
      return assertNever(event);
  }
}

function registered(life: PlaybookLife, event: Extract<PlaybookLifeFact, { type: 'playbook.registered' }>) {
  const { at, actor, data } = event;
  const author = actor.kind === 'system' ? null : actor;
  const known = versionOf(life, data.playbook.digest);
  const version: PlaybookVersion = known
    ? { ...known, author: author ?? known.author, path: data.path }
    : {
        ref: data.playbook,
        stage: 'draft',
        since: at,
        author,
        registeredAt: at,
        path: data.path,
        promotedBy: null,
        reason: null,
      };
  return { ...life, versions: { ...life.versions, [data.playbook.digest]: version } };
}

/** Whatever was live is so no longer: another version takes its place. */
function withoutLive(life: PlaybookLife, event: PlaybookLifeFact): PlaybookLife {
  const { digest } = event.data.playbook;
  const versions = Object.fromEntries(
    Object.entries(life.versions).map(([key, version]) => [
      key,
      version.stage === 'live' && key !== digest
        ? {
            ...version,
            stage: 'retired' as const,
            since: event.at,
            promotedBy: event.actor,
            reason: `${event.data.playbook.version} took its place`,
          }
        : version,
    ]),
  );
  return { ...life, versions, wasLive: [...life.wasLive.filter((one) => one !== digest), digest] };
}

function set(
  life: PlaybookLife,
  { at, actor, data }: Exclude<PlaybookLifeFact, { type: 'playbook.registered' }>,
  stage: Stage,
  canary?: PlaybookVersion['canary'],
): PlaybookLife {
  const known = versionOf(life, data.playbook.digest);
  if (!known) return life;
  const { canary: _, ...kept } = known;
  const version = {
    ...kept,
    stage,
    since: at,
    promotedBy: actor,
    reason: data.reason,
    ...(canary === undefined ? {} : { canary }),
  };
  return { ...life, versions: { ...life.versions, [data.playbook.digest]: version } };
}
