// The buttons of our messages. One more is one file and one line here.
export { approvalApprove } from './approval-approve.ts';
export { approvalDeny } from './approval-deny.ts';
export { approvalMore } from './approval-more.ts';
export { approvalReview } from './approval-review.ts';
export { haltRelease } from './halt-release.ts';
export { homeDeclare } from './home-declare.ts';
export { homeHalt } from './home-halt.ts';
export { homeRun } from './home-run.ts';
export { incidentAcknowledge } from './incident-acknowledge.ts';
export { incidentLead } from './incident-lead.ts';
export { incidentSnooze } from './incident-snooze.ts';
export { runCancel } from './run-cancel.ts';
export { runCompensate } from './run-compensate.ts';
export { runDone } from './run-done.ts';
export { runNudge } from './run-nudge.ts';
export { runRetry } from './run-retry.ts';
