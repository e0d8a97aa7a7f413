// Defences of what was closed last in issue 12: stuck runs call somebody, once; drills show what they claim; exercises pass for nothing real.
import type { Defence } from './defence.ts';

const stuck = 'test/unit/slack-stuck.test.ts';
const drills = 'test/unit/drill-alerts.test.ts';
const digest = 'test/unit/digest.test.ts';

/** They need no database and no process. */
export const defences: readonly Defence[] = [
  {
    threat: 'no noise: called twice for what is overdue',
    defence: 'What is beyond its SLA is called for as a whole, once.',
    file: 'src/core/run/callouts.ts',
    find: "    if (because === 'sla') return [];\n",
    replace: '',
    test: stuck,
    title: 'calls nobody twice',
  },
  {
    threat: 'no noise: a request that went further calls again',
    defence: 'A request that went to further people is not called for as stuck as well.',
    file: 'src/core/run/callouts.ts',
    find: '    if (approval?.escalated) return [];\n',
    replace: '',
    test: stuck,
    title: 'calls nobody twice',
  },
  {
    threat: 'a stuck request calls who cannot decide it',
    defence: 'Of a request those are called who may decide it.',
    file: 'src/slack/outbound/callouts.ts',
    find: '  if (asked !== null) return [...new Set([...eligible(asked), ...byMatrix])];\n',
    replace: '',
    test: stuck,
    title: 'at a request calls who may decide it',
  },
  {
    threat: 'no noise: an incident told again and again for one state',
    defence: 'An incident that is not told is tried again only after a rest.',
    file: 'src/slack/outbound/call-for-stuck.ts',
    find: "(restUntil.get(keyOf(one)) ?? '') <= now",
    replace: "keyOf(one) !== ''",
    test: stuck,
    title: 'again only after a rest',
  },
  {
    threat: 'a drill that proves what would not happen',
    defence: 'A drill fails where its alert would not lead to its run.',
    file: 'src/core/run/drill.ts',
    find: '  if (rehearsal?.led === false) return `its alert does not lead to it: ${rehearsal.reason}`;\n',
    replace: '',
    test: drills,
    title: 'fails in an incident of its own',
  },
  {
    threat: 'an alert that would act on what is in use passes a drill',
    defence: 'The inputs that the alert gives are those that the drill names.',
    file: 'src/engine/alerts/rehearse.ts',
    find: 'if (canonicalJson(inputs.value) === canonicalJson(playbook.drill?.inputs ?? {})) return null;',
    replace: 'if (inputs.ok) return null;',
    test: drills,
    title: 'fails in an incident of its own',
  },
  {
    threat: 'no noise: a passed exercise makes a day that needs attention',
    defence: 'A day with nothing but exercises that passed is quiet.',
    file: 'src/core/digest/digest.ts',
    find: "id === 'drills' && !hasFailedDrill(facts)",
    replace: "id === ''",
    test: digest,
    title: 'nothing but exercises that passed needs nobody',
  },
];
