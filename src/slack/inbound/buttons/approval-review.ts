// The button that shows exactly what runs, in a form that approves. Holds no rule.
import { decisionButton } from '../decision-button.ts';

/** The button. */
export const approvalReview = decisionButton('approve', {
  name: 'approval_review',
  about: 'show exactly what runs, and approve it with a reason',
});
