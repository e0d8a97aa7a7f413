// The button Deny of a request: a form asks why, which may be left out. Holds no rule.
import { decisionButton } from '../decision-button.ts';

/** The button. */
export const approvalDeny = decisionButton('deny', { name: 'approval_deny', about: 'deny the plan of the message' });
