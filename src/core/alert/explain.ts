// The six stages of one alert at an instant, in sentences for people: what matched, what did not and why. Decides nothing: it asks the
// same functions that decide.
import { settingsOf } from '../group/rule.ts';
import { memberOf } from '../group/state.ts';
import { formatDuration } from '../time.ts';
import type { Alert } from './alert.ts';
import { explainAct } from './explain-act.ts';
import { explainDedupe } from './explain-dedupe.ts';
import { explainSuppress } from './explain-suppress.ts';
import type { ExplainedAgainst, ExplainedStage } from './explained.ts';
import { explainRoute } from './route.ts';
import type { StageContext } from './stage.ts';
import type { StagedAlert } from './staged.ts';
import { matchWhere } from './where.ts';

const verbs = {
  matches: 'takes it',
  differs: 'does not take it',
  unclear: 'could not be evaluated, so it does not take it',
};
const routeVerbs = {
  matches: 'matches',
  differs: 'does not match',
  unclear: 'could not be evaluated, so it is passed over',
};

/** Explains the six stages of an alert that is enriched and staged. */
export function explainAlert(
  staged: StagedAlert,
  context: StageContext,
  known: ExplainedAgainst,
): readonly ExplainedStage[] {
  const { alert } = staged;
  return [
    explainDedupe(alert, known),
    enrich(known),
    group(staged, context, known),
    routed(alert, context),
    explainSuppress(alert, staged, context),
    explainAct(staged, known),
  ];
}

function enrich({ steps }: ExplainedAgainst): ExplainedStage {
  const added = steps.reduce((sum, step) => sum + step.added, 0);
  const nothing = steps.length === 0 ? 'there is no entry under `enrichment:`' : 'nothing was added';
  return {
    stage: 'enrich',
    outcome: added === 0 ? nothing : `${added} value(s) were added`,
    because: steps.map(({ rule, because }) => `${rule}: ${because.join('; ') || 'adds nothing'}`),
  };
}

function group(staged: StagedAlert, { at, rules }: StageContext, { group: there }: ExplainedAgainst): ExplainedStage {
  const { alert } = staged;
  const because: string[] = [];
  let first: (typeof rules.groups)[number] | undefined;
  for (const rule of rules.groups) {
    const { outcome, because: reasons } = matchWhere(rule.where ?? {}, alert, at, rules.intervals);
    because.push(`the group ${rule.name} ${verbs[outcome]}: ${reasons.join('; ')}`);
    if (outcome !== 'matches') continue;
    first = rule;
    break;
  }
  if (rules.groups.length === 0) because.push('there is no entry under `groups:`, so it acts at once');
  else if (!first) because.push('no entry under `groups:` takes it, so it acts at once');
  if (there !== null && memberOf(there, alert.fingerprint)?.hold && there.key !== staged.key)
    because.push(`it is held in ${there.key} already, and stays there`);
  const taken = rules.groups.find(({ name }) => name === staged.rule);
  if (staged.rule === null || !taken) {
    if (first && staged.verdict.type === 'muted' && staged.verdict.consolidated)
      because.push(`${staged.verdict.hold.name} consolidates, so all that comes in it is one group`);
    return { stage: 'group', outcome: staged.key, because };
  }
  const { waitMs, pauseMs, threshold, window } = settingsOf(taken);
  const pause = pauseMs[alert.severity];
  because.push(
    waitMs === 0 ? 'it does not wait for others' : `it waits ${formatDuration(waitMs)} for others`,
    pause === 0
      ? `what is ${alert.severity} need not fire for any time first`
      : `because it is ${alert.severity} it has to fire for ${formatDuration(pause)} first`,
    `alerts join within ${formatDuration(window.rollingMs)} of the last one, and ${formatDuration(window.capMs)} of the first`,
  );
  if (threshold.count > 1)
    because.push(`${threshold.count} alerts have to fire within ${formatDuration(threshold.withinMs)}`);
  return { stage: 'group', outcome: staged.key, because };
}

function routed(alert: Alert, { at, rules }: StageContext): ExplainedStage {
  const { routed: found, tried } = explainRoute(alert, at, rules);
  const because = tried.map(
    ({ route, depth, outcome, because: reasons }) =>
      `${'  '.repeat(depth)}the route ${route} ${routeVerbs[outcome]}: ${reasons.join('; ')}`,
  );
  if (rules.routes.length === 0) because.push('there is no entry under `routes:`');
  if (found.matched.length === 0) return { stage: 'route', outcome: 'no route takes it; the defaults hold', because };
  const details = [
    found.owner === null ? [] : `owner ${found.owner}`,
    found.channel === null ? [] : `told by ${told[found.channel]}`,
    found.escalation.length === 0 ? [] : `escalated to ${found.escalation.join(', ')}`,
  ].flat();
  return { stage: 'route', outcome: [found.matched.join(', '), ...details].join('; '), because };
}

const told = {
  channel: 'a channel of its own',
  thread: 'a thread in the announce channel',
  line: 'a line in the announce channel',
  none: 'nothing in Slack',
};
