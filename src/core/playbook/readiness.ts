// What a playbook may not lack that production relies on: the go-live checklist, as far as its file can answer it. Pure.
import { type ActionCatalog, kindOf } from './action-traits.ts';
import type { PlaybookFault } from './compile.ts';
import type { Playbook } from './playbook.ts';
import { readDocument } from './read-document.ts';
import type { PlaybookDocument, StepDocument } from './schema.ts';

/** A playbook with its file, and what is known of its tests. */
export type ReadinessQuestion = {
  readonly playbook: Playbook;
  readonly text: string;
  readonly file: string;
  /** True: a test of it plays a failure, a denial or a cancellation. */
  readonly testsFailures: boolean;
  /** True: a test of it says which events a run leaves. */
  readonly testsEvents: boolean;
};

type Gap = { readonly path: readonly PropertyKey[]; readonly message: string };

/** Every gap, in its place in the file, in the order of the file. What a file cannot be without at all is a fault of it, and no gap. */
export function readinessGaps(
  { playbook, text, file, testsFailures, testsEvents }: ReadinessQuestion,
  catalog: ActionCatalog,
): readonly PlaybookFault[] {
  const { document, faultAt } = readDocument(text);
  if (!document) return [];
  const gaps = [...wholeGaps(document, { testsFailures, testsEvents }), ...stepGaps(playbook, document, catalog)];
  return gaps
    .map(({ path, message }) => ({ file, ...faultAt(path, message) }))
    .sort((a, b) => a.line - b.line || a.col - b.col);
}

function wholeGaps(
  document: PlaybookDocument,
  { testsFailures, testsEvents }: Pick<ReadinessQuestion, 'testsFailures' | 'testsEvents'>,
): readonly Gap[] {
  const { owner, sla, timeout, runbook } = document;
  const blank = (['product', 'technical', 'escalation'] as const).filter((name) => owner[name].trim() === '');
  return [
    ...blank.map((name) => ({ path: ['owner', name], message: `has no ${name} owner: name who answers for it` })),
    ...(sla ? [] : [{ path: ['name'], message: 'has no SLA: add `sla: { completeWithin: 30m, objective: 99 }`' }]),
    ...(timeout === undefined
      ? [{ path: ['name'], message: 'has no time-out of its own: add `timeout: 30m`, after which a run ends' }]
      : []),
    ...(runbook === undefined
      ? [
          {
            path: ['name'],
            message: 'has no runbook: add `runbook: https://…`, what people read when a run needs them',
          },
        ]
      : []),
    ...(testsFailures
      ? []
      : [
          {
            path: ['name'],
            message:
              'has no test of a failure: let a case of NAME.test.yaml play a failing step, a denial or a cancellation',
          },
        ]),
    ...(testsEvents
      ? []
      : [
          {
            path: ['name'],
            message:
              'has no test of its events: let a case of NAME.test.yaml expect some, `expect: { events: [step.succeeded ID] }`',
          },
        ]),
  ];
}

const acts = (catalog: ActionCatalog, { uses }: Pick<StepDocument, 'uses'>) => kindOf(catalog, { uses }) === 'effect';

function stepGaps(playbook: Playbook, document: PlaybookDocument, catalog: ActionCatalog): readonly Gap[] {
  const places = [
    ...document.steps.map((step, i) => ({ step, at: ['steps', i], compiled: playbook.steps[i] })),
    ...(document.finally ?? []).map((step, i) => ({ step, at: ['finally', i], compiled: playbook.finally[i] })),
  ];
  return places.flatMap(({ step, at, compiled }) => {
    if (!acts(catalog, step)) return [];
    const gap = (message: string): Gap => ({ path: [...at, 'id'], message: `step ${step.id} ${message}` });
    const oneWay = compiled !== undefined && compiled.risk !== 'low' && step.compensate === undefined;
    return [
      ...(step.timeout === undefined ? [gap('has no time-out of its own: add `timeout: 30s`')] : []),
      ...(step.retry === undefined
        ? [gap('has no retry policy of its own: add `retry: { maxAttempts: 3, budget: 5m }`')]
        : []),
      ...(oneWay && step.irreversible === undefined
        ? [gap('cannot be undone and does not say why: add `compensate:`, or `irreversible: "the reason"`')]
        : []),
    ];
  });
}
