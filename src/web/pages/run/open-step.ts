// Goes to a step of the run's page: opens its row and gives it the focus. The row of an undo may be that of its step.

/** The id of a step's row. */
export const stepId = (key: string): string => `step-${key}`;

/** Opens the row of a step; does nothing where there is none. */
export function openStep(key: string): void {
  const row = document.getElementById(stepId(key)) ?? document.getElementById(stepId(key.replace(/~undo$/, '')));
  const details = row?.querySelector('details');
  if (!details) return;
  details.open = true;
  const summary = details.querySelector('summary');
  summary?.focus({ preventScroll: true });
  details.scrollIntoView({ block: 'center' });
}
