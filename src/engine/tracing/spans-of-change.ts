// The spans that a durable change of an incident's stream ends: attempts, requests for approval, whole runs. Each is told once, when the
// event that ends it is recorded, with the times that the record has; so nothing is held open over a wait. Attributes are ids, names and
// codes, in OpenTelemetry's words for CI/CD (`cicd.*`) where it has some. Pure.
import type { StoredEvent } from '../../core/events.ts';
import type { Approval, RunState } from '../../core/run/state.ts';
import {
  type AttemptId,
  acceptedPlace,
  attemptPlace,
  correlationIdOf,
  placeWithin,
  type TracePlace,
  tracePlaceOf,
} from '../../core/trace/place.ts';
import type { SpanAttributes, TraceSpan } from '../../core/trace/span.ts';
import type { IncidentChange } from '../../ports/ledger.ts';

/** What spans say besides. `publicUrl`: for the link to the page of a run; null: none. */
export type SpanOptions = {
  readonly publicUrl: string | null;
  /** True for an attempt whose failure the playbook deals with (`onFailure: continue`). */
  readonly goesOn: (attempt: AttemptId) => boolean;
};

/** The spans that end with a change, in the order of its events. */
export function spansOf(
  { events, runs }: Pick<IncidentChange, 'events' | 'runs'>,
  options: SpanOptions,
): readonly TraceSpan[] {
  return events.flatMap((event) => {
    const { runId } = event.data;
    const run = runs.find(({ state }) => state.runId === runId)?.state;
    return run === undefined ? [] : (endedBy(event, run, options) ?? []);
  });
}

type Ended = (event: StoredEvent, run: RunState, options: SpanOptions) => TraceSpan | null;

const endedBy: Ended = (event, run, options) => {
  const ends = Object.hasOwn(endings, event.type) ? endings[event.type] : undefined;
  return ends?.(event, run, options) ?? null;
};

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const word = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What an attempt came to: OpenTelemetry's result, and whether nobody has dealt with it. */
type Came = { readonly result: 'success' | 'failure' | 'error'; readonly final: boolean };

const attempt =
  (came: (event: StoredEvent) => Came): Ended =>
  (event, run, { goesOn }) => {
    const { step, attempt: n, durationMs, error, resolution } = event.data;
    const about = { runId: run.runId, step: word(step), attempt: number(n) };
    const endMs = Date.parse(event.at);
    const { result, final } = came(event);
    // Asked of every attempt, because whoever remembers it forgets it then.
    const dealtWith = goesOn(about);
    const place = attemptPlace(about);
    // Named one by one: there is one of these for every attempt, and spread members cost more than all the rest.
    const attributes: { [name: string]: string | number | boolean } = {
      'cicd.pipeline.name': run.playbook.name,
      'cicd.pipeline.run.id': run.runId,
      'cicd.pipeline.task.name': about.step,
      'cicd.pipeline.task.run.id': correlationIdOf(about),
      'cicd.pipeline.task.run.result': result,
      'firebreak.attempt': about.attempt,
      'firebreak.outcome': event.type.slice('step.'.length),
    };
    const code = event.type === 'step.outcome_unknown' ? 'unknown_outcome' : codeOf(error, 'code');
    if (code !== null) attributes['error.type'] = code;
    const kind = codeOf(error, 'class');
    if (kind !== null) attributes['firebreak.error.class'] = kind;
    if (typeof resolution === 'string') attributes['firebreak.resolution'] = resolution;
    const child = run.children[about.step]?.at(-1);
    return {
      place,
      parent: tracePlaceOf(run.runId).spanId,
      links: child === undefined ? [] : [tracePlaceOf(child)],
      name: about.step,
      kind: 'internal',
      startMs: endMs - number(durationMs),
      endMs,
      attributes,
      error: final && !dealtWith ? errorOf(event.type, code) : null,
    };
  };

/** An outcome that nobody knows has no code of its own. */
const errorOf = (type: string, code: string | null): string =>
  type === 'step.outcome_unknown' ? type : (code ?? type);

/** The code or the class of an error; null: there is none. Its message is left out: it may quote what a target said. */
function codeOf(error: unknown, member: 'code' | 'class'): string | null {
  if (typeof error !== 'object' || error === null) return null;
  return word((error as { readonly [name: string]: unknown })[member]);
}

const approval: Ended = (event, run) => {
  const asked: Approval | undefined = run.approvals[word(event.data['approvalId'])];
  if (asked === undefined) return null;
  const endMs = Date.parse(event.at);
  return {
    place: placeWithin(run.runId, asked.id),
    parent: tracePlaceOf(run.runId).spanId,
    links: [],
    name: `approval of ${asked.step}`,
    kind: 'internal',
    startMs: Math.min(Date.parse(asked.requestedAt), endMs),
    endMs,
    attributes: {
      ...ofRun(run),
      'cicd.pipeline.task.name': asked.step,
      'firebreak.approval.id': asked.id,
      'firebreak.approval.outcome': event.type.slice('approval.'.length),
    },
    // A refusal is an answer.
    error: null,
  };
};

/** What a run came to. */
const run =
  (result: 'success' | 'failure' | 'cancellation' | 'error'): Ended =>
  (event, state, { publicUrl }) => {
    const endMs = Date.parse(event.at);
    const page = publicUrl === null ? {} : { 'cicd.pipeline.run.url.full': `${publicUrl}/runs/${state.runId}` };
    return {
      place: tracePlaceOf(state.runId),
      parent: null,
      links: causesOf(state),
      name: `RUN ${state.playbook.name}`,
      kind: 'server',
      startMs: Math.min(Date.parse(state.startedAt), endMs),
      endMs,
      attributes: {
        ...ofRun(state),
        'firebreak.playbook.version': state.playbook.version,
        'firebreak.incident.id': state.incident.id,
        'firebreak.incident.number': state.incident.number,
        'firebreak.trigger': state.trigger.type,
        'cicd.pipeline.action.name': 'RUN',
        'cicd.pipeline.result': result,
        'firebreak.outcome': event.type.slice('run.'.length),
        ...page,
      },
      error: result === 'failure' || result === 'error' ? event.type : null,
    };
  };

/** What a run follows from: the delivery that brought its alert, or the step of another run that it carries out. */
function causesOf({ trigger }: RunState): readonly TracePlace[] {
  switch (trigger.type) {
    case 'alert':
      return [acceptedPlace(trigger.receipt)];
    case 'run':
      return [tracePlaceOf(trigger.runId)];
    case 'schedule':
    case 'manual':
      return [];
  }
}

const ofRun = ({ runId, playbook }: RunState): SpanAttributes => ({
  'cicd.pipeline.name': playbook.name,
  'cicd.pipeline.run.id': runId,
});

const endings: { readonly [type: string]: Ended | undefined } = {
  'step.succeeded': attempt(() => ({ result: 'success', final: false })),
  'step.failed': attempt(() => ({ result: 'failure', final: true })),
  'step.retry_scheduled': attempt(() => ({ result: 'failure', final: false })),
  // People are asked: nothing that Firebreak does by itself deals with it.
  'step.outcome_unknown': attempt(({ data }) => ({ result: 'error', final: data['resolution'] === 'ask' })),
  'approval.granted': approval,
  'approval.denied': approval,
  'approval.expired': approval,
  'approval.voided': approval,
  'run.succeeded': run('success'),
  'run.failed': run('failure'),
  'run.cancelled': run('cancellation'),
  // What failed was dealt with.
  'run.compensated': run('failure'),
  'run.compensation_failed': run('error'),
};
