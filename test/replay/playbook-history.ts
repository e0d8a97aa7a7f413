// What a history of a playbook's versions is: the recorded stream and the life that it leads to. Makes one from a story.
import { z } from 'zod';
import { JsonValue } from '../../src/core/alert/alert.ts';
import type { PlaybookLifeEvent } from '../../src/core/change-control/events.ts';
import { evolveLife } from '../../src/core/change-control/evolve.ts';
import { playbookStreamId, unknownPlaybook } from '../../src/core/change-control/state.ts';
import { type Actor, StoredEvent, systemActor } from '../../src/core/events.ts';
import { addMs } from '../../src/core/time.ts';
import { linkEvents } from '../../src/core/timeline/chain.ts';
import { ana, ben, start } from '../support/given/given.ts';

/** The file. The state is plain JSON: what it holds is what the version that wrote it knew of. */
export const PlaybookHistory = z.strictObject({
  /** The version that wrote it. */
  firebreak: z.string(),
  about: z.string(),
  events: z.array(StoredEvent.strict()).min(1),
  end: z.strictObject({ life: z.record(z.string(), JsonValue) }),
});
export type PlaybookHistory = z.infer<typeof PlaybookHistory>;

type Fact = PlaybookLifeEvent & { readonly actor: Actor };
/** A story of a playbook: its facts, a second between one and the next. */
type PlaybookStory = { readonly name: string; readonly about: string; readonly facts: readonly Fact[] };

const ref = (version: string) => ({
  name: 'restart',
  version,
  digest: `sha256:${version.replaceAll('.', '').repeat(21)}0`,
});
const [one, two] = [ref('1.0.0'), ref('2.0.0')];
const proof = { tests: 2, replay: { runs: 100, different: 3, unexplained: 1 }, explained: 'the target has moved' };
const path = 'playbooks/restart.yaml';

/** Every story of playbooks. A new event type of them needs a story here. */
export const playbookStories: readonly PlaybookStory[] = [
  {
    name: 'promoted-and-taken-back',
    about:
      'A version is found, answered for and live; another goes over shadow to canary, is taken back, is live, is rolled back and retired.',
    facts: [
      { type: 'playbook.registered', actor: systemActor, data: { playbook: one, path } },
      { type: 'playbook.registered', actor: ana, data: { playbook: one, path } },
      {
        type: 'playbook.promoted',
        actor: ben,
        data: { playbook: one, from: 'draft', to: 'live', reason: 'reviewed', proof },
      },
      { type: 'playbook.registered', actor: ana, data: { playbook: two, path } },
      {
        type: 'playbook.promoted',
        actor: ben,
        data: { playbook: two, from: 'draft', to: 'shadow', reason: 'a look', proof },
      },
      {
        type: 'playbook.promoted',
        actor: ben,
        data: {
          ...{ playbook: two, from: 'shadow' as const, to: 'canary' as const, reason: 'it did the same', proof },
          canary: { share: 25, only: { input: 'service', values: ['checkout'] } },
        },
      },
      {
        type: 'playbook.demoted',
        actor: systemActor,
        data: { playbook: two, from: 'canary', to: 'draft', reason: 'its last 3 runs failed' },
      },
      {
        type: 'playbook.promoted',
        actor: ben,
        data: { playbook: two, from: 'draft', to: 'live', reason: 'mended', proof },
      },
      { type: 'playbook.rolled_back', actor: ana, data: { playbook: one, from: two, reason: 'it was not' } },
      { type: 'playbook.retired', actor: ben, data: { playbook: one, from: 'live', reason: 'nobody needs it' } },
    ],
  },
  {
    name: 'the-folder-decides',
    about: 'A version is live by being in the folder, another with the same number is, and then none.',
    facts: [
      { type: 'playbook.registered', actor: systemActor, data: { playbook: one, path } },
      {
        type: 'playbook.promoted',
        actor: systemActor,
        data: { playbook: one, from: 'draft', to: 'live', reason: 'it is in the folder', folder: true },
      },
      {
        type: 'playbook.registered',
        actor: systemActor,
        data: { playbook: { ...two, version: '1.0.0' }, path, sameNumberAs: one.digest },
      },
      {
        type: 'playbook.promoted',
        actor: systemActor,
        data: {
          ...{ playbook: { ...two, version: '1.0.0' }, from: 'draft' as const, to: 'live' as const },
          ...{ reason: 'it is in the folder', folder: true as const },
        },
      },
      {
        type: 'playbook.retired',
        actor: systemActor,
        data: {
          playbook: { ...two, version: '1.0.0' },
          from: 'live',
          reason: 'its file is no longer in the folder',
          folder: true,
        },
      },
    ],
  },
];

/** Tells a story from its beginning; the same code gives the same history. */
export async function recordPlaybook({ about, facts }: PlaybookStory, version: string): Promise<PlaybookHistory> {
  const streamId = playbookStreamId('restart');
  let life = unknownPlaybook('restart');
  const recorded = facts.map((fact, n) => ({ ...fact, at: addMs(start, n * 1000) }));
  for (const fact of recorded) life = evolveLife(life, fact);
  const events = linkEvents(
    streamId,
    null,
    recorded.map(({ type, actor, data, at }) => ({ type, at, actor, cause: 'test', data })),
  );
  // Through JSON, as in a database: members that are undefined do not exist.
  return PlaybookHistory.parse(JSON.parse(JSON.stringify({ firebreak: version, about, events, end: { life } })));
}
