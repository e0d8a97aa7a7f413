// The six stages of one alert at an instant, in sentences for people: what matched, what did not and why. Decides nothing: it asks the
// same functions that decide.

import type { Hold } from '../group/events.ts';
import type { Grouped } from '../group/rule.ts';
import { settingsOf } from '../group/rule.ts';
import type { GroupState } from '../group/state.ts';
import { memberOf } from '../group/state.ts';
import { episodeOf } from '../incident/episode.ts';
import type { IncidentAlert } from '../incident/state.ts';
import { matchTriggers } from '../playbook/match.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { assertNever } from '../result.ts';
import { formatDuration } from '../time.ts';
import type { Alert } from './alert.ts';
import type { EnrichmentStep } from './enrich.ts';
import { explainRoute } from './route.ts';
import { silenceState } from './silence.ts';
import { type StageContext, stageAlert } from './stage.ts';
import type { StagedAlert } from './staged.ts';
import { matchWhere } from './where.ts';
import { windowOccurrence } from './window.ts';

/** The stages in their order. */
const stageNames = ['dedupe', 'enrich', 'group', 'route', 'suppress', 'act'] as const;

/** What one stage says of an alert. */
export type ExplainedStage = {
  readonly stage: (typeof stageNames)[number];
  /** In a few words. */
  readonly outcome: string;
  /** What matched, what did not and why: one sentence each. */
  readonly because: readonly string[];
};

/** What is known of the alert besides the rules. */
export type ExplainedAgainst = {
  /** As it came, before enrichment. */
  readonly raw: Alert;
  /** What each rule of the enrichment made of it. */
  readonly steps: readonly EnrichmentStep[];
  readonly incident: {
    readonly number: number;
    readonly status: string;
    readonly alert: IncidentAlert | undefined;
  } | null;
  readonly group: GroupState | null;
  readonly playbooks: readonly Playbook[];
};

/** Explains the six stages of an enriched alert. */
export function explainAlert(alert: Alert, context: StageContext, known: ExplainedAgainst): readonly ExplainedStage[] {
  const staged = stageAlert(alert, context);
  return [
    dedupe(alert, known),
    enrich(known),
    group(alert, staged, context),
    routed(alert, context),
    suppress(alert, staged, context),
    act(alert, staged, known),
  ];
}

function dedupe(alert: Alert, { incident, group: held }: ExplainedAgainst): ExplainedStage {
  const because = [`its fingerprint is ${alert.fingerprint}`];
  const member = held && memberOf(held, alert.fingerprint);
  if (member?.hold) because.push(`its group holds it since ${member.since}, ${member.count} notification(s) so far`);
  const seen = incident?.alert;
  if (incident && seen)
    because.push(
      `incident #${incident.number} (${incident.status}) knows it as ${seen.status} since ${seen.startsAt ?? seen.firstAt}, ${seen.count} notification(s)`,
    );
  const episode = episodeOf(alert, seen);
  const outcomes = {
    new: 'a new episode',
    same: 'a repetition: it fires already',
    ended: 'the end of what fires',
    late: 'too late: its episode has ended',
    none: 'the end of something that does not fire',
  };
  return { stage: 'dedupe', outcome: outcomes[episode], because };
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

function group(alert: Alert, staged: StagedAlert, { at, rules }: StageContext): ExplainedStage {
  const because: string[] = [];
  let taken: Grouped['rule'] = null;
  for (const rule of rules.groups) {
    const { outcome, because: reasons } = matchWhere(rule.where ?? {}, alert, at, rules.intervals);
    because.push(`${rule.name} ${outcome === 'matches' ? 'takes it' : 'does not take it'}: ${reasons.join('; ')}`);
    if (outcome !== 'matches') continue;
    taken = rule;
    break;
  }
  if (taken === null)
    return {
      stage: 'group',
      outcome: `as its sender groups it: ${staged.key}`,
      because: because.length > 0 ? because : ['there is no entry under `groups:`, so it acts at once'],
    };
  const { waitMs, pauseMs, threshold, window } = settingsOf(taken);
  because.push(
    `it waits ${formatDuration(waitMs)} before the first message, and ${formatDuration(pauseMs[alert.severity])} because it is ${alert.severity}`,
    `alerts join for ${formatDuration(window.rollingMs)} after the last one, ${formatDuration(window.capMs)} at most`,
  );
  if (threshold.count > 1)
    because.push(`${threshold.count} distinct alerts have to fire within ${formatDuration(threshold.withinMs)}`);
  return { stage: 'group', outcome: `${taken.name}, ${staged.key}`, because };
}

function routed(alert: Alert, { at, rules }: StageContext): ExplainedStage {
  const { routed: found, tried } = explainRoute(alert, at, rules);
  const because = tried.map(
    ({ route, depth, outcome, because: reasons }) =>
      `${'  '.repeat(depth)}${route} ${outcome === 'matches' ? 'matches' : outcome === 'differs' ? 'does not match' : 'could not be evaluated'}: ${reasons.join('; ')}`,
  );
  if (found.matched.length === 0)
    return {
      stage: 'route',
      outcome: 'no route; the defaults hold',
      because: because.length > 0 ? because : ['there is no entry under `routes:`'],
    };
  const details = [
    found.owner === null ? [] : `owner ${found.owner}`,
    found.channel === null ? [] : `told by ${found.channel}`,
    found.escalation.length === 0 ? [] : `escalation ${found.escalation.join(', ')}`,
  ].flat();
  return { stage: 'route', outcome: [found.matched.join(', '), ...details].join('; '), because };
}

/** Who or what holds it, until when, whose it is and why. */
export function heldBy({ by, name, owner, reason, until }: Hold): string {
  const whose = owner === null ? '' : `, owned by ${owner}`;
  const end = until === null ? '' : `, until ${until}`;
  return `${by} ${name}${whose}${end}${reason === null ? '' : `: ${reason}`}`;
}

function suppress(alert: Alert, { verdict }: StagedAlert, { at, rules, mutes }: StageContext): ExplainedStage {
  const { intervals } = rules;
  const because: string[] = [];
  for (const silence of mutes.silences) {
    const state = silenceState(silence, at);
    const name = `the silence ${silence.name ?? silence.id}`;
    if (state !== 'active') because.push(`${name} is ${state}`);
    else
      for (const where of silence.sets) {
        const { outcome, because: reasons } = matchWhere(where, alert, at, intervals);
        because.push(`${name} ${outcome === 'matches' ? 'holds' : 'does not hold'}: ${reasons.join('; ')}`);
      }
  }
  for (const window of mutes.windows) {
    const occurrence = windowOccurrence(window, at, intervals);
    if (occurrence === null) {
      because.push(`the window ${window.name} is not open at ${at}`);
      continue;
    }
    const { outcome, because: reasons } = matchWhere(window.where ?? {}, alert, at, intervals);
    const open = `${occurrence.startsAt ?? 'long ago'} to ${occurrence.endsAt ?? 'no end'}`;
    because.push(
      `the window ${window.name} (${open}) ${outcome === 'matches' ? 'holds' : 'does not hold'}: ${reasons.join('; ')}`,
    );
  }
  switch (verdict.type) {
    case 'pass':
      return { stage: 'suppress', outcome: 'nothing holds it', because };
    case 'muted':
      return { stage: 'suppress', outcome: `held by ${heldBy(verdict.hold)}`, because };
    default:
      return assertNever(verdict);
  }
}

function act(alert: Alert, { verdict, playbooks: byRoute }: StagedAlert, known: ExplainedAgainst): ExplainedStage {
  const { incident, group: of } = known;
  const because: string[] = [];
  for (const playbook of known.playbooks) {
    if (byRoute.names.includes(playbook.name)) {
      because.push(`the playbook ${playbook.name} starts: its route says so`);
      continue;
    }
    if (byRoute.only) continue;
    const match = matchTriggers(playbook, alert);
    if (match.outcome === 'starts') because.push(`the playbook ${playbook.name} starts: a trigger fits`);
    if (match.outcome === 'unclear')
      because.push(
        `the playbook ${playbook.name} does not start, its trigger could not be evaluated: ${match.reasons.join('; ')}`,
      );
  }
  if (because.length === 0) because.push('no playbook starts for it');
  return { stage: 'act', outcome: outcomeOf(alert, verdict, { incident, of }), because };
}

function outcomeOf(
  { status, fingerprint }: Alert,
  verdict: StagedAlert['verdict'],
  { incident, of }: { readonly incident: ExplainedAgainst['incident']; readonly of: GroupState | null },
): string {
  const there = incident && incident.status !== 'closed' ? `incident #${incident.number}` : null;
  if (status === 'resolved')
    return incident?.alert?.status === 'firing'
      ? `its end goes to ${there}`
      : 'nobody was told of it, so nobody is told of its end';
  if (verdict.type === 'muted' && incident?.alert?.status !== 'firing') return 'kept, counted and told to nobody now';
  const hold = of && memberOf(of, fingerprint)?.hold;
  if (hold) return `held by ${heldBy(hold)}`;
  return there === null ? 'opens an incident, when its group lets it go' : `joins ${there}`;
}
