// Defences of what Slack is told: how loud, once, and to the end.
import type { Defence } from './defence.ts';

const loudness = 'test/unit/slack-loudness.test.ts';
const surface = 'test/unit/slack-surface.test.ts';

/** They need the sandbox workspace and no database. */
export const defences: readonly Defence[] = [
  {
    threat: 'F.4 a refused post counts as told',
    defence: 'What Slack refuses is kept as owed.',
    file: 'src/slack/outbound/put-in-order.ts',
    find: '    await messages.refused(key, code);\n',
    replace: '',
    test: loudness,
    title: 'is kept as owed',
  },
  {
    threat: 'F.4 a message says for ever that something burns',
    defence: 'What a message shows is kept with it.',
    file: 'src/slack/outbound/poster.ts',
    find: 'version, showsFiring: firing });',
    replace: 'version, showsFiring: false });',
    test: loudness,
    title: 'is owed the end while Slack refuses it',
  },
  {
    threat: 'F.4 an archived channel hides an end',
    defence: 'An obligation is passed on only where another surface shows the end.',
    file: 'src/slack/outbound/tell-incident.ts',
    find: '  if (!isTold) await passOn(deps, incident);\n',
    replace: '',
    test: loudness,
    title: 'is owed nothing once the announce channel shows the end',
  },
  {
    threat: 'F.4 a storm floods Slack',
    defence: 'What was opened within a minute after many others gets no message of its own.',
    file: 'src/slack/outbound/surface.ts',
    find: "  if (rank >= 2 * most) return 'none';\n",
    replace: '',
    test: surface,
    title: 'bounded in number',
  },
  {
    threat: 'F.4 a request for approval nobody can see',
    defence: 'A run that needs people makes its incident loud.',
    file: 'src/slack/outbound/surface.ts',
    find: 'if (runs.some((run) => needsPeople(run) || isStalled(run)))',
    replace: 'if (runs.length < 0)',
    test: surface,
    title: 'is a channel once a run',
  },
  {
    threat: 'F.4 an incident grows quieter while people rely on it',
    defence: 'What was shown is not taken back.',
    file: 'src/slack/outbound/surface.ts',
    find: 'return louder(loudness.shown, wanted(incident, loudness));',
    replace: 'return wanted(incident, loudness);',
    test: surface,
    title: 'never becomes quieter',
  },
  {
    threat: 'C an acknowledgement holds for ever',
    defence: 'Where it is a lease it ends by itself.',
    file: 'src/core/incident/decide.ts',
    find: '    endLapsed(draft);\n',
    replace: '',
    test: 'test/unit/incident-rules.test.ts',
    title: 'end an acknowledgement that nobody renews',
  },
];
