// What nobody was told is counted and listed, with who holds it, until when and why (trap 14): metric, API and command line.
import { describe, expect, it } from 'vitest';
import { groupText } from '../../src/cli/alerts/alert-groups.ts';
import { ApiAlertGroup } from '../../src/contract/alert.ts';
import { addMs } from '../../src/core/time.ts';
import { countSuppressed } from '../../src/engine/interceptors/suppressed.ts';
import { showAlertGroup } from '../../src/http/api/show-alert-group.ts';
import { alertStory } from '../support/engine/alert-story.ts';
import { endedAlert, groupChange, heldAlert, openedGroup } from '../support/engine/group-change.ts';
import { start } from '../support/given/given.ts';
import { anAlert, minute } from '../support/given/incident.ts';

const until = addMs(start, 10 * minute);
const yaml = `
silences:
  - { name: deploy, sets: [ { service: shop } ], startsAt: "${start}", endsAt: "${until}", owner: ana, reason: a deploy }
`;

async function silenced(counts: Record<string, number> = {}) {
  const story = alertStory(yaml, (world) => ({
    metrics: {
      ...world.ports().metrics,
      countSuppressed: (by) => {
        counts[by] = (counts[by] ?? 0) + 1;
      },
    },
  }));
  await story.fires('a', { service: 'shop' });
  await story.fires('a', { service: 'shop' });
  const [group] = story.groups();
  if (!group) throw new Error('nothing was held');
  return { story, group };
}

describe('what a silence holds', () => {
  it('is counted by what holds it, and not again when it is let go', async () => {
    const counts: Record<string, number> = {};
    const { story, group } = await silenced(counts);
    expect(counts).toEqual({ silence: 2 });
    expect(group.suppressed).toEqual(counts);
    await story.passes(11 * minute);
    expect(story.incidents()).toHaveLength(1);
    expect(counts).toEqual({ silence: 2 });
  });

  it('is shown with the owner, the reason and the end of the silence, and nothing that only the engine needs', async () => {
    const { group } = await silenced();
    const shown = showAlertGroup(group);
    expect(ApiAlertGroup.parse(shown)).toEqual(shown);
    expect(shown).toMatchObject({
      rule: null,
      incident: null,
      alerts: 1,
      suppressed: { silence: 2 },
      held: [
        {
          fingerprint: 'a',
          count: 2,
          told: false,
          hold: { by: 'silence', name: 'deploy', owner: 'ana', reason: 'a deploy', until },
        },
      ],
    });
    const text = groupText(shown);
    for (const part of ['silence 2', '1 of them held', 'silence deploy, owned by ana', until, 'a deploy'])
      expect(text).toContain(part);
  });
});

describe('the count', () => {
  it('takes nothing that was not appended, and no end', async () => {
    const counted: string[] = [];
    const { append } = countSuppressed({ countSuppressed: (by) => counted.push(by) });
    const alert = anAlert('a');
    const change = groupChange({
      groupId: 'grp_1',
      before: null,
      events: [openedGroup('key'), heldAlert(alert), endedAlert(alert)],
    });
    expect(await append?.([change], async () => 'conflict')).toBe('conflict');
    expect(counted).toEqual([]);
    expect(await append?.([change], async () => 'appended')).toBe('appended');
    expect(counted).toEqual(['silence']);
  });
});
