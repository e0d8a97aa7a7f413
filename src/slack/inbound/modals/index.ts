// The forms. One more is one file and one line here.
export { addActionItem } from './add-action-item.ts';
export { breakGlass } from './break-glass.ts';
export { chooseApproval } from './choose-approval.ts';
export { choosePlaybook } from './choose-playbook.ts';
export { decideApproval } from './decide-approval.ts';
export { declare } from './declare.ts';
export { halt } from './halt.ts';
export { incidentOrder } from './incident-order.ts';
export { orderRun } from './order-run.ts';
export { questionApproval } from './question-approval.ts';
export { reassignApproval } from './reassign-approval.ts';
export { release } from './release.ts';
export { runInputs } from './run-inputs.ts';
