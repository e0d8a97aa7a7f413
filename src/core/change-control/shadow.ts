// Decides for a version in shadow about an alert as a real start would, and holds it against what the live version decides. Pure: nothing is
// done.
import type { Alert } from '../alert/alert.ts';
import type { Actor, IncidentEvent } from '../events.ts';
import type { IncidentState } from '../incident/state.ts';
import { canonicalJson, digestJson, type JsonObject } from '../json.ts';
import type { ActionCatalog } from '../playbook/action-traits.ts';
import { matchTriggers, resolveInputs } from '../playbook/match.ts';
import { allSteps, type Playbook, playbookRef } from '../playbook/playbook.ts';
import { type DryRun, dryRun } from '../run/dry-run.ts';
import type { ShadowStep } from './shadow-events.ts';

/** An alert that may start a playbook, and all that deciding about it needs. */
export type ShadowedTrigger = {
  readonly alert: Alert;
  readonly receipt: string;
  readonly incident: IncidentState;
  readonly actor: Actor;
  readonly at: string;
  readonly env: { readonly [name: string]: string };
  /** True: a route names the playbook, whatever its triggers say. */
  readonly isNamed: boolean;
  /** False: a route names others, and triggers do not count. */
  readonly triggersCount: boolean;
};

type Known = { readonly traits: ActionCatalog; readonly library: (name: string) => Playbook | undefined };
type Decision = {
  readonly playbook: Playbook;
  readonly starts: boolean;
  /** Why it would not start although it is triggered; null: it would, or it is not. */
  readonly refusal: string | null;
  readonly inputs: JsonObject;
  readonly dry: DryRun | null;
};

/** So many differences are told, in so many characters each. */
const maxTold = 20;
const maxText = 300;

/** What the version would do beside the live one; null: the alert concerns neither. */
export function shadowDecision(
  versions: { readonly live: Playbook; readonly shadow: Playbook },
  trigger: ShadowedTrigger,
  known: Known,
): Extract<IncidentEvent, { type: 'shadow.decided' }> | null {
  const [live, shadow] = [versions.live, versions.shadow].map((one) => decide(one, trigger, known));
  if (!live || !shadow || (!live.starts && !shadow.starts)) return null;
  const differences = differencesOf(live, shadow).map((text) => text.slice(0, maxText).toWellFormed());
  return {
    type: 'shadow.decided',
    data: {
      shadow: playbookRef(versions.shadow),
      live: playbookRef(versions.live),
      fingerprint: trigger.alert.fingerprint,
      receipt: trigger.receipt,
      starts: shadow.starts,
      liveStarts: live.starts,
      steps: stepsOf(shadow),
      differences: differences.slice(0, maxTold),
    },
  };
}

function decide(playbook: Playbook, trigger: ShadowedTrigger, { traits, library }: Known): Decision {
  const { alert, receipt, incident, actor, at, env, isNamed, triggersCount } = trigger;
  const starts = isNamed || (triggersCount && matchTriggers(playbook, alert).outcome === 'starts');
  if (!starts) return { playbook, starts, refusal: null, inputs: {}, dry: null };
  const inputs = resolveInputs(playbook, alert, {});
  if (!inputs.ok) {
    const refusal = inputs.error.map(({ path, message }) => `${path} ${message}`).join('; ');
    return { playbook, starts, refusal, inputs: {}, dry: null };
  }
  const { fingerprint, source } = alert;
  const by = { type: 'alert' as const, fingerprint, source, receipt };
  const given = { incident, playbook, inputs: inputs.value, alert, actor, at, env, trigger: by };
  return { playbook, starts, refusal: null, inputs: inputs.value, dry: dryRun(given, { traits, library }) };
}

const stepsOf = ({ dry }: Decision): ShadowStep[] =>
  (dry?.steps ?? []).map(({ step, would, plan, approval }) => ({
    step,
    would,
    // What is done, whichever version and run it is done by.
    plan: plan && digestJson({ uses: plan.uses, with: plan.with, target: plan.target }),
    approval: approval && { from: [...approval.from], quorum: approval.quorum },
  }));

function differencesOf(live: Decision, shadow: Decision): readonly string[] {
  if (live.starts !== shadow.starts)
    return [
      shadow.starts ? 'it would start, and the live version does not' : 'it would not start, and the live version does',
    ];
  if (live.refusal !== shadow.refusal)
    return [`its inputs: ${shadow.refusal ?? 'are there'}; of the live version: ${live.refusal ?? 'are there'}`];
  const [old, now] = [stepsOf(live), stepsOf(shadow)];
  const before = new Map(old.map((step) => [step.step, step]));
  const after = new Set(now.map(({ step }) => step));
  return [
    ...(canonicalJson(live.inputs) === canonicalJson(shadow.inputs) ? [] : ['it would have other inputs']),
    ...now.flatMap((step) => {
      const known = before.get(step.step);
      return known
        ? stepDifferences(known, step, sameTemplate(live.playbook, shadow.playbook, step.step))
        : [`step ${step.step}: ${inWords[step.would]}, and the live version has none`];
    }),
    ...old.flatMap(({ step, would }) =>
      after.has(step) ? [] : [`step ${step}: is not there, and in the live version ${inWords[would]}`],
    ),
    ...(live.dry?.outcome === shadow.dry?.outcome
      ? []
      : [`it would end ${shadow.dry?.outcome}, and the live version ${live.dry?.outcome}`]),
  ];
}

const inWords: { readonly [would in ShadowStep['would']]: string } = {
  run: 'would run',
  skip: 'would be skipped',
  fail: 'would fail',
  not_reached: 'would not be reached',
};

/** Whether both versions have the same to do in a step, as far as it is written down: what is known only when the time comes is held by that. */
function sameTemplate(live: Playbook, shadow: Playbook, id: string): boolean {
  const [old, now] = [live, shadow].map((one) => allSteps(one).find((step) => step.id === id));
  return canonicalJson([old?.uses, old?.with]) === canonicalJson([now?.uses, now?.with]);
}

function stepDifferences(live: ShadowStep, shadow: ShadowStep, isWrittenAlike: boolean): readonly string[] {
  const about = `step ${shadow.step}`;
  const asked = ({ approval }: ShadowStep) =>
    approval ? `${approval.quorum} of ${approval.from.join(', ')}` : 'nobody';
  return [
    ...(live.would === shadow.would
      ? []
      : [`${about}: ${inWords[shadow.would]}, and in the live version ${inWords[live.would]}`]),
    ...(live.plan === shadow.plan && (live.plan !== null || isWrittenAlike)
      ? []
      : [`${about}: would do something else`]),
    ...(asked(live) === asked(shadow) ? [] : [`${about}: ${asked(shadow)} would be asked, and ${asked(live)} is`]),
  ];
}
