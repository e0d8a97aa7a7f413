// What the rules make of a run that is to start, however it is started: where it acts, who is asked first, or why it does not start. Pure.
import type { Actor } from '../actor.ts';
import type { Alert } from '../alert/alert.ts';
import type { RunTrigger } from '../events.ts';
import type { JsonObject } from '../json.ts';
import type { ApprovalRule, Playbook, PlaybookRef } from '../playbook/playbook.ts';
import { environmentOfRun } from '../policy/environment.ts';
import { emptyRulebook } from '../policy/rulebook.ts';
import { tighten } from '../policy/tighten.ts';
import { err, ok, type Result } from '../result.ts';
import type { RunGate } from './gate.ts';
import { askRules, frozenText, type Governance, type Subject } from './govern.ts';
import type { NewRun } from './started.ts';

/** A run that is to start. */
export type Starting = {
  readonly runId: string;
  readonly playbook: Playbook;
  readonly ref: PlaybookRef;
  readonly inputs: JsonObject;
  readonly alert: Alert | null;
  readonly actor: Actor;
  readonly trigger: RunTrigger;
  readonly incident: Subject['incident'];
  /** The routes that its incident was opened by. */
  readonly routes?: readonly string[] | undefined;
  /** Why no freeze holds it; absent: freezes hold. */
  readonly exception?: string | undefined;
  /** Whom something else asks first. */
  readonly gate?: NewRun['gate'];
  readonly at: string;
};

/** What the first events of the run say of it. */
export type RuledStart = Pick<NewRun, 'environment' | 'rulebook' | 'exception' | 'judged' | 'gate'>;

/** How long people are asked about a start, in milliseconds. */
const gateExpiresInMs = 60 * 60_000;

/** Asks the rules; the error is why it does not start. */
export function ruleStart(governance: Governance | undefined, start: Starting): Result<RuledStart, string> {
  const { inputs, playbook, alert, routes, exception, gate, at } = start;
  const book = governance?.rules.book ?? emptyRulebook;
  const placed = environmentOfRun(book, { inputs, playbook, integration: alert?.integration, routes });
  if (!placed.ok) return placed;
  const { name: environment } = placed.value;
  const where = environment === null ? {} : { environment };
  const asked = gate === undefined ? {} : { gate };
  if (!governance) return ok({ ...where, ...asked });
  const { runId, ref, actor, trigger, incident } = start;
  const about = { runId, playbook, ref, actor, inputs, trigger, incident, environment };
  const said = askRules(governance, { judgedAt: 'start', ...about, excepted: exception !== undefined }, at);
  if (said.denied !== null) return err(said.denied);
  if (said.frozen.length > 0) return err(frozenText(said.frozen));
  const own = gate ? ruleOfGate(gate) : null;
  const found = tighten(own, said.demands);
  if (found.outcome === 'contradiction') return err(found.reason);
  const says = said.fact?.says.join('; ') ?? '';
  return ok({
    ...where,
    ...(found.rule && { gate: gateOf(found.rule, [gate?.reason, says].filter(Boolean).join('; ')) }),
    rulebook: governance.rules.digest,
    ...(exception !== undefined && { exception }),
    ...(said.fact && { judged: said.fact }),
  });
}

/** The rule under which a start is asked about. */
export function ruleOfGate({
  from,
  expiresInMs = gateExpiresInMs,
  quorum = 1,
  excludeRequester,
  stepUp,
}: RunGate): ApprovalRule {
  return {
    from: [...from],
    quorum,
    expiresInMs,
    escalate: [],
    excludeRequester: excludeRequester === true,
    ...(stepUp && { stepUp }),
  };
}

const gateOf = ({ from, quorum, expiresInMs, excludeRequester, stepUp }: ApprovalRule, reason: string): RunGate => ({
  reason,
  from: [...from],
  expiresInMs,
  ...(quorum > 1 && { quorum }),
  ...(excludeRequester && { excludeRequester: true as const }),
  ...(stepUp && { stepUp }),
});
