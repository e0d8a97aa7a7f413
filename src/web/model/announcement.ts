// What is said to screen readers when something changes; most changes are not worth a word. Pure.

const words: { readonly [type: string]: string } = {
  'incident.opened': 'A new incident is open.',
  'incident.resolved': 'An incident is resolved.',
  'incident.reopened': 'An incident is open again.',
  'severity.changed': 'The severity of an incident changed.',
  'approval.requested': 'A decision is needed.',
  'approval.recorded': 'A decision was recorded.',
  'approval.expired': 'A request for a decision ran out.',
  'step.failed': 'A step failed.',
  'step.outcome_unknown': 'It is unclear whether a step took effect: a decision is needed.',
  'run.started': 'A run started.',
  'run.succeeded': 'A run is done.',
  'run.failed': 'A run failed.',
  'run.compensated': 'A run was undone.',
  'run.compensation_failed': 'An undo failed.',
  'drill.failed': 'A drill failed.',
};

/** The words for a change of this type; null: none. */
export const announcement = (type: string): string | null => words[type] ?? null;
