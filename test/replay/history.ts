// What a history is: a recorded stream with the playbooks of its runs and the state that it leads to. Makes one from a story.
import { z } from 'zod';
import { JsonValue } from '../../src/core/alert/alert.ts';
import { StoredEvent } from '../../src/core/events.ts';
import { Scene, type Story } from './scene.ts';

const object = z.record(z.string(), JsonValue);

/** The file. States are plain JSON: what they hold is what the version that wrote it knew of. */
export const History = z.strictObject({
  /** The version that wrote it. */
  firebreak: z.string(),
  about: z.string(),
  /** Compiled playbooks by digest, as they are stored. */
  playbooks: z.record(z.string(), object),
  events: z.array(StoredEvent.strict()).min(1),
  end: z.strictObject({
    incident: object,
    runs: z.record(
      z.string(),
      z.strictObject({ wakeAt: z.string().nullable(), pools: z.array(z.string()), state: object }),
    ),
  }),
});
export type History = z.infer<typeof History>;

/** Tells a story from its beginning; the same code gives the same history. */
export async function record(story: Story, version: string): Promise<History> {
  const { name, about, rules, configuration, incidents: expected = 1 } = story;
  const scene = new Scene(rules, configuration);
  await story.tell(scene);
  await scene.settle();
  const { events, incidents } = scene.tables;
  const id = (story.history === 'last' && [...incidents.keys()].at(-1)) || scene.incidentId;
  if (incidents.size !== expected)
    throw new Error(`the story ${name} is about ${incidents.size} incidents, not ${expected}`);
  const runs = [...scene.tables.runs.values()].filter(({ incidentId }) => incidentId === id);
  const pinned = new Set(runs.map(({ state }) => state.playbook.digest));
  // Through JSON, as in a database: members that are undefined do not exist.
  return History.parse(
    JSON.parse(
      JSON.stringify({
        firebreak: version,
        about,
        playbooks: Object.fromEntries([...scene.playbooks].filter(([digest]) => pinned.has(digest))),
        events: events.get(id),
        end: {
          incident: incidents.get(id)?.incident,
          runs: Object.fromEntries(runs.map(({ state, wakeAt, pools }) => [state.runId, { wakeAt, pools, state }])),
        },
      }),
    ),
  );
}
