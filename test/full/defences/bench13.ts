// The defences that the attack suite added: reasons that say nothing, clicks of other workspaces, an approval that outlives its process.
import type { Defence } from './defence.ts';

const authority = 'test/unit/authority-attacks.test.ts';
const tightened = 'test/unit/tighten-thresholds.test.ts';
const surfaces = 'test/unit/surface-attacks.test.ts';

export const defences: readonly Defence[] = [
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
  {
    threat: 'people of a policy count among those of the step',
    defence: 'A threshold that takes so many people takes them out of its own factors, whatever a policy adds.',
    file: 'src/core/policy/tighten.ts',
    find: '...(hasFactor(factors, own) ? [] : [own]), factor]',
    replace: 'factor]',
    test: tightened,
    title: 'none of the people that a threshold takes of its own',
  },
  {
    threat: 'a rung of the step stands in for whom a policy asks',
    defence: 'Where a policy asks people, rungs and fallback stand in for them only if the policy names them too.',
    file: 'src/core/policy/tighten.ts',
    find: 'return { ...standInsWithin(rule, from), thresholds,',
    replace: 'return { ...rule, thresholds,',
    test: tightened,
    title: 'nobody stands in for them',
  },
];
