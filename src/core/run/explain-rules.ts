// What the rules would say of a run of a playbook, without one: of its start, and of each step as it would be planned. Records nothing. Pure.

import { stepById } from '../playbook/plan.ts';
import type { ApprovalRule } from '../playbook/playbook.ts';
import { environmentOfRun, environmentOfStep, type PlacedEnvironment } from '../policy/environment.ts';
import type { Hit } from '../policy/judge.ts';
import { tighten } from '../policy/tighten.ts';
import { err, ok, type Result } from '../result.ts';
import { type DryRun, dryRun } from './dry-run.ts';
import { askRules, frozenText, type Governance, type Said, type Subject } from './govern.ts';
import type { Script } from './simulate.ts';
import { type NewRun, refOf } from './started.ts';

/** What is said of one start or step. */
type ExplainedRules = {
  /** A step's id; null: the start. */
  readonly step: string | null;
  readonly outcome: 'go' | 'ask' | 'denied' | 'frozen' | 'unknown';
  /** Why not, where it does not go on by itself. */
  readonly reason: string | null;
  readonly rule: ApprovalRule | null;
  readonly hits: readonly Hit[];
  readonly freezes: readonly { readonly name: string; readonly until: string | null }[];
  /** The inputs that the rules which hold have looked at. */
  readonly saw: { readonly [name: string]: unknown };
  readonly says: readonly string[];
};

/** All of it. */
export type ExplainedRun = {
  readonly rulebook: string;
  readonly at: string;
  readonly environment: PlacedEnvironment;
  readonly items: readonly ExplainedRules[];
};

/** A run that was not made, with what the rules say of it; null: nothing is ruled. */
export type RuledDryRun = DryRun & { readonly rules: ExplainedRun | null };

const runId = 'run_00000000000000000000000000';

/** Asks the rules. `environment`: instead of what says it otherwise; `step`: of this one alone. The error: it has none, or an environment contradicts. */
export function explainRules(
  governance: Governance,
  given: Omit<NewRun, 'runId'>,
  {
    traits,
    library,
    step,
    environment,
  }: Pick<Script, 'traits' | 'library'> & {
    readonly step?: string | undefined;
    readonly environment?: string | undefined;
  },
): Result<ExplainedRun, string> {
  const { playbook, inputs, actor, trigger, incident, at, alert } = given;
  const { book, digest } = governance.rules;
  if (step !== undefined && !stepById(playbook, step)) return err(`the playbook ${playbook.name} has no step ${step}`);
  const asked = environment === undefined ? inputs : { ...inputs, environment };
  const placed = environmentOfRun(book, { inputs: asked, playbook, integration: alert?.integration });
  if (!placed.ok) return placed;
  const about: Omit<Subject, 'judgedAt'> = {
    runId,
    playbook,
    ref: refOf(playbook),
    actor,
    inputs,
    trigger,
    incident,
    environment: placed.value.name,
    excepted: false,
  };
  const atStart = askRules(governance, { ...about, judgedAt: 'start' }, at);
  const dry = dryRun(given, { traits, ...(library && { library }) });
  const steps = dry.steps
    .filter((one) => step === undefined || one.step === step)
    .map(({ step: id, plan, reason, uses }): ExplainedRules => {
      const call = stepById(playbook, id);
      if (!plan || !call)
        return {
          ...nothing,
          step: id,
          outcome: 'unknown',
          reason: reason ?? 'what it would do is not known beforehand',
        };
      const where = environmentOfStep(book, placed.value.name, plan.target);
      if (!where.ok) return { ...nothing, step: id, outcome: 'denied', reason: where.error };
      const acts = (traits.get(uses)?.kind ?? 'effect') === 'effect';
      const own = { plan, undo: false, approval: call.approval !== null, acts };
      const said = askRules(governance, { ...about, environment: where.value.name, judgedAt: 'step', step: own }, at);
      return explained(id, said, call.approval);
    });
  const items = step === undefined ? [explained(null, atStart, null), ...steps] : steps;
  return ok({ rulebook: digest, at, environment: placed.value, items });
}

const nothing = { rule: null, hits: [], freezes: [], saw: {}, says: [] } as const;

function explained(step: string | null, said: Said, own: ApprovalRule | null): ExplainedRules {
  const { fact, denied, frozen, demands } = said;
  const seen = fact
    ? { hits: fact.rules as readonly Hit[], freezes: fact.freezes, saw: fact.saw, says: fact.says }
    : { hits: [], freezes: [], saw: {}, says: [] };
  if (denied !== null) return { ...seen, step, outcome: 'denied', reason: denied, rule: null };
  if (frozen.length > 0) return { ...seen, step, outcome: 'frozen', reason: frozenText(frozen), rule: null };
  const found = tighten(own, demands);
  if (found.outcome === 'contradiction') return { ...seen, step, outcome: 'denied', reason: found.reason, rule: null };
  return { ...seen, step, outcome: found.rule ? 'ask' : 'go', reason: null, rule: found.rule };
}
