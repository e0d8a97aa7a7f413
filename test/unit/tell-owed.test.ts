// Every begin and end of silences and windows, every change of trust and passkeys, and the end of each halt reaches the announce channel
// once, whatever becomes of the process that recorded it.
import { describe, expect, it } from 'vitest';
import type { EnginePorts } from '../../src/engine/engine-ports.ts';
import { alertStory } from '../support/engine/alert-story.ts';
import { ana } from '../support/given/given.ts';
import { minute } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

type Kept = NonNullable<EnginePorts['slackMessages']>;

/** An installation with Slack, whose channel keeps one line for a key. */
function given() {
  const channel = new Map<string, string>();
  const slack = { isAway: false, tries: 0, upTo: 0 };
  const announce: EnginePorts['announce'] = async ({ key, text }) => {
    slack.tries += 1;
    if (slack.isAway) throw new Error('Slack is away');
    channel.set(key, text);
  };
  const slackMessages: Kept = {
    behind: async () => [],
    announcedUpTo: async () => slack.upTo,
    noteAnnounced: async (seq) => {
      slack.upTo = Math.max(slack.upTo, seq);
    },
  };
  const story = alertStory('', () => ({ announce, slackMessages }));
  return {
    story,
    slack,
    lines: () => [...channel.keys()],
    texts: () => [...channel.values()],
    silence: () =>
      story.engine.operations.createSilence({
        ...{ principal: principalOf(ana), cause: 'cmd_1', sets: [{ service: 'checkout' }], reason: 'deploy' },
        endsAt: new Date(story.world.ms + 10 * minute).toISOString(),
      }),
  };
}

describe('what is owed to the announce channel', () => {
  it('is told by the next process where the one that recorded it died before it told it, once and in order', async () => {
    const { story, slack, lines, silence } = given();
    await silence();
    await story.passes(11 * minute);
    expect(lines()).toEqual([]);
    story.restart();
    await story.engine.tellOwed();
    expect(lines()).toEqual(['system/1', 'system/2', 'system/3']);
    const before = slack.tries;
    story.restart();
    await story.engine.tellOwed();
    expect(slack.tries).toBe(before);
  });

  it('is told again from the first line that Slack did not take, after a while', async () => {
    const { story, slack, lines, silence } = given();
    slack.isAway = true;
    await silence();
    await story.engine.tellOwed();
    slack.isAway = false;
    await story.engine.tellOwed();
    expect({ lines: lines(), tries: slack.tries }).toEqual({ lines: [], tries: 1 });
    await story.passes(minute);
    await story.engine.tellOwed();
    expect(lines()).toEqual(['system/1', 'system/2']);
  });

  it('is who let automation go on after a halt, for the message of a halt is edited, which nobody hears', async () => {
    const { story, texts } = given();
    const asked = { principal: principalOf(ana), cause: 'cmd_1', scope: '*' };
    await story.engine.operations.halt({ ...asked, reason: 'the core is worked on' });
    await story.engine.operations.release({ ...asked, reason: 'it is done' });
    await story.engine.tellOwed();
    expect(texts()).toEqual(['ana released every playbook: it is done']);
  });

  it('is no news after a week: nobody is flooded with what was recorded before there was a channel', async () => {
    const { story, lines, silence } = given();
    await silence();
    story.world.ms += 8 * 24 * 60 * minute;
    await story.engine.reconcile();
    await story.engine.tellOwed();
    expect(lines()).toEqual(['system/3']);
  });
});
