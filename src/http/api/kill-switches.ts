// Kill switches over the API: which are engaged, engage one, release one. Holds no rule.
import type { FastifyInstance } from 'fastify';
import type { Operations } from '../../ports/operations.ts';
import type { AddCommand } from './command-route.ts';
import { HaltBody, PathScope, ReleaseBody } from './inputs.ts';
import { addGet, jsonAnswer, pageAnswer } from './read-route.ts';

/** Adds the routes. */
export function addKillSwitches(
  api: FastifyInstance,
  add: AddCommand,
  { operations }: { operations: Operations },
): void {
  const tag = 'kill-switches';
  addGet(
    api,
    '/kill-switches',
    { tag, summary: 'The kill switches that are engaged', answers: { 200: pageAnswer('Kill switches') } },
    async () => ({ items: operations.killSwitches(), cursor: null }),
  );
  add(
    'PUT',
    '/kill-switches/:scope',
    {
      ...{ tag, summary: 'Start nothing more of a playbook, or of any (`*`); what is under way goes on' },
      ...{ params: PathScope, body: HaltBody, answers: { 200: jsonAnswer('The kill switch') } },
    },
    200,
    ({ scope }, { reason }, { cause, principal }) => operations.halt({ principal, cause, scope, reason }),
  );
  add(
    'DELETE',
    '/kill-switches/:scope',
    {
      ...{ tag, summary: 'Let it start again', params: PathScope, body: ReleaseBody },
      answers: { 200: jsonAnswer('What was released') },
    },
    200,
    ({ scope }, _, { cause, principal }) => operations.release({ principal, cause, scope }),
  );
}
