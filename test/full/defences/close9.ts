// Defences of what is told of silences and windows, and of orders about them that come twice.
import type { Defence } from './defence.ts';

export const defences: readonly Defence[] = [
  {
    threat: 'A process dies between the record of a begin or an end and its line in the announce channel',
    defence: 'How far the system stream was told is noted after it was told, and the next look tells the rest',
    file: 'src/engine/system/tell-owed.ts',
    find: 'events.readStream(systemStreamId, upTo + 1)',
    replace: 'events.readStream(systemStreamId, upTo + 100)',
    test: 'test/unit/tell-owed.test.ts',
    title: 'is told by the next process',
  },
  {
    threat: 'Slack is away when a begin or an end is told',
    defence: 'Only what was told is noted as told',
    file: 'src/engine/system/tell-owed.ts',
    find: '        if (isNews) await tell(event);\n        told = event.seq;',
    replace: '        told = event.seq;\n        if (isNews) await tell(event);',
    test: 'test/unit/tell-owed.test.ts',
    title: 'is told again from the first line',
  },
  {
    threat: 'Slack is set up late, and everybody hears of what was recorded long ago',
    defence: 'What is older than a week is no news',
    file: 'src/engine/system/tell-owed.ts',
    find: '<= newsMs;',
    replace: '<= Number.POSITIVE_INFINITY;',
    test: 'test/unit/tell-owed.test.ts',
    title: 'is no news after a week',
  },
  {
    threat: 'An answer is lost, and the window is asked for again under the same key',
    defence: 'The same request finds the window that it made',
    file: 'src/core/system/decide-mutes.ts',
    find: 'if (again && known && canonicalJson(known.asked) === canonicalJson(given)) return decidedOn();',
    replace: '',
    test: 'test/unit/mutes-again.test.ts',
    title: 'makes one window',
  },
  {
    threat: 'A key that was begun is used to take over a window of somebody else',
    defence: 'Only the very same window is the same request',
    file: 'src/core/system/decide-mutes.ts',
    find: '&& canonicalJson(known.asked) === canonicalJson(given)',
    replace: '',
    test: 'test/unit/mutes-again.test.ts',
    title: 'where another window has the name',
  },
  {
    threat: 'A failed message is a rejection that nobody hears of, which counts as a bug of the process',
    defence: 'What is told elsewhere is under way watched',
    file: 'src/slack/outbound/put-in-order.ts',
    find: '  work.catch(() => undefined);\n',
    replace: '',
    test: 'test/unit/slack-put-in-order.test.ts',
  },
];
