// The defences that the attack suite added: reasons that say nothing, clicks of other workspaces, an approval that outlives its process.
import type { Defence } from './defence.ts';

const authority = 'test/unit/authority-attacks.test.ts';
const surfaces = 'test/unit/surface-attacks.test.ts';

export const defences: readonly Defence[] = [
  {
    threat: '26 an exception from a freeze for no reason',
    defence: 'An exception takes a reason with a letter or a figure in it.',
    file: 'src/core/run/govern-order.ts',
    find: 'if (!saysWhy(reason)) return',
    replace: 'if (reason === null) return',
    test: authority,
    title: 'an attack on a freeze does not get past it',
  },
  {
    threat: '26 more trust for no reason',
    defence: 'Who changes the trust of a playbook says why.',
    file: 'src/core/system/trust.ts',
    find: 'if (!saysWhy(reason))',
    replace: 'if (reason === null)',
    test: authority,
    title: 'an attack on trust does not get past it',
  },
  {
    threat: '20 a click of another workspace',
    defence: 'What comes from another workspace or app is turned away before anything looks at it.',
    file: 'src/slack/inbound/admit.ts',
    find: 'if (team !== own.teamId || (own.appId !== null && app !== own.appId)) {',
    replace: 'if (false) {',
    test: surfaces,
    title: 'an attack by way of Slack does not get past it',
  },
  {
    threat: '27 a refusal that nobody sees',
    defence: 'Every refused command of people and programs is logged.',
    file: 'src/engine/interceptors/refusals.ts',
    find: "if (outcome.outcome === 'refused' && caller.principal.type !== 'system') {",
    replace: 'if (false) {',
    test: surfaces,
    title: 'an attack by a token does not get past it',
  },
];
