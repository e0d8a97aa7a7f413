// From a playbook file to a compiled playbook: the shape by schema.ts, defaults from the actions' traits, meaning by validate.ts.
import { type ApprovalPolicies, compileApproval } from '../approval/document.ts';
import { approvalFaults } from '../approval/faults.ts';
import type { Json, JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { type ScheduleEntry, unnamedEntry } from '../schedule/entry.ts';
import type { PlaybookSlo } from '../slo/objective.ts';
import type { ActionCatalog, RetryPatience } from './action-traits.ts';
import { findInfeasible } from './feasible.ts';
import type { ActionCall, DrillPlan, Playbook, RetryPolicy, Step } from './playbook.ts';
import { type PlaceFault, readDocument } from './read-document.ts';
import type { PlaybookDocument, StepDocument } from './schema.ts';
import { nearest } from './suggest.ts';
import { validate } from './validate.ts';

/** A fault of a playbook file. */
export type PlaybookFault = {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly message: string;
};

/** `file:line:col  message`, as compilers write it. */
export function formatFault({ file, line, col, message }: PlaybookFault): string {
  return `${file}:${line}:${col}  ${message}`;
}

/** A playbook file as it was read; `playbook`: null if it cannot be used. */
export type ReadPlaybook = {
  readonly playbook: Playbook | null;
  /** Why it cannot be used. */
  readonly faults: readonly PlaybookFault[];
  /** What will go wrong in a run, of a playbook that can be used otherwise. */
  readonly doubts: readonly PlaybookFault[];
};

/** Reads a playbook file; every fault at once, each with its place. */
export function readPlaybook(
  text: string,
  file: string,
  catalog: ActionCatalog,
  policies: ApprovalPolicies = {},
): ReadPlaybook {
  const known = { catalog, policies };
  const { document, faults: shape, changed, faultAt } = readDocument(text);
  const inFile = (fault: PlaceFault): PlaybookFault => ({ file, ...fault });
  if (!document) return { playbook: null, faults: inOrder(shape.map(inFile)), doubts: [] };
  const playbook = withDefaults(document, known);
  const meaning = [
    ...unknownActions(document, catalog),
    ...approvalsWithFaults(document, policies),
    ...validate(playbook, catalog),
  ];
  const faults = [...shape, ...meaning.map(({ path, message }) => faultAt(path, message))];
  const infeasible = findInfeasible(playbook, catalog).map(({ path, message }) => faultAt(path, message));
  return {
    playbook: faults.length > 0 ? null : playbook,
    faults: inOrder(faults.map(inFile)),
    doubts: inOrder([...changed, ...infeasible].map(inFile)),
  };
}

/** Compiles a playbook file that must be without any fault, seen before or in a run. */
export function compilePlaybook(
  text: string,
  file: string,
  catalog: ActionCatalog,
  policies: ApprovalPolicies = {},
): Result<Playbook, readonly PlaybookFault[]> {
  const { playbook, faults, doubts } = readPlaybook(text, file, catalog, policies);
  return playbook && doubts.length === 0 ? ok(playbook) : err(inOrder([...faults, ...doubts]));
}

const inOrder = (faults: readonly PlaybookFault[]) => [...faults].sort((a, b) => a.line - b.line || a.col - b.col);

function unknownActions(document: PlaybookDocument, catalog: ActionCatalog) {
  const names = [...catalog.keys()];
  const places = [
    ...document.steps.map((step, i) => ({ at: ['steps', i], step })),
    ...(document.finally ?? []).map((step, i) => ({ at: ['finally', i], step })),
  ];
  return places.flatMap(({ at, step }) =>
    [
      { path: [...at, 'uses'], uses: step.uses },
      { path: [...at, 'compensate', 'uses'], uses: step.compensate?.uses },
      { path: [...at, 'verify', 'uses'], uses: step.verify?.uses },
    ].flatMap(({ path, uses }) =>
      uses === undefined || catalog.has(uses)
        ? []
        : [
            {
              path,
              message: `there is no action \`${uses}\`${nearest(uses, names)}; the actions are ${names.join(', ')}`,
            },
          ],
    ),
  );
}

/** Every approval of a file that contradicts itself or names a policy that is not there. */
function approvalsWithFaults(document: PlaybookDocument, policies: ApprovalPolicies) {
  const places = (['steps', 'finally'] as const).flatMap((part) =>
    (document[part] ?? []).flatMap((step, i) => [
      { at: [part, i, 'approval'], approval: step.approval },
      { at: [part, i, 'compensate', 'approval'], approval: step.compensate?.approval },
    ]),
  );
  return places.flatMap(({ at, approval }) =>
    approval === undefined
      ? []
      : approvalFaults(approval, policies).map(({ path, message }) => ({ path: [...at, ...path], message })),
  );
}

const minute = 60_000;

/** What a file is compiled with: the actions, and the approval policies of the configuration. */
type Known = { readonly catalog: ActionCatalog; readonly policies: ApprovalPolicies };

function withDefaults(document: PlaybookDocument, known: Known): Playbook {
  const { apiVersion, name, version, owner } = document;
  return {
    apiVersion,
    name,
    version,
    owner,
    description: document.description ?? '',
    sla: document.sla
      ? { completeWithinMs: document.sla.completeWithin, objective: document.sla.objective ?? 100 }
      : null,
    ...(document.slo && { slo: sloOf(document.slo) }),
    ...(document.trust && { trust: trustOf(document.trust) }),
    ...(document.runbook !== undefined && { runbook: document.runbook }),
    ...(document.dependencies && { dependencies: document.dependencies }),
    ...(document.dataCategories && { dataCategories: document.dataCategories }),
    ...(document.class !== undefined && { class: document.class }),
    ...(document.labels !== undefined && { labels: document.labels }),
    ...(document.environment !== undefined && { environment: document.environment }),
    triggers: (document.triggers ?? []).map(({ source, when }) => ({ source, when: when ?? null })),
    ...(document.schedule && { schedule: document.schedule.map((entry) => entryOf(entry, document)) }),
    ...(document.drill && { drill: drillOf(document.drill) }),
    inputs: Object.fromEntries(
      Object.entries(document.inputs ?? {}).map(([key, input]) => [
        key,
        {
          type: input.type,
          description: input.description ?? '',
          from: input.from ?? null,
          default: input.default ?? null,
          required: input.required ?? input.default === undefined,
          pattern: input.pattern ?? null,
          enum: input.enum ?? null,
        },
      ]),
    ),
    env: document.env ?? [],
    timeoutMs: document.timeout ?? 60 * minute,
    concurrency: document.concurrency
      ? { key: document.concurrency.key, onConflict: document.concurrency.onConflict ?? 'queue' }
      : null,
    cooldown: document.cooldown ? cooldownOf(document.cooldown) : null,
    steps: document.steps.map((step, i) => stepOf(step, document.steps[i - 1], known)),
    finally: (document.finally ?? []).map((step, i) => stepOf(step, document.finally?.[i - 1], known)),
    outputs: Object.fromEntries(Object.entries(document.outputs ?? {}).map(([key, cel]) => [key, bare(cel)])),
    maxTargets: document.maxTargets ?? null,
  };
}

function stepOf(step: StepDocument, before: StepDocument | undefined, known: Known): Step {
  return {
    ...callOf(step, known),
    id: step.id,
    name: step.name ?? step.id,
    // Without `needs` the order in which the steps are written is the order in which they run.
    needs: step.needs ?? (before ? [before.id] : []),
    if: step.if === undefined ? null : bare(String(step.if)),
    target: step.target ?? null,
    capture: step.capture ?? [],
    verify: step.verify
      ? {
          uses: step.verify.uses ?? null,
          with: (step.verify.with ?? {}) as Json,
          until: step.verify.until,
          everyMs: step.verify.every ?? 5000,
          withinMs: step.verify.within ?? 2 * minute,
        }
      : null,
    compensate: step.compensate ? callOf(step.compensate, known) : null,
    reversible: step.reversible ?? step.compensate !== undefined,
    ...(step.irreversible !== undefined && { irreversible: step.irreversible }),
    onFailure: step.onFailure ?? 'stop',
    runsOn: step.runsOn ?? 'default',
    forEach: step.forEach === undefined ? null : forEachOf(step.forEach),
    outputSchema: (step.output?.schema as JsonObject | undefined) ?? null,
  };
}

const drillOf = ({ inputs = {}, undo = true, alert }: NonNullable<PlaybookDocument['drill']>): DrillPlan => ({
  inputs: inputs as JsonObject,
  undo,
  ...(alert && { alert }),
});

function entryOf(
  entry: NonNullable<PlaybookDocument['schedule']>[number],
  { drill }: Pick<PlaybookDocument, 'drill'>,
): ScheduleEntry {
  return {
    name: entry.name ?? unnamedEntry,
    cron: entry.cron.trim(),
    timezone: entry.timezone ?? 'UTC',
    inputs: (entry.inputs ?? (entry.drill ? drill?.inputs : undefined) ?? {}) as JsonObject,
    catchUp: entry.catchUp ?? 'skip',
    catchUpMax: entry.catchUpMax ?? 24,
    approval: entry.approval
      ? { from: entry.approval.from, expiresInMs: entry.approval.expiresIn ?? 24 * 60 * minute }
      : null,
    ...(entry.drill && { drill: true as const }),
  };
}

function sloOf({ window, success, withinSla, approvalWait }: NonNullable<PlaybookDocument['slo']>): PlaybookSlo {
  return {
    ...(window !== undefined && { windowMs: window }),
    ...(success !== undefined && { success }),
    ...(withinSla !== undefined && { withinSla }),
    ...(approvalWait && { approvalWait: { withinMs: approvalWait.within, objective: approvalWait.objective } }),
  };
}

function trustOf({ start, cleanRuns, undoProvenWithin, reviewEvery }: NonNullable<PlaybookDocument['trust']>) {
  return {
    ...(start !== undefined && { start }),
    ...(cleanRuns !== undefined && { cleanRuns }),
    ...(undoProvenWithin !== undefined && { undoProvenWithinMs: undoProvenWithin }),
    ...(reviewEvery !== undefined && { reviewEveryMs: reviewEvery }),
  };
}

/** An expression may stand in its braces or without. */
const bare = (text: string): string => text.replace(/^\$\{\{(.*)\}\}$/s, '$1').trim();

function cooldownOf({ key, window, then, atMost }: NonNullable<PlaybookDocument['cooldown']>): Playbook['cooldown'] {
  const single = { key, windowMs: window, onRepeat: then ?? 'ask' };
  return atMost === undefined ? single : { ...single, atMost };
}

const percentOf = (text: string): number => Number(text.slice(0, -1));
const errorsOf = (given: number | string) =>
  typeof given === 'number'
    ? { unit: 'items' as const, value: given }
    : { unit: 'percent' as const, value: percentOf(given) };

function forEachOf(forEach: NonNullable<StepDocument['forEach']>): NonNullable<Step['forEach']> {
  if (typeof forEach === 'string') return { items: bare(forEach), maxParallel: 1 };
  const { items, maxParallel = 1, ramp, stopAfterErrors, share } = forEach;
  return {
    items: bare(items),
    maxParallel,
    ...(ramp && { ramp }),
    ...(stopAfterErrors !== undefined && { stopAfterErrors: errorsOf(stopAfterErrors) }),
    ...(share && { share: { of: bare(share.of), atMostPercent: percentOf(share.atMost) } }),
  };
}

type CallDocument = Pick<StepDocument, 'uses' | 'with' | 'risk' | 'approval' | 'timeout' | 'retry' | 'replay'>;

function callOf(call: CallDocument, known: Known): ActionCall {
  const traits = known.catalog.get(call.uses);
  const input = (call.with ?? {}) as Json;
  const replay = call.replay ?? traits?.replayOf?.(input) ?? traits?.replay ?? 'ask';
  return {
    uses: call.uses,
    with: input,
    risk: call.risk ?? traits?.risk ?? 'low',
    approval: call.approval ? compileApproval(call.approval, known.policies) : null,
    timeoutMs: call.timeout ?? traits?.timeoutMs ?? minute,
    retry: retryOf(call.retry, { replay, patience: traits?.retry }),
    replay,
  };
}

/** Where a target's usual troubles are short, or better seen by people soon. */
const usualPatience: RetryPatience = { maxAttempts: 3, maxDelayMs: 30_000, budgetMs: 5 * minute };

function retryOf(
  retry: StepDocument['retry'],
  { replay, patience = usualPatience }: Pick<ActionCall, 'replay'> & { readonly patience: RetryPatience | undefined },
): RetryPolicy {
  return {
    maxAttempts: retry?.maxAttempts ?? patience.maxAttempts,
    baseDelayMs: retry?.baseDelay ?? 1000,
    maxDelayMs: retry?.maxDelay ?? patience.maxDelayMs,
    budgetMs: retry?.budget ?? patience.budgetMs,
    // After a timeout it is unknown whether the action took effect; only a repeatable one is tried again unasked.
    on: retry?.on ?? (replay === 'safe' ? ['transient', 'rate_limited', 'timeout'] : ['transient', 'rate_limited']),
  };
}
