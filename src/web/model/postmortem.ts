// A postmortem in words, and who may do what with it now. Pure; the server decides.
import type { ApiActor } from '../../contract/actor.ts';
import type { ApiPostmortem } from '../../contract/postmortem.ts';
import type { Problem } from '../../contract/problem.ts';

type Sections = ApiPostmortem['sections'];

/** Files that a postmortem can be saved as: format, ending, word. */
export const exportFormats = [
  { format: 'md', ending: 'md', word: 'Markdown' },
  { format: 'html', ending: 'html', word: 'HTML' },
  { format: 'json', ending: 'json', word: 'JSON' },
  { format: 'csv', ending: 'csv', word: 'CSV' },
  { format: 'bundle', ending: 'bundle.json', word: 'Sealed bundle' },
  { format: 'confluence', ending: 'confluence.xml', word: 'Confluence' },
  { format: 'notion', ending: 'notion.json', word: 'Notion' },
] as const;

/** The phases of the story with their headings. */
export const phaseWords: { readonly [P in Sections['story'][number]['phase']]: string } = {
  detection: 'Detection',
  diagnosis: 'Diagnosis',
  action: 'Action',
  recovery: 'Recovery',
};

/** What a factor is about, in words. */
export const factorWords: { readonly [T in Sections['factors'][number]['type']]: string } = {
  change: 'Change',
  configuration: 'Configuration',
  capacity: 'Capacity',
  dependency: 'Dependency',
  design: 'Design',
  software_fault: 'Software fault',
  monitoring: 'Monitoring',
  tooling: 'Tooling',
  procedure: 'Procedure',
  documentation: 'Documentation',
  outside: 'Outside',
};

/** The clocks in the order in which one tells them. */
export const clockWords = [
  ['began', 'Began'],
  ['detected', 'Detected'],
  ['firstAction', 'First action'],
  ['told', 'Others were told'],
  ['mitigated', 'Mitigated'],
  ['over', 'Over'],
  ['closed', 'Closed'],
] as const satisfies readonly (readonly [keyof ApiPostmortem['clocks'], string])[];

/** Its paragraphs: parted by empty lines. */
export const paragraphsOf = (text: string): readonly string[] =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');

/** Who did something, in a word. */
export const actorText = ({ name, id }: Pick<ApiActor, 'name' | 'id'>): string => name ?? id;

/** Who wrote last, whatever section; null: nobody has. */
export function lastEditor({ edits }: Pick<ApiPostmortem, 'edits'>): ApiActor | null {
  const last = Object.values(edits).toSorted((a, b) => b.version - a.version)[0];
  return last?.by ?? null;
}

/** Whether two are the same person, as far as the page can tell. */
const isOne = (a: ApiActor, b: ApiActor) => a.id === b.id || (a.person !== undefined && a.person === b.person);

/** Why whoever looks does not review it; null: nothing the page knows of. */
export function whyNoReview(
  postmortem: Pick<ApiPostmortem, 'edits' | 'status'>,
  me: ApiActor | undefined,
): string | null {
  const editor = lastEditor(postmortem);
  if (me === undefined || editor === null || !isOne(editor, me)) return null;
  return 'You wrote last: somebody else reviews it.';
}

/** Reviews of the very version that is there count; others are of what it said before. */
export const counts = (
  review: Pick<ApiPostmortem['reviews'][number], 'version'>,
  { version }: Pick<ApiPostmortem, 'version'>,
): boolean => review.version === version;

/** `Ben edited Summary and What happened`: who changed what in between, a line for each person. */
export function editLines(
  { since }: NonNullable<Problem['edits']>,
  template: ApiPostmortem['template'],
): readonly string[] {
  const title = (section: string) => template.find(({ key }) => key === section)?.title ?? section;
  const people = [...new Set(since.map(({ by }) => by))];
  return people.map((person) => {
    const what = since.filter(({ by }) => by === person).map(({ section }) => title(section));
    return `${person} edited ${new Intl.ListFormat('en').format(what)}`;
  });
}

/** Whether somebody else wrote the same section in between. */
export const isTouched = ({ since }: NonNullable<Problem['edits']>, section: string): boolean =>
  since.some((edit) => edit.section === section);
