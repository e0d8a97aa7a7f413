// How loud an incident is in Slack: a channel of its own, a thread or a line in the announce channel, or nothing. Pure.
import type { IncidentState } from '../../core/incident/state.ts';
import { type Callout, calloutsOf } from '../../core/run/callouts.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import type { StuckStates } from '../../core/run/stuck.ts';
import type { SlackSettings } from '../settings.ts';

/** Where people hear of an incident, the loudest last. */
const surfaces = ['none', 'line', 'thread', 'channel'] as const;
/** `line` and `thread` are in the announce channel. */
export type Surface = (typeof surfaces)[number];

/** The louder of two. */
const louder = (a: Surface, b: Surface): Surface => (surfaces.indexOf(a) >= surfaces.indexOf(b) ? a : b);

const byDefault: { readonly [severity: number]: Surface } = { 1: 'channel', 2: 'channel', 3: 'thread', 4: 'line' };

/** What an incident's loudness depends on besides itself. */
export type Loudness = {
  readonly settings: Pick<SlackSettings, 'loudness' | 'storm'>;
  readonly runs: readonly RunState[];
  /** In what runs are stuck, by run id; absent: in nothing that is known. */
  readonly stuck?: StuckStates;
  /** There is an announce channel. */
  readonly announces: boolean;
  /** How many incidents were opened shortly before it. */
  readonly rank: number;
  /** As loud as it was so far: nothing is taken back. */
  readonly shown: Surface;
};

/** As loud as the incident is to be now. It never becomes quieter than it was. */
export function surfaceOf(incident: IncidentState, loudness: Loudness): Surface {
  if (incident.channel !== null) return 'channel';
  return louder(loudness.shown, wanted(incident, loudness));
}

function wanted(incident: IncidentState, { settings, runs, stuck, announces, rank }: Loudness): Surface {
  if (isTaken(incident)) return 'channel';
  const { incidents: most } = settings.storm;
  const inStorm = announces && rank >= most;
  const isStalled = (run: RunState) =>
    stuck !== undefined && calloutsOf(run, { playbook: null, runs, incident: incident.status, stuck }).some(stalls);
  if (runs.some((run) => needsPeople(run) || isStalled(run)))
    return inStorm && incident.severity > 1 ? 'thread' : 'channel';
  // Whoever is called must hear it, but nothing waits for an answer any more.
  const least = runs.some((run) => endCalls(run, runs, incident)) ? (announces ? 'thread' : 'channel') : 'none';
  return louder(least, unaskedFor(incident, { settings, announces, inStorm, rank }));
}

/** As loud as an incident is to be that needs nobody in particular. */
function unaskedFor(
  incident: IncidentState,
  {
    settings,
    announces,
    inStorm,
    rank,
  }: Pick<Loudness, 'settings' | 'announces' | 'rank'> & { readonly inStorm: boolean },
): Surface {
  if (incident.kind === 'operation') return 'none';
  const most = settings.storm.incidents;
  const asked = policyOf(incident, settings);
  const can =
    announces || asked === 'channel' || asked === 'none' ? asked : incident.severity <= 3 ? 'channel' : 'none';
  if (!inStorm || can === 'none') return can;
  // The digest has the rest.
  if (rank >= 2 * most) return 'none';
  return can === 'channel' && incident.severity <= 1 ? 'channel' : 'line';
}

/** People opened it, or somebody is on it. */
const isTaken = ({ kind, groupKey, acknowledgedBy }: IncidentState): boolean =>
  acknowledgedBy !== null || (groupKey === null && kind !== 'operation');

/** What its route says, until it gets worse than it was then; else what its severity says. */
function policyOf(
  { handling, severity, openedSeverity }: IncidentState,
  { loudness }: Pick<SlackSettings, 'loudness'>,
): Surface {
  const bySeverity = loudness[severity as 1 | 2 | 3 | 4] ?? byDefault[severity] ?? 'channel';
  const byRoute = handling?.channel;
  if (byRoute === undefined) return bySeverity;
  return openedSeverity !== undefined && severity < openedSeverity ? louder(byRoute, bySeverity) : byRoute;
}

/** A run that people must see: it asks for a decision, is late or stands still, or has something to say in the channel. */
function needsPeople({ status, approvals, overdueAt, nodes }: RunState): boolean {
  if (isTerminal(status)) return false;
  if (overdueAt !== null || Object.values(approvals).some((approval) => approval.status === 'open')) return true;
  return Object.values(nodes).some(
    (node) =>
      node.status === 'unknown' ||
      (node.status === 'failed' && node.escalated) ||
      (node.status === 'retry_wait' && node.error.code === noChannel),
  );
}

const stalls = ({ kind }: Callout): boolean => kind === 'stalled';

/** A run that has ended in a way of which people are told in a message of its own. */
const endCalls = (run: RunState, runs: readonly RunState[], { status: incident }: IncidentState): boolean =>
  isTerminal(run.status) && calloutsOf(run, { playbook: null, runs, incident }).length > 0;

/** The code of a step that would speak in the channel of an incident that has none. */
const noChannel = 'no_channel';
