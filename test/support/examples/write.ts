// The files in docs/examples: postmortems of two incidents as Markdown and HTML. Told twice, they are the same to the letter.
import type { StoredEvent } from '../../../src/core/events.ts';
import { toHtml } from '../../../src/core/postmortem/html.ts';
import { toMarkdown } from '../../../src/core/postmortem/markdown.ts';
import { toPostmortem } from '../../../src/core/postmortem/model.ts';
import { demoIncident, largeIncident } from './incidents.ts';

function filesOf(name: string, events: readonly StoredEvent[]): readonly (readonly [string, string])[] {
  const postmortem = toPostmortem(events);
  if (!postmortem) throw new Error(`${name} is no incident`);
  return [
    [`${name}.md`, toMarkdown(postmortem)],
    [`${name}.html`, toHtml(postmortem)],
  ];
}

/** All of them by name. */
export async function exampleFiles(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...filesOf('postmortem-demo', await demoIncident()),
    ...filesOf('postmortem-large', await largeIncident()),
  ]);
}
