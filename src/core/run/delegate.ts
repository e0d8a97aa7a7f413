// Steps that another playbook carries out: its run is opened in the same commit, watched, and undone with this one. Pure.
import type { Json, JsonObject } from '../json.ts';
import { resolveInputs } from '../playbook/match.ts';
import type { RunDraft } from './draft.ts';
import { recordFailure } from './draft.ts';
import { isDrill } from './drill.ts';
import { evolve, startRun } from './evolve.ts';
import { compensable } from './flow.ts';
import { ruleStart } from './govern-start.ts';
import { judgedEvent, refOf, startedEvent } from './started.ts';
import { doneKey, isTerminal, isUndo, nodeOf, type RunState } from './state.ts';

/** Runs may call runs this deep. */
const maxDepth = 5;

const runOf = (draft: RunDraft) => ({ runId: draft.state.runId });

function fail(draft: RunDraft, step: string, code: string, message: string): void {
  recordFailure(draft, step, 0, { class: 'invalid', code, message }, 0);
}

/** Opens a run of another playbook for a step; without a spare id it is left to the next command. */
export function delegate(draft: RunDraft, key: string, input: Json): void {
  const { playbook: name, inputs: given } = input as { playbook?: Json; inputs?: JsonObject };
  const { state, at } = draft;
  if (!draft.library) return;
  const playbook = draft.library(String(name));
  if (!playbook) return fail(draft, key, 'unknown_playbook', `there is no playbook ${String(name)}`);
  const depth = state.trigger.type === 'run' ? state.trigger.depth + 1 : 1;
  if (depth > maxDepth) return fail(draft, key, 'too_deep', `playbooks may call each other ${maxDepth} deep`);
  const inputs = resolveInputs(playbook, state.alert, given ?? {});
  if (!inputs.ok)
    return fail(draft, key, 'invalid_input', inputs.error.map(({ path, message }) => `${path} ${message}`).join('; '));
  const runId = draft.takeRunId();
  if (runId === null) return;
  const exercise = isDrill(state) ? { drill: true as const } : {};
  const trigger = { type: 'run' as const, runId: state.runId, step: key, depth, ...exercise };
  const { alert, requestedBy: actor, env, incident, exception } = state;
  const run = { runId, incident, playbook, trigger, inputs: inputs.value, alert, actor, at };
  const excepted = exception ? { exception: exception.reason } : {};
  const ruled = ruleStart(draft.governance, { ...run, ref: refOf(playbook), ...excepted });
  if (!ruled.ok) return recordFailure(draft, key, 0, { class: 'denied', code: 'not_started', message: ruled.error }, 0);
  draft.record({ type: 'step.delegated', data: { ...runOf(draft), step: key, childRunId: runId, order: 'start' } });
  const author = draft.authorOf?.(refOf(playbook).digest);
  const started = { ...run, env, ...ruled.value, ...(author && { author }) };
  const event = startedEvent(started);
  const judged = judgedEvent(started);
  const opened = startRun({ ...event, at });
  const last = judged ? evolve(opened, { ...judged, at }) : opened;
  draft.opened.push({ events: judged ? [event, judged] : [event], state: last, playbook });
}

/** Asks for the undoing of the runs behind a step, one by one, the latest first, as far as they have anything to undo. */
export function undoChildren(draft: RunDraft, key: string): void {
  const called = [...(draft.state.children[doneKey(key)] ?? [])].reverse();
  const children = called.map((id) => draft.children?.(id)).filter((child) => child !== undefined);
  const [latest] = children;
  // A run that could not be read is no run that has nothing to undo.
  if (!latest || children.length < called.length) return;
  const next = children.find(({ run, playbook }) => !isTerminal(run.status) || compensable(run, playbook).length > 0);
  if (!next) return take(draft, key, latest.run);
  const { runId: childRunId } = next.run;
  draft.record({ type: 'step.delegated', data: { ...runOf(draft), step: key, childRunId, order: 'compensate' } });
}

/** Takes over how the other run ended, once it has. */
export function followChild(draft: RunDraft, key: string, node: { readonly childRunId: string }): void {
  const called = draft.children?.(node.childRunId);
  const child = called?.run;
  if (!child || !isTerminal(child.status)) return;
  if (isUndo(key)) {
    // The order to undo reaches the other run in a commit of its own; until then it stands where it ended.
    if (compensable(child, called.playbook).length === 0) return undoChildren(draft, key);
    if (child.status !== 'compensation_failed') return;
  } else {
    if (child.status === 'succeeded') return take(draft, key, child);
    // Whatever it did before it failed is something to undo.
    const { attempts } = nodeOf(draft.state, key);
    draft.record({ type: 'step.acted', data: { ...runOf(draft), step: key, attempt: attempts, output: null } });
  }
  fail(draft, key, 'run_not_succeeded', `run ${child.runId} of ${child.playbook.name} is ${child.status}${why(child)}`);
}

function take(draft: RunDraft, key: string, child: RunState): void {
  const { attempts: attempt } = nodeOf(draft.state, key);
  const output = { runId: child.runId, status: child.status, outputs: child.outputs };
  draft.record({
    type: 'step.succeeded',
    data: { ...runOf(draft), step: key, attempt, output, artifacts: [], durationMs: 0 },
  });
}

const why = ({ reason }: RunState) => (reason ? `: ${reason}` : '');
