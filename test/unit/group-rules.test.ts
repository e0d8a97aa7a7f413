// The rules of an alert group, told as stories: waits, pauses, thresholds, mutes, flapping, windows of time, ends without begins.
import { describe, expect, it } from 'vitest';
import { aGroup, mutedBy, type Told } from '../support/given/group.ts';
import { minute } from '../support/given/incident.ts';

const brief = (told: readonly Told[]) => told.map(({ atMs, alert, status }) => `${atMs / 1000}s ${alert} ${status}`);
const second = 1000;

describe('the wait of a group', () => {
  it('tells nobody before it is over, and then all alerts at once', () => {
    const story = aGroup()
      .fires('a')
      .until(10 * second)
      .fires('b')
      .until(minute);
    expect(brief(story.told)).toEqual(['30s a firing', '30s b firing']);
    expect(new Set(story.told.map(({ incident }) => incident)).size).toBe(1);
  });

  it('is over at once for an alert that has fired for longer than it', () => {
    const story = aGroup().fires('a', { startsAt: '2026-02-01T00:00:00.000Z' });
    expect(brief(story.told)).toEqual(['0s a firing']);
  });

  it('tells nobody of what is resolved within it', () => {
    const story = aGroup()
      .fires('a')
      .until(10 * second)
      .resolves('a')
      .until(5 * minute);
    expect(story.told).toEqual([]);
    expect(story.facts.map(({ type }) => type)).toEqual([
      'group.opened',
      'group.alert_held',
      'group.hold_changed',
      'group.alert_ended',
    ]);
  });

  it('does not hold what joins an incident that is open', () => {
    const story = aGroup().fires('a').until(minute).fires('b');
    expect(brief(story.told)).toEqual(['30s a firing', '60s b firing']);
  });

  it('says why they come only now', () => {
    expect(aGroup().fires('a').until(minute).told[0]?.because).toBe('it still fires after 30s');
  });
});

describe('the pause of a severity', () => {
  const settings = { pauseMs: { critical: 0, error: 0, warning: 2 * minute, info: 2 * minute } };

  it('drops what passes by itself', () => {
    const story = aGroup(settings)
      .fires('a', { severity: 'warning' })
      .until(minute)
      .resolves('a')
      .until(10 * minute);
    expect(story.told).toEqual([]);
  });

  it('tells of what still fires, and holds nothing worse', () => {
    const story = aGroup(settings)
      .fires('a', { severity: 'warning' })
      .fires('b', { severity: 'critical' })
      .until(5 * minute);
    expect(brief(story.told)).toEqual(['30s b firing', '120s a firing']);
  });
});

describe('trap 7: a threshold of three within ten minutes', () => {
  const settings = { waitMs: 0, threshold: { count: 3, withinMs: 10 * minute } };

  it('makes one incident of three distinct alerts, and lists the three', () => {
    const story = aGroup(settings)
      .fires('a')
      .until(minute)
      .fires('b')
      .until(2 * minute)
      .fires('c');
    expect(brief(story.told)).toEqual(['120s a firing', '120s b firing', '120s c firing']);
    expect(new Set(story.told.map(({ incident }) => incident)).size).toBe(1);
    expect(story.told[0]?.because).toBe('3 alerts within 10m');
  });

  it('makes none of two, however often they repeat', () => {
    const story = aGroup(settings).fires('a').fires('b');
    for (let n = 1; n <= 20; n++)
      story
        .until(n * 10 * second)
        .fires('a')
        .fires('b');
    expect(story.until(60 * minute).told).toEqual([]);
    expect(story.group?.suppressed).toEqual({ wait: 2, threshold: 40 });
  });

  it('makes none of three that come over a longer time', () => {
    const story = aGroup(settings)
      .fires('a')
      .until(6 * minute)
      .fires('b')
      .until(12 * minute)
      .fires('c');
    expect(story.until(60 * minute).told).toEqual([]);
    expect(story.held()).toEqual(['a', 'b', 'c']);
  });
});

describe('what is muted', () => {
  const silenced = (_: unknown, atMs: number) =>
    atMs < 10 * minute ? mutedBy('silence', 10 * minute) : ({ type: 'pass' } as const);
  const atOnce = { waitMs: 0 };

  it('trap 1: the end of what people were told of passes through a silence, once', () => {
    const story = aGroup(atOnce)
      .fires('a')
      .muting(silenced)
      .until(minute)
      .fires('a')
      .until(2 * minute)
      .resolves('a')
      .until(60 * minute);
    expect(brief(story.told)).toEqual(['0s a firing', '120s a resolved']);
    expect(story.firing()).toEqual([]);
  });

  it('trap 2: the end of what was told passes while another alert inhibits it', () => {
    const story = aGroup(atOnce)
      .fires('a')
      .muting(() => mutedBy('inhibition', null))
      .until(minute)
      .fires('a')
      .resolves('a');
    expect(brief(story.told)).toEqual(['0s a firing', '60s a resolved']);
  });

  it('trap 3: what still fires when its silence is over is told again once, and why', () => {
    const story = aGroup(atOnce).fires('a').muting(silenced);
    for (let n = 1; n < 10; n++) story.until(n * minute).fires('a');
    story.until(30 * minute);
    expect(brief(story.told)).toEqual(['0s a firing', '600s a firing']);
    expect(story.told[1]).toMatchObject({ because: 'the silence m is over, and it still fires', acts: false });
  });

  it('trap 3: resolved while silenced and fired again is one new message', () => {
    const story = aGroup(atOnce)
      .fires('a')
      .muting(silenced)
      .until(minute)
      .resolves('a')
      .until(2 * minute)
      .fires('a')
      .until(30 * minute);
    expect(brief(story.told)).toEqual(['0s a firing', '60s a resolved', '600s a firing']);
  });

  it('trap 9: twenty repeats in a window act once at its end if it still fires, and never if it was resolved', () => {
    const window = (_: unknown, atMs: number) =>
      atMs < 10 * minute ? mutedBy('window', 10 * minute) : ({ type: 'pass' } as const);
    const stays = aGroup(atOnce).muting(window);
    const goes = aGroup(atOnce).muting(window);
    for (let n = 0; n < 20; n++) {
      stays.until(n * 20 * second).fires('a');
      goes.until(n * 20 * second).fires('a');
    }
    goes.resolves('a').until(60 * minute);
    stays.until(60 * minute);
    expect(brief(stays.told)).toEqual(['600s a firing']);
    expect(stays.told[0]?.acts).toBe(true);
    expect(goes.told).toEqual([]);
    expect(goes.group?.suppressed).toEqual({ window: 20 });
  });

  it('trap 10: what was announced before a window is not announced anew after it', () => {
    const window = (_: unknown, atMs: number) =>
      atMs > minute && atMs < 10 * minute ? mutedBy('window', 10 * minute) : ({ type: 'pass' } as const);
    const told = (untilMs: number) => {
      const story = aGroup(atOnce).muting(window).fires('a');
      for (let at = 2 * minute; at < untilMs; at += minute) story.until(at).fires('a');
      return story.until(60 * minute).told.map(({ because, acts }) => ({ because, acts }));
    };
    const [begin, ...after] = told(12 * minute);
    expect(begin).toEqual({ because: null, acts: true });
    expect(after).toEqual([10, 10, 11].map(() => ({ because: null, acts: false })));
    expect(told(5 * minute)).toEqual([begin, after[0]]);
  });

  it('is in the incident of its window at once, and acts when the window is over', () => {
    const window = (_: unknown, atMs: number) =>
      atMs < 10 * minute ? mutedBy('window', 10 * minute, true) : ({ type: 'pass' } as const);
    const story = aGroup(atOnce)
      .muting(window)
      .fires('a')
      .until(minute)
      .fires('a')
      .until(60 * minute);
    expect(story.told.map(({ atMs, acts }) => [atMs / 1000, acts])).toEqual([
      [0, false],
      [600, true],
    ]);
  });

  it('is looked at again while it is inhibited, because nothing tells that the inhibition is over', () => {
    let over = false;
    const story = aGroup(atOnce)
      .muting(() => (over ? { type: 'pass' } : mutedBy('inhibition', null)))
      .fires('a')
      .until(5 * minute);
    expect(story.told).toEqual([]);
    over = true;
    expect(brief(story.until(6 * minute).told)).toHaveLength(1);
  });
});

describe('trap 15: an end that overtakes its begin', () => {
  it('opens nothing, is remembered, and keeps its begin from opening anything', () => {
    const from = '2026-02-01T00:00:00.000Z';
    const story = aGroup({ waitMs: 0 })
      .resolves('a', { startsAt: from, endsAt: '2026-02-01T00:05:00.000Z' })
      .fires('a', { startsAt: from });
    expect(story.told).toEqual([]);
    expect(story.facts.map(({ type }) => type)).toEqual([
      'group.opened',
      'group.end_remembered',
      'group.begin_ignored',
    ]);
  });

  it('does not keep back the next episode', () => {
    const story = aGroup({ waitMs: 0 })
      .resolves('a', { startsAt: '2026-02-01T00:00:00.000Z' })
      .until(minute)
      .fires('a');
    expect(brief(story.told)).toEqual(['60s a firing']);
  });
});

describe('flapping', () => {
  it('holds changes from the fourth on, and tells how it is when it is calm', () => {
    const story = aGroup({ waitMs: 0 });
    story
      .fires('a')
      .until(minute)
      .resolves('a')
      .until(2 * minute)
      .fires('a');
    for (let n = 3; n < 10; n += 2)
      story
        .until(n * minute)
        .resolves('a')
        .until((n + 1) * minute)
        .fires('a');
    const whileItFlaps = brief(story.told);
    expect(whileItFlaps).toEqual(['0s a firing', '60s a resolved', '120s a firing']);
    expect(story.heldBy('a')).toBe('flapping');
    story.resolves('a').until(120 * minute);
    expect(brief(story.told)).toEqual([...whileItFlaps, '2400s a resolved']);
    expect(story.firing()).toEqual([]);
  });

  it('is not begun by repetitions', () => {
    const story = aGroup({ waitMs: 0 });
    for (let n = 0; n < 20; n++) story.until(n * second).fires('a');
    expect(story.facts.map(({ type }) => type)).not.toContain('group.flapping_started');
  });

  it('is told once where nobody knows that it fires', () => {
    const story = aGroup({ waitMs: 10 * minute });
    story.fires('a').resolves('a').fires('a').resolves('a').fires('a');
    expect(story.told.map(({ status, because }) => [status, because])).toEqual([
      ['firing', 'it flaps: further changes are held until it is calm'],
    ]);
  });
});

describe('the window of a group', () => {
  const settings = { waitMs: 0, window: { rollingMs: 10 * minute, capMs: 60 * minute } };

  it('goes on from the last alert', () => {
    const story = aGroup(settings);
    for (let n = 0; n < 5; n++) story.until(n * 9 * minute).fires(`a${n}`);
    expect(new Set(story.told.map(({ incident }) => incident))).toEqual(new Set(['inc_1']));
  });

  it('is over when no alert came for long, so that the next is another problem', () => {
    const story = aGroup(settings)
      .fires('a')
      .until(11 * minute)
      .fires('b');
    expect(story.told.map(({ incident }) => incident)).toEqual(['inc_1', 'inc_2']);
  });

  it('is over after its cap, however often alerts come; what goes on stays where it is', () => {
    const story = aGroup(settings).fires('a');
    for (let n = 1; n < 14; n++) story.until(n * 5 * minute).fires('a');
    story.fires('b').fires('a');
    expect(story.told.filter(({ alert }) => alert === 'a').map(({ incident }) => incident)).not.toContain('inc_2');
    expect(story.told.find(({ alert }) => alert === 'b')?.incident).toBe('inc_2');
  });
});

it('the state is what the events lead to', () => {
  const story = aGroup()
    .fires('a')
    .until(minute)
    .fires('b')
    .resolves('a')
    .until(60 * minute)
    .resolves('b')
    .fires('c');
  expect(story.folded()).toEqual(story.group);
});
