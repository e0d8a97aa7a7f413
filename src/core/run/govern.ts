// Where the rules of an installation meet a run: what policies and freezes say of a start, a step and an order, with what they may look at.
// One place for all of them. Decides nothing else. Pure.
import type { Actor } from '../actor.ts';
import type { Stage } from '../change-control/events.ts';
import type { Plan, RunTrigger } from '../events.ts';
import type { Json, JsonObject } from '../json.ts';
import { digestJson } from '../json.ts';
import { allSteps, classOf, type Playbook, type PlaybookRef, type Risk } from '../playbook/playbook.ts';
import { exceptionAdvice, freezesAt, freezesOver, type HeldFreeze, heldInWords } from '../policy/freeze.ts';
import { historyOf, type PastRun } from '../policy/history.ts';
import type { PolicyInputs } from '../policy/inputs.ts';
import { type CompiledRulebook, demandsOf, denialOf, type Hit, hitsInWords, judge } from '../policy/judge.ts';
import type { JudgedFact } from '../policy/policy-events.ts';
import type { JudgedAt } from '../policy/rulebook.ts';
import type { Demands } from '../policy/tighten.ts';

/** The rules of this installation, with what it takes to ask them. */
export type Governance = {
  readonly rules: CompiledRulebook;
  /** Earlier runs of the playbook, the newest first; empty where no rule looks at them. */
  readonly history: readonly PastRun[];
  /** How far a version has come, by its digest. */
  readonly stageOf: (digest: string) => Stage;
};

/** What a judgement is about. */
export type Subject = {
  readonly judgedAt: Exclude<JudgedAt, 'policyChange'>;
  readonly runId: string;
  readonly playbook: Playbook;
  readonly ref: PlaybookRef;
  readonly actor: Actor;
  readonly inputs: JsonObject;
  readonly trigger: RunTrigger;
  readonly incident: {
    readonly id: string;
    readonly number: number;
    readonly title: string;
    readonly severity: number;
  };
  readonly environment: string | null;
  readonly excepted: boolean;
  readonly step?: { readonly plan: Plan; readonly undo: boolean; readonly approval: boolean; readonly acts: boolean };
  readonly order?: { readonly type: string; readonly step?: string | undefined; readonly reason?: string | undefined };
};

/** What was said. `fact`: what is to be recorded; null: no rule and no freeze has anything to do with it. */
export type Said = {
  readonly denied: string | null;
  /** It waits for the end of these. */
  readonly frozen: readonly HeldFreeze[];
  readonly demands: Demands;
  readonly fact: JudgedFact | null;
};

const nothingSaid: Said = { denied: null, frozen: [], demands: { ask: [], tighten: [] }, fact: null };

/** Asks all rules. */
export function askRules({ rules, history, stageOf }: Governance, subject: Subject, at: string): Said {
  const { book, digest } = rules;
  const { judgedAt, playbook, environment, step } = subject;
  const freezing =
    judgedAt === 'order' || subject.excepted || step?.acts === false
      ? []
      : freezesOver(book, at, {
          playbook,
          environment,
          risk: step?.plan.risk ?? riskOf(playbook),
          undo: step?.undo ?? false,
        });
  const freezes = book.freezes.length === 0 ? [] : freezesAt(book, at);
  const found = judge(rules, judgedAt, { inputs: inputsOf(subject, { history, stageOf, at }), instant: at, freezes });
  if (found === null && freezing.length === 0) return nothingSaid;
  const hits = found?.hits ?? [];
  const asking = freezing.flatMap(({ freeze }) => freeze.approval ?? []);
  const frozen = freezing.filter(({ freeze }) => freeze.approval === undefined);
  const { ask, tighten } = demandsOf(hits);
  const says = [...hitsInWords(hits), ...freezing.map(capital)];
  const fact = factOf({ subject, digest, hits, freezing, saw: found?.saw ?? {}, says });
  return { denied: denialOf(hits), frozen, demands: { ask: [...ask, ...asking], tighten }, fact };
}

const capital = (held: HeldFreeze): string => {
  const text = heldInWords(held);
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
};

/** What is said to whoever is held up by freezes. */
export const frozenText = (frozen: readonly HeldFreeze[]): string =>
  `${frozen.map(heldInWords).join('; ')}; ${exceptionAdvice}`;

/** Largest input that is recorded as it was, in characters of JSON. */
const maxSeen = 16_000;

function factOf(given: {
  readonly subject: Subject;
  readonly digest: string;
  readonly hits: readonly Hit[];
  readonly freezing: readonly HeldFreeze[];
  readonly saw: JsonObject;
  readonly says: readonly string[];
}): JudgedFact {
  const { subject, digest, hits, freezing, saw, says } = given;
  const seen = Object.entries(saw).map(([name, value]) => {
    const isSmall = JSON.stringify(value).length <= maxSeen;
    return [name, isSmall ? value : { digest: digestJson(value) }] as const;
  });
  return {
    runId: subject.runId,
    ...(subject.step && { node: subject.step.plan.step }),
    judgedAt: subject.judgedAt,
    rulebook: digest,
    rules: hits.map(({ policy, rule, effect, error }) => ({
      policy,
      rule,
      effect,
      ...(error !== undefined && { error }),
    })),
    freezes: freezing.map(({ freeze, until }) => ({ name: freeze.name, until })),
    ...(subject.environment !== null && { environment: subject.environment }),
    saw: Object.fromEntries(seen),
    says: [...says],
  };
}

const risks: readonly Risk[] = ['low', 'medium', 'high'];

/** The highest risk of a playbook's steps. */
function riskOf(playbook: Playbook): Risk {
  const levels = allSteps(playbook).map(({ risk }) => risks.indexOf(risk));
  return risks[Math.max(0, ...levels)] ?? 'low';
}

/** What policies may look at; each is made only when a rule asks for it. */
function inputsOf(
  subject: Subject,
  { history, stageOf, at }: Pick<Governance, 'history' | 'stageOf'> & { readonly at: string },
): PolicyInputs {
  const { playbook, ref, actor, inputs, trigger, incident, environment, step, order } = subject;
  const target = step?.plan.target ?? null;
  return {
    principal: () => ({
      kind: actor.kind,
      id: actor.id,
      name: actor.name ?? '',
      via: actor.via ?? '',
      person: actor.person ?? '',
    }),
    environment: () => environment ?? '',
    playbook: () => ({
      ...ref,
      class: classOf(playbook),
      stage: stageOf(ref.digest),
      labels: playbook.labels ?? {},
      owner: playbook.owner,
    }),
    plan: () => planOf(playbook),
    inputs: () => inputs,
    trigger: () => ({ type: trigger.type, drill: 'drill' in trigger && trigger.drill === true }),
    incident: () => ({ id: incident.id, number: incident.number, title: incident.title, severity: incident.severity }),
    target: () => target ?? '',
    history: () => historyOf(history, target, at) as unknown as Json,
    ...(step && { step: () => stepOf(step) }),
    ...(order && { order: () => ({ type: order.type, step: order.step ?? '', reason: order.reason ?? '' }) }),
  };
}

const stepOf = ({ plan, undo, approval }: NonNullable<Subject['step']>) => ({
  id: plan.step,
  action: plan.uses,
  risk: plan.risk,
  undo,
  reversible: plan.reversible,
  approval,
  round: plan.round,
  with: plan.with,
});

const planned = new WeakMap<Playbook, JsonObject>();

/** What policies see of the plan of a playbook: the same in every run. */
export function planOf(playbook: Playbook): JsonObject {
  const known = planned.get(playbook);
  if (known) return known;
  const steps = allSteps(playbook).map(({ id, uses, risk, target, reversible, approval }) => ({
    id,
    action: uses,
    risk,
    target: target ?? '',
    reversible,
    approval: approval !== null,
  }));
  const plan = { steps, risk: riskOf(playbook), actions: [...new Set(steps.map(({ action }) => action))] };
  planned.set(playbook, plan);
  return plan;
}
