// The lists behind `firebreak alerts` and `firebreak explain` on PostgreSQL: groups by what holds them, page by page, and where an alert was last.
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { endedAlert, groupChange, heldAlert, openedGroup } from '../support/engine/group-change.ts';
import { anAlert } from '../support/given/incident.ts';

let store: Store;
const first = { limit: 10, cursor: null, held: false } as const;
const groupId = (n: number) => `grp_${String(n).padStart(26, '0')}`;

beforeAll(async () => {
  const { url, folder } = await freshDatabase();
  store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  const alert = anAlert('held');
  const ended = anAlert('ended');
  const groups = [
    [openedGroup('key-1'), heldAlert(alert)],
    [openedGroup('key-2'), heldAlert(ended), endedAlert(ended)],
    [openedGroup('key-3')],
  ];
  for (const [n, events] of groups.entries())
    expect(await store.groups.append(groupChange({ groupId: groupId(n + 1), before: null, events }))).toBe('appended');
});
afterAll(() => store.close());

describe('alert groups', () => {
  const idsOf = async (filter: Partial<Parameters<Store['reads']['alertGroups']>[0]>) =>
    (await store.reads.alertGroups({ ...first, ...filter })).items.map(({ id }) => id);

  it('are listed newest first, page by page', async () => {
    expect(await idsOf({})).toEqual([groupId(3), groupId(2), groupId(1)]);
    const page = await store.reads.alertGroups({ ...first, limit: 2 });
    expect(page.cursor).toBe(groupId(2));
    expect(await idsOf({ cursor: page.cursor })).toEqual([groupId(1)]);
  });

  it('are found by what they hold now, and by what has ever held something of them', async () => {
    expect(await idsOf({ held: true })).toEqual([groupId(1)]);
    expect(await idsOf({ by: 'silence' })).toEqual([groupId(2), groupId(1)]);
    expect(await idsOf({ by: 'silence', held: true })).toEqual([groupId(1)]);
    expect(await idsOf({ by: 'window' })).toEqual([]);
  });

  it('are found by their id', async () => {
    expect(await store.reads.alertGroup(groupId(1))).toMatchObject({ key: 'key-1', suppressed: { silence: 1 } });
    expect(await store.reads.alertGroup(groupId(9))).toBeNull();
  });
});

describe('the last that was said of an alert', () => {
  it('is that of the latest delivery which holds it, and nothing of an alert that no delivery holds', async () => {
    const deliver = (status: 'firing' | 'resolved') =>
      store.deliveries.accept({
        source: 'alertmanager',
        integration: 'am',
        headers: {},
        body: Buffer.from(status),
        alerts: [anAlert('other'), anAlert('say "x"', { status })],
        dedupe: { kind: 'sender', value: status },
      });
    await deliver('firing');
    await deliver('resolved');
    expect(await store.deliveries.lastAlert('say "x"')).toEqual(anAlert('say "x"', { status: 'resolved' }));
    expect(await store.deliveries.lastAlert('say')).toBeNull();
    expect(await store.correlation.lastIncidentOf('other')).toBeNull();
  });
});
