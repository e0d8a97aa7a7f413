// The actions in a world whose names resolve as a test says, and what they are given when they are called.
import pino from 'pino';
import { httpRequestWith } from '../../../src/actions/http/request.ts';
import { queryRangeWith } from '../../../src/actions/prometheus/query-range.ts';
import { ActionSettings, actionDefinitions, createActions } from '../../../src/actions/registry.ts';
import { githubIssueWith } from '../../../src/actions/tracker/github-issue.ts';
import { jiraIssueWith } from '../../../src/actions/tracker/jira-issue.ts';
import { untracedCalls } from '../../../src/core/trace/calls.ts';
import type { Action, ActionContext } from '../../../src/spi/action.ts';

type Resolve = Parameters<typeof httpRequestWith>[0];

/** All actions; whichever looks up a name asks `resolve`. */
export function actionsResolving(settings: unknown, resolve: Resolve): ReadonlyMap<string, Action> {
  const resolving = httpRequestWith(resolve);
  const own = [resolving, queryRangeWith(resolve), githubIssueWith(resolving), jiraIssueWith(resolving)];
  const definitions = actionDefinitions.map(
    (definition) => own.find(({ name }) => name === definition.name) ?? definition,
  );
  return createActions(ActionSettings.parse(settings), { definitions });
}

/** What an action is given, as far as a test does not say otherwise. */
export function contextOf(given: Partial<ActionContext> = {}): ActionContext {
  return {
    signal: new AbortController().signal,
    idempotencyKey: 'key-1',
    attempt: 1,
    runId: 'run_1',
    step: 'a',
    incident: { id: 'inc_1', number: 1, channelId: 'C1' },
    fence: () => undefined,
    calls: untracedCalls({ runId: 'run_1', step: 'a', attempt: 1 }),
    log: pino({ level: 'silent' }),
    chat: null,
    secrets: () => undefined,
    ...given,
  };
}
