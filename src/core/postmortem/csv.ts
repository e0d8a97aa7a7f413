// A timeline as CSV (RFC 4180), the story before it. No cell can become a formula in a spreadsheet. Pure.
import { visibleText } from '../visible-text.ts';
import type { Postmortem } from './model.ts';
import type { StoryPoint } from './story.ts';

/** One cell: quoted, and disarmed if a spreadsheet would calculate it. */
export function cell(text: string): string {
  // Also after white space or quotes, which importers strip, and in the full-width forms that some of them accept.
  const inert = /^[\s'"\ufeff]*[=+\-@|%＝＋－＠]/.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${visibleText(inert).replaceAll('"', '""')}"`;
}

/** One line for each thing that the story says, without a place in the ledger; then the timeline, one event a line. */
export function toCsv({ timeline, document, incident }: Postmortem): string {
  const { sections, counterfactuals, actionItems } = document;
  const told = (type: string, text: string) => (text === '' ? [] : [['', '', `postmortem.${type}`, '', text]]);
  const points = (type: string, all: readonly StoryPoint[]) =>
    all.flatMap(({ text, refs }) =>
      told(type, refs.length === 0 ? text : `${text} [${refs.map(({ seq }) => seq).join(' ')}]`),
    );
  const story = [
    ...told('summary', sections.summary),
    ...told('impact.who', sections.impact.who),
    ...told('impact.what', sections.impact.what),
    ...told('impact.measured', sections.impact.measured),
    ...sections.story.flatMap((entry) => points(`story.${entry.phase}`, [entry])),
    ...sections.factors.flatMap((factor) => points(`factor.${factor.type}`, [factor])),
    ...told('surprise', sections.surprise),
    ...points('helped', sections.helped),
    ...points('not_helped', sections.notHelped),
    ...counterfactuals.flatMap(({ text }) => told('counterfactual', text)),
    ...told('follow_ups', sections.followUps),
    ...actionItems.map((item) => [
      '',
      item.due ?? '',
      'action_item',
      item.owner ?? '',
      `${item.id} ${item.status}: ${item.text}`,
    ]),
  ];
  const rows = timeline.map(({ seq, at, type, who, text }) => [String(seq), at, type, who, text]);
  const head = ['seq', 'at', 'type', 'who', 'what'];
  const title = told('title', `#${incident.number} ${incident.title}`);
  return `${[head, ...title, ...story, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
