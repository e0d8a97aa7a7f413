// What the configuration tells an engine, and the rules for alerts in it, which a reload changes. Holds no rule.
import type { Config } from './config/environment.ts';
import { silenceOf } from './core/alert/silence.ts';
import { sha256 } from './core/json.ts';
import type { Rulebook } from './core/policy/rulebook.ts';
import { documentOptions } from './documents.ts';
import type { AlertRules } from './engine/alerts/stages.ts';
import type { EngineOptions } from './engine/engine-ports.ts';
import type { SlackSettings } from './slack/settings.ts';
import { stepUpSettings } from './step-up.ts';

/** Steps under way in one process. */
const maxSteps = 100;

/** What the configuration tells an engine. */
export function engineOptions(
  { file, playbookEnv: env, apiToken, publicUrl }: Config,
  { archiveAfter }: Pick<SlackSettings, 'archiveAfter'>,
  { worker, pool, works, rulebook }: Pick<EngineOptions, 'worker' | 'pool' | 'works'> & { readonly rulebook: Rulebook },
): EngineOptions {
  return {
    worker,
    pool,
    works,
    maxSteps,
    rulebook,
    storm: file.policy.storm,
    access: file.access,
    people: file.people,
    bootstrapHash: apiToken === null ? null : sha256(apiToken),
    sessionTimes: file.signIn.session,
    rules: {
      ...file.incidents,
      archiveAfterMs: archiveAfter,
      postmortemReviews: file.postmortem.reviews,
      people: file.people,
    },
    stepUp: stepUpSettings(file, publicUrl),
    documents: documentOptions({ file }),
    remindAt: file.postmortem.remindAt,
    alertRules: alertRulesOf(file.alerts),
    heartbeats: file.heartbeats,
    slo: file.slo,
    trust: file.trust,
    publicUrl,
    env,
  };
}

/** The rules for alerts as the engine takes them. */
export function alertRulesOf(alerts: Config['file']['alerts']): AlertRules {
  const { silences: _, ...rules } = alerts;
  let known = { of: alerts.silences, silences: alerts.silences.map(silenceOf) };
  return {
    ...rules,
    // A reload gives the configuration other silences.
    get silences() {
      if (known.of !== alerts.silences) known = { of: alerts.silences, silences: alerts.silences.map(silenceOf) };
      return known.silences;
    },
  };
}
