// The stage `suppress` of one alert at an instant, in sentences: every silence, window, inhibition and route that could hold it, and what each
// of them says. Decides nothing: it asks the same functions that decide.
import type { Verdict } from '../group/command.ts';
import type { Hold } from '../group/hold.ts';
import { assertNever } from '../result.ts';
import type { Alert } from './alert.ts';
import type { ExplainedStage } from './explained.ts';
import type { Occurrence } from './occurrence.ts';
import { route } from './route.ts';
import { type Silence, silenceState } from './silence.ts';
import type { StageContext } from './stage.ts';
import type { StagedAlert } from './staged.ts';
import { matchWhere, type WhereMatch } from './where.ts';
import { type MaintenanceWindow, nextWindow, windowOccurrence } from './window.ts';

/** Who or what holds it, until when, whose it is and why. */
export function heldBy({ by, name, owner, reason, until }: Hold): string {
  const whose = owner === null ? '' : `, owned by ${owner}`;
  const end = until === null ? '' : `, until ${until}`;
  return `the ${by} ${name}${whose}${end}${reason === null ? '' : `: ${reason}`}`;
}

/** Explains what keeps an alert from people at an instant, and what does not. */
export function explainSuppress(alert: Alert, { verdict }: StagedAlert, context: StageContext): ExplainedStage {
  const { silences, windows } = context.mutes;
  const because = [
    ...silences.flatMap((silence) => ofSilence(silence, alert, context)),
    ...windows.map((window) => ofWindow(window, alert, context)),
    ...ofInhibition(alert, context),
    ...ofRoutes(alert, context),
  ];
  const said = because.length > 0 ? because : ['there is no silence, no window and no inhibition'];
  return { stage: 'suppress', outcome: outcomeOf(alert, verdict), because: said };
}

function outcomeOf({ status }: Alert, verdict: Verdict): string {
  switch (verdict.type) {
    case 'pass':
      return 'nothing holds it';
    case 'muted': {
      if (status === 'resolved') return `an end passes through ${heldBy(verdict.hold)}`;
      const meanwhile = verdict.consolidated ? '; the one incident of the window takes it meanwhile' : '';
      return `held by ${heldBy(verdict.hold)}${meanwhile}`;
    }
    default:
      return assertNever(verdict);
  }
}

/** Whether it holds, as a verb; what cannot be evaluated never keeps anybody from being told. */
const holds = { matches: 'holds', differs: 'does not hold', unclear: 'could not be evaluated, so it does not hold' };

const said = ({ outcome, because }: WhereMatch): string => `${holds[outcome]}: ${because.join('; ')}`;

function ofSilence(silence: Silence, alert: Alert, { at, rules }: StageContext): readonly string[] {
  const { id, name, owner, startsAt, endsAt, reason, sets } = silence;
  const which = `the silence ${name ?? id} of ${owner}`;
  switch (silenceState(silence, at)) {
    case 'expired':
      return [`${which} ended at ${endsAt}`];
    case 'pending':
      return [`${which} begins at ${startsAt} only`];
    case 'active':
      return sets.map(
        (where) => `${which} (until ${endsAt}, ${reason}) ${said(matchWhere(where, alert, at, rules.intervals))}`,
      );
  }
}

function ofWindow(window: MaintenanceWindow, alert: Alert, { at, rules }: StageContext): string {
  const { name, owner, reason, mode, where } = window;
  const which = `the window ${name} of ${owner}`;
  const now = windowOccurrence(window, at, rules.intervals);
  if (now !== null) {
    const match = matchWhere(where ?? {}, alert, at, rules.intervals);
    return `${which} (${mode}, ${fromTo(now)}, ${reason}) ${said(match)}`;
  }
  const next = nextWindow(window, at, rules.intervals);
  return `${which} is not open at ${at}; ${next === null ? 'it does not come again' : `it is open next ${fromTo(next)}`}`;
}

const fromTo = ({ startsAt, endsAt }: Occurrence): string =>
  `${startsAt === null ? 'since long ago' : `from ${startsAt}`} ${endsAt === null ? 'without an end' : `until ${endsAt}`}`;

function ofInhibition(alert: Alert, { at, mutes }: StageContext): readonly string[] {
  const { by, unclear } = mutes.inhibition.inhibitedBy(alert, at);
  if (by === null) return unclear;
  return [...unclear, `the inhibition ${by.rule} holds: ${by.because.join('; ')}`];
}

function ofRoutes(alert: Alert, { at, rules }: StageContext): readonly string[] {
  const { mute } = route(alert, at, { routes: rules.routes, intervals: rules.intervals });
  if (mute === null) return [];
  return [`the route ${mute.route} holds${mute.until === null ? '' : ` until ${mute.until}`}: ${mute.because}`];
}
