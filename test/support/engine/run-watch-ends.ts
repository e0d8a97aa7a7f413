// The rules about how a run ends: what is undone and in which order, and its final steps. Part of run-watch.ts.
import type { Playbook } from '../../../src/core/playbook/playbook.ts';
import {
  doneKey,
  gateKey,
  isUndo,
  itemOf,
  nodeOf,
  type RunState,
  stepOf,
  undoKey,
} from '../../../src/core/run/state.ts';
import { demand, type Rule } from './run-watch.ts';

const over = ['succeeded', 'failed', 'skipped'];

/** Both parts. */
export function watchEnds(book: Playbook): Rule {
  const rules = [undone(book), finished(book)];
  return (event, before, after) => {
    for (const rule of rules) rule(event, before, after);
  };
}

/** Exactly what was done and can be undone is undone, the latest first. */
function undone(book: Playbook): Rule {
  let done: string[] = [];
  const called = new Set<string>();
  const undoneKeys = new Set<string>();
  const reversible = (key: string) => {
    const step = book.steps.find(({ id }) => id === stepOf(key));
    if (!step || (step.forEach !== null && itemOf(key) === null)) return false;
    return step.compensate !== null || called.has(key);
  };
  const left = () => done.filter((key) => reversible(key) && !undoneKeys.has(key)).reverse();
  return (event, before) => {
    switch (event.type) {
      case 'step.delegated':
        if (event.data.order === 'start') called.add(event.data.step);
        break;
      case 'run.compensation_started': {
        demand(sameList(event.data.steps, left().map(undoKey)), `it undoes ${left()}`, event);
        const busy = Object.values(before.nodes).some(({ status }) => status === 'running' || status === 'delegated');
        demand(!busy, 'nothing is undone while something is under way', event);
        break;
      }
      case 'run.compensated':
      case 'run.finishing':
        if (event.type === 'run.compensated' || event.data.outcome === 'compensated')
          demand(left().length === 0, `nothing is left to undo: ${left()}`, event);
        break;
      case 'step.acted':
      case 'step.succeeded':
        if (isUndo(event.data.step)) {
          if (event.type === 'step.succeeded') undoneKeys.add(doneKey(event.data.step));
        } else done = [...done.filter((key) => key !== event.data.step), event.data.step];
        return;
    }
    const begins = ['step.started', 'step.delegated', 'approval.requested'].includes(event.type);
    if (!begins || !('step' in event.data) || !isUndo(event.data.step)) return;
    demand(left().includes(doneKey(event.data.step)), 'only what was done is undone', event);
    const fresh = Object.entries(before.nodes).every(([key, { status }]) => !isUndo(key) || ended(status));
    if (fresh) demand(left()[0] === doneKey(event.data.step), `the latest first: ${left()}`, event);
  };
}

const ended = (status: string) => status === 'pending' || over.includes(status);
const sameList = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((x, i) => x === b[i]);

/** The final steps run once for each end, and only for a run that was let in. */
function finished(book: Playbook): Rule {
  const finals = book.finally.map(({ id }) => id);
  const times = new Map<string, number>();
  let admitted = false;
  const letIn = (run: RunState) =>
    (admitted || run.concurrencyKey === null) && (run.gate === null || nodeOf(run, gateKey).status === 'succeeded');
  return (event, before) => {
    switch (event.type) {
      case 'run.admitted':
        admitted = true;
        return;
      case 'run.retried':
        admitted = true;
        // What people order again is not counted.
        for (const key of event.data.steps) if (nodeOf(before, key).status === 'failed') count(key, -1);
        return;
      case 'run.finishing':
        demand(letIn(before), 'what never began has nothing to clean up', event);
        times.clear();
        return;
      case 'step.succeeded':
      case 'step.failed':
      case 'step.skipped':
        if (finals.includes(event.data.step) && !over.includes(nodeOf(before, event.data.step).status))
          count(event.data.step, 1);
        return;
      case 'run.succeeded':
      case 'run.failed':
      case 'run.cancelled':
      case 'run.compensated':
        if (finals.length === 0 || !letIn(before)) return;
        demand(before.status === 'finishing', 'its final steps come before its end', event);
        for (const id of finals) demand(times.get(id) === 1, `${id} runs once, not ${times.get(id) ?? 0} times`, event);
    }
  };
  function count(key: string, by: number): void {
    if (finals.includes(key)) times.set(key, (times.get(key) ?? 0) + by);
  }
}
