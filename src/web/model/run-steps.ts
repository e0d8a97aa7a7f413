// The steps of a run with what is known of each: how it stands, its output or error, how long it took. Pure.
import type { ApiApproval } from '../../contract/approval.ts';
import type { ApiFrameRun, ApiFrameStep } from '../../contract/frame.ts';
import type { ApiRun } from '../../contract/run.ts';
import type { ApiNode, ApiRunStep } from '../../contract/step.ts';

/** A step as the page of its run shows it. */
export type DetailedStep = {
  readonly step: ApiRunStep;
  /** Its nodes: itself, or its items. */
  readonly nodes: readonly { readonly key: string; readonly node: ApiNode }[];
  readonly approvals: readonly ApiApproval[];
  /** Milliseconds at work and waiting for people; null: it is not known. */
  readonly workedMs: number | null;
  readonly waitedMs: number | null;
};

const lengthMs = (spans: ApiFrameStep['spans'], nowMs: number) =>
  spans.reduce((sum, { from, to }) => sum + (to === null ? nowMs : Date.parse(to)) - Date.parse(from), 0);

/** The steps in their order. `drawn`: the run as the frame of its incident has it, where that is known. */
export function detailedSteps(
  { steps, nodes, approvals }: Pick<ApiRun, 'steps' | 'nodes' | 'approvals'>,
  drawn: ApiFrameRun | undefined,
  nowMs: number,
): readonly DetailedStep[] {
  return steps.map((step) => {
    const spans = drawn?.steps.find(({ key }) => key === step.step)?.spans;
    const isIts = (key: string) => key === step.step || key.startsWith(`${step.step}#`);
    return {
      step,
      nodes: Object.entries(nodes).flatMap(([key, node]) => (isIts(key) ? [{ key, node }] : [])),
      approvals: Object.values(approvals)
        .filter((approval) => isIts(approval.step))
        .toSorted((a, b) => Date.parse(a.requestedAt) - Date.parse(b.requestedAt)),
      workedMs:
        spans === undefined
          ? null
          : lengthMs(
              spans.filter(({ whoseTurn, state }) => whoseTurn === null && state !== 'next'),
              nowMs,
            ),
      waitedMs:
        spans === undefined
          ? null
          : lengthMs(
              spans.filter(({ whoseTurn }) => whoseTurn !== null),
              nowMs,
            ),
    };
  });
}

const markOf = ({ drill }: { readonly drill?: true | undefined }) => (drill ? '[DRILL] ' : '');

/** What started a run, in words. */
export function triggerText({
  trigger,
  requestedBy,
  alert,
}: Pick<ApiRun, 'trigger' | 'requestedBy' | 'alert'>): string {
  const who = requestedBy.name ?? requestedBy.id;
  switch (trigger.type) {
    case 'alert':
      return `The alert “${alert?.title ?? trigger.fingerprint}”`;
    case 'manual':
      return `${markOf(trigger)}${who}, by hand${trigger.reason === undefined ? '' : `: “${trigger.reason}”`}`;
    case 'schedule':
      return `${markOf(trigger)}The schedule “${trigger.schedule}”, for ${trigger.slotAt}${trigger.late ? ', caught up' : ''}`;
    case 'run':
      return `${markOf(trigger)}Step ${trigger.step} of another run`;
  }
}
