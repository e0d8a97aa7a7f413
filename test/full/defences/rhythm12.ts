// Defences of the rhythm: digests that are told once and name nothing private, switches that are held only while work flows, work that rests.
import type { Defence } from './defence.ts';

const digest = 'test/unit/digest.test.ts';
const telling = 'test/unit/digest-telling.test.ts';
const counts = 'test/contract/digests.test.ts';
const deadMan = 'test/unit/dead-man.test.ts';
const settings = 'test/unit/digest-settings.test.ts';
const load = 'test/unit/load.test.ts';
const flow = 'src/core/dead-man/flow.ts';

/** Each with the test that fails without it. */
export const defences: readonly Defence[] = [
  {
    threat: 'duplicate: a digest that is told twice',
    defence: 'A digest that was told is not told again, by whatever process.',
    file: 'src/core/digest/due.ts',
    find: ' || own.some((one) => one.key === key && one.isTold)',
    replace: '',
    test: digest,
    title: 'A digest is told once, also late',
  },
  {
    threat: 'lost: a process dies between begin and post',
    defence: 'A digest whose telling was only begun is told under its own key.',
    file: 'src/core/digest/due.ts',
    find: 'one.key === key && one.isTold',
    replace: 'one.key === key',
    test: telling,
    title: 'loses no digest',
  },
  {
    threat: 'clock that jumps: a digest of a time that was told',
    defence: 'No digest is told that ends before the last one.',
    file: 'src/core/digest/due.ts',
    find: 'last > span.to || ',
    replace: '',
    test: digest,
    title: 'A clock that goes back tells nothing twice',
  },
  {
    threat: 'noise: digests of a time that nobody asked about',
    defence: 'The first look notes where digests begin and tells nothing.',
    file: 'src/core/digest/due.ts',
    find: "if (own.length === 0) return { type: 'begin', key };",
    replace: '',
    test: telling,
    title: 'What was before digests were asked for is not told',
  },
  {
    threat: 'a clock that disagrees tells digests of the future',
    defence: 'A process whose clock does not agree with the database tells no digest.',
    file: 'src/engine/digests/watch-digests.ts',
    find: '!clock.agrees() || ',
    replace: '',
    test: telling,
    title: 'clocks do not agree',
  },
  {
    threat: 'overload: background work takes what people wait for',
    defence: 'Digests rest while urgent work waits.',
    file: 'src/engine/digests/watch-digests.ts',
    find: ' || (await parts.rests())',
    replace: '',
    test: telling,
    title: 'While urgent work waits',
  },
  {
    threat: 'a private incident is named in a channel',
    defence: 'The channel is told what somebody reads who may know of no private incident.',
    file: 'src/store/ledger/digest-events.ts',
    find: 'CASE WHEN i.is_private AND NOT i.id = ANY($3::text[]) THEN NULL ELSE r.playbook END',
    replace: 'r.playbook',
    test: counts,
    title: 'A private incident is counted and named nowhere',
  },
  {
    threat: 'a private incident is named in a channel',
    defence: 'The error and step of a private failure are not named.',
    file: 'src/store/ledger/digest-daily.ts',
    find: 'CASE WHEN hidden THEN NULL ELSE code END AS error\n  FROM caused',
    replace: 'code AS error\n  FROM caused',
    test: counts,
    title: 'A private incident is counted and named nowhere',
  },
  {
    threat: 'a private incident is named in a channel',
    defence: 'The target of a private failure is not named.',
    file: 'src/store/ledger/digest-weekly.ts',
    find: 'CASE WHEN hidden THEN NULL ELSE target END AS target',
    replace: 'target AS target',
    test: counts,
    title: 'A private incident is counted and named nowhere',
  },
  ...[
    ['database !== null', 'a database that is away'],
    ['standstill !== null', 'a record that went back in time'],
    ['clock !== null', 'a clock that is off'],
    ['accepts !== null', 'a port that does not answer'],
    ['oldestDeliveryMs > limits.deliveryMs', 'intake that does not drain'],
  ].map(([condition, what]) => ({
    threat: `dead-man: ${what} goes unnoticed`,
    defence: `No ping is sent with ${what}.`,
    file: flow,
    find: `if (${condition})`,
    replace: `if (${condition} && false)`,
    test: deadMan,
    title: 'Each thing that stops work',
  })),
  {
    threat: 'dead-man: a slow target is asked again and again',
    defence: 'A target that has not answered is not asked a second time.',
    file: 'src/engine/dead-man/hold.ts',
    find: 'if (!underWay.has(entry)) send(entry)',
    replace: 'send(entry)',
    test: deadMan,
    title: 'A target that never answers',
  },
  {
    threat: 'SSRF: a ping reaches the inner network',
    defence: 'Pings go through the guard of outgoing addresses.',
    file: 'src/actions/dead-man/ping.ts',
    find: 'connect: guardedConnector(allow, resolve), ',
    replace: '',
    test: deadMan,
    title: 'An address of the inner network is refused',
  },
  {
    threat: 'a secret address in the settings that are shown',
    defence: 'Addresses of switches are concealed.',
    file: 'src/config/file.ts',
    find: 'deadman: concealed(deadman)',
    replace: 'deadman',
    test: settings,
    title: 'An address may be a secret',
  },
  {
    threat: 'overload: nothing ever runs that can wait',
    defence: 'What waits for something else than room makes nothing rest.',
    file: 'src/core/load/rest.ts',
    find: 'oldestMs <= restUntilMs && ',
    replace: '',
    test: load,
    title: 'Nothing rests for what more room would not help',
  },
];
