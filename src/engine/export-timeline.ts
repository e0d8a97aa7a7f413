// A timeline as a file in the form asked for. Reads only.
import type { StoredEvent } from '../core/events.ts';
import { toCsv } from '../core/postmortem/csv.ts';
import { toHtml } from '../core/postmortem/html.ts';
import { toMarkdown } from '../core/postmortem/markdown.ts';
import { toPostmortem } from '../core/postmortem/model.ts';
import type { EventStore } from '../ports.ts';

/** The forms of an export. */
export const exportFormats = ['md', 'json', 'html', 'csv', 'bundle'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A file; its name is safe on any system. */
export type ExportedFile = { readonly filename: string; readonly contentType: string; readonly content: string };

/** Exports one incident; null if it has no events. */
export async function exportTimeline(
  store: Pick<EventStore, 'readStream'>,
  incidentId: string,
  format: ExportFormat,
): Promise<ExportedFile | null> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(incidentId)) events.push(event);
  const postmortem = toPostmortem(events);
  const last = events.at(-1);
  if (!postmortem || !last) return null;
  const name = `incident-${postmortem.incident.number}`;
  switch (format) {
    case 'md':
      return { filename: `${name}.md`, contentType: 'text/markdown; charset=utf-8', content: toMarkdown(postmortem) };
    case 'json':
      return {
        filename: `${name}.json`,
        contentType: 'application/json',
        content: `${JSON.stringify({ ...postmortem, events }, null, 2)}\n`,
      };
    case 'html':
      return { filename: `${name}.html`, contentType: 'text/html; charset=utf-8', content: toHtml(postmortem) };
    case 'csv':
      return { filename: `${name}.csv`, contentType: 'text/csv; charset=utf-8', content: toCsv(postmortem) };
    case 'bundle': {
      const bundle = {
        schema: 'firebreak/bundle/v1',
        streamId: incidentId,
        head: { version: last.seq, hash: last.hash },
        events,
      };
      return {
        filename: `${name}.bundle.json`,
        contentType: 'application/json',
        content: `${JSON.stringify(bundle, null, 1)}\n`,
      };
    }
  }
}
