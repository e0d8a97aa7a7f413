// The buttons of our messages. One more is one file and one line here.
export { approvalApprove } from './approval-approve.ts';
export { approvalDeny } from './approval-deny.ts';
export { haltRelease } from './halt-release.ts';
export { incidentAcknowledge } from './incident-acknowledge.ts';
export { incidentClose } from './incident-close.ts';
export { incidentLead } from './incident-lead.ts';
export { incidentRun } from './incident-run.ts';
export { incidentSnooze } from './incident-snooze.ts';
export { runCancel } from './run-cancel.ts';
export { runCompensate } from './run-compensate.ts';
export { runDone } from './run-done.ts';
export { runNudge } from './run-nudge.ts';
export { runResume } from './run-resume.ts';
export { runRetry } from './run-retry.ts';
