// What a history of an alert group is: the recorded stream and the state that it leads to. Makes one from a story.
import { z } from 'zod';
import { JsonValue } from '../../src/core/alert/alert.ts';
import { StoredEvent, systemActor } from '../../src/core/events.ts';
import type { GroupEvent } from '../../src/core/group/events.ts';
import { addMs } from '../../src/core/time.ts';
import type { LoadedGroup } from '../../src/ports/ledger.ts';
import { groupChange } from '../support/engine/group-change.ts';
import { start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';

/** The file. The state is plain JSON: what it holds is what the version that wrote it knew of. */
export const GroupHistory = z.strictObject({
  /** The version that wrote it. */
  firebreak: z.string(),
  about: z.string(),
  events: z.array(StoredEvent.strict()).min(1),
  end: z.strictObject({ group: z.record(z.string(), JsonValue) }),
});
export type GroupHistory = z.infer<typeof GroupHistory>;

/** A story of an alert group: its facts, a second between one and the next. */
type GroupStory = { readonly name: string; readonly about: string; readonly facts: readonly GroupEvent[] };

const opened: GroupEvent = {
  type: 'group.opened',
  data: { key: 'hosts: web-1', rule: 'hosts', title: 'web-1' },
};
const wait = { by: 'wait' as const, name: 'hosts', owner: null, reason: null, until: addMs(start, 30_000) };
const cpu = anAlert('cpu', { labels: { host: 'web-1' } });
const disk = anAlert('disk', { labels: { host: 'web-1' } });
const passed = (fingerprint: string, status: 'firing' | 'resolved', receipt: string): GroupEvent => ({
  type: 'group.alert_passed',
  data: { fingerprint, status, receipt, severity: 'error' },
});

/** Every story of alert groups. A new event type of them needs a story here. */
export const groupStories: readonly GroupStory[] = [
  {
    name: 'held-and-released',
    about:
      'One is silenced, then waits, and goes on; another goes on at once; a window takes one; the time of the group ends.',
    facts: [
      { ...opened, data: { ...opened.data, rule: null } },
      {
        type: 'group.alert_held',
        data: {
          alert: cpu,
          receipt: 'dlv_1',
          hold: { by: 'silence', name: 'sil_1', owner: 'ana', reason: 'a move', until: addMs(start, 60_000) },
        },
      },
      { type: 'group.alert_repeated', data: { fingerprint: 'cpu', receipt: 'dlv_2', count: 2 } },
      { type: 'group.hold_changed', data: { fingerprint: 'cpu', hold: wait } },
      passed('memory', 'firing', 'dlv_3'),
      {
        type: 'group.alert_held',
        data: {
          alert: disk,
          receipt: 'dlv_3',
          hold: { by: 'window', name: 'night', owner: 'ben', reason: 'new disks', until: null },
          told: true,
          unacted: true,
        },
      },
      {
        type: 'group.released',
        data: { incidentId: 'inc_1', fingerprints: ['cpu', 'disk'], reason: 'the wait of the group is over' },
      },
      passed('memory', 'resolved', 'dlv_4'),
      { type: 'group.window_ended', data: { generation: 1, reason: 'nothing came for 10 minutes' } },
    ],
  },
  {
    name: 'over-before-told',
    about:
      'One that is held is over before anybody was told; the end of another comes before its begin, which opens nothing.',
    facts: [
      opened,
      { type: 'group.alert_held', data: { alert: cpu, receipt: 'dlv_1', hold: wait } },
      { type: 'group.alert_ended', data: { fingerprint: 'cpu', receipt: 'dlv_2', endsAt: addMs(start, 2000) } },
      {
        type: 'group.end_remembered',
        data: { fingerprint: 'disk', title: disk.title, receipt: 'dlv_3', startsAt: start, endsAt: null },
      },
      {
        type: 'group.begin_ignored',
        data: { fingerprint: 'disk', receipt: 'dlv_4', reason: 'its end was known before' },
      },
    ],
  },
  {
    name: 'flapping',
    about: 'One changes so often that its changes are held back, until it stands still and goes on as it is.',
    facts: [
      opened,
      passed('cpu', 'firing', 'dlv_1'),
      passed('cpu', 'resolved', 'dlv_2'),
      passed('cpu', 'firing', 'dlv_3'),
      { type: 'group.flapping_started', data: { fingerprint: 'cpu', changes: 4 } },
      {
        type: 'group.alert_changed',
        data: { fingerprint: 'cpu', status: 'resolved', alert: { ...cpu, status: 'resolved' }, receipt: 'dlv_4' },
      },
      {
        type: 'group.alert_changed',
        data: { fingerprint: 'cpu', status: 'firing', alert: cpu, receipt: 'dlv_5' },
      },
      { type: 'group.flapping_stopped', data: { fingerprint: 'cpu', changes: 1 } },
      {
        type: 'group.released',
        data: { incidentId: 'inc_1', fingerprints: ['cpu'], reason: 'it flaps no more' },
      },
    ],
  },
];

/** Tells a story from its beginning; the same code gives the same history. */
export async function recordGroup({ about, facts }: GroupStory, version: string): Promise<GroupHistory> {
  let before: LoadedGroup | null = null;
  const stream: StoredEvent[] = [];
  for (const [n, fact] of facts.entries()) {
    const events = [{ ...fact, actor: systemActor }];
    const change = groupChange({ groupId: `grp_${'0'.repeat(26)}`, before, events, at: addMs(start, n * 1000) });
    stream.push(...change.events);
    before = { group: change.group, head: change.head };
  }
  const history = { firebreak: version, about, events: stream, end: { group: before?.group } };
  // Through JSON, as in a database: members that are undefined do not exist.
  return GroupHistory.parse(JSON.parse(JSON.stringify(history)));
}
