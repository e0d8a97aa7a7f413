// The actions. One more is one file and one line here; registry.ts collects them.
export { approval } from './flow/approval.ts';
export { assert } from './flow/assert.ts';
export { playbook } from './flow/playbook.ts';
export { wait } from './flow/wait.ts';
export { httpRequest } from './http/request.ts';
export { queryRange } from './prometheus/query-range.ts';
export { shellRun } from './shell/run.ts';
export { slackMessage } from './slack/message.ts';
export { githubIssue } from './tracker/github-issue.ts';
export { jiraIssue } from './tracker/jira-issue.ts';
