// What a postmortem says, section by section, for whoever reads it first: the template's order, people's words, drafts and prompts. Pure.
import { elapsedMs } from '../time.ts';
import { appendixOf } from './appendix.ts';
import type { DocumentBlock, Item, Section, TableRow } from './blocks.ts';
import type { Clock, Clocks } from './clocks.ts';
import { type DocumentTime, documentTime, lasted } from './document-time.ts';
import type { Postmortem } from './model.ts';
import { covered, within, without } from './spans.ts';
import type { StoryPoint, StorySectionName } from './story.ts';
import { isKnownSection, type KnownSection, type TemplateSection } from './template.ts';

const none = '–';
const draftNote = 'Drafted from the ledger; nobody has edited it yet.';

/** The sections in order: those of the template, then the appendix. */
export function sectionsOf(p: Postmortem): readonly Section[] {
  const time = documentTime(p.document.timeZone);
  const own = p.document.template.sections.map(
    (section): Section => ({
      title: section.title,
      part: 'story',
      blocks: isKnownSection(section.key)
        ? blocksOf(p, { ...section, key: section.key }, time)
        : customBlocks(p, section),
    }),
  );
  return [...own.filter(({ blocks }) => blocks.length > 0), ...appendixOf(p, time)];
}

/** Paragraphs of what people wrote. */
const paragraphs = (text: string): DocumentBlock[] =>
  text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => ({ type: 'text', text: part }));

const prompted = (blocks: readonly DocumentBlock[], prompt: string): readonly DocumentBlock[] =>
  blocks.length > 0 || prompt === '' ? blocks : [{ type: 'prompt', text: prompt }];

const customBlocks = ({ document }: Postmortem, { key, prompt }: TemplateSection): readonly DocumentBlock[] =>
  prompted(
    paragraphs(Object.hasOwn(document.sections.custom, key) ? (document.sections.custom[key] ?? '') : ''),
    prompt,
  );

function blocksOf(
  p: Postmortem,
  { key, prompt }: TemplateSection & { readonly key: KnownSection },
  time: DocumentTime,
): readonly DocumentBlock[] {
  const { sections } = p.document;
  const { story, factors, helped, notHelped } = sections;
  switch (key) {
    case 'summary':
      return drafted(p, 'summary', prompted(paragraphs(sections.summary), prompt));
    case 'impact':
      return impactBlocks(p, prompt);
    case 'clocks':
      return clockBlocks(p, time);
    case 'story':
      return drafted(p, 'story', prompted(storyBlocks(p, story, time), prompt));
    case 'factors':
      return prompted(
        list(factors.map(({ type, text, refs }) => ({ ...itemOf({ text, refs }), mark: type.replaceAll('_', ' ') }))),
        prompt,
      );
    case 'surprise':
      return prompted(paragraphs(sections.surprise), prompt);
    case 'helped':
      return drafted(p, 'helped', prompted(list(helped.map(itemOf)), prompt));
    case 'notHelped':
      return drafted(
        p,
        'notHelped',
        prompted(list(notHelped.map(itemOf)), 'Nothing in the ledger was denied, failed, expired or undone.'),
      );
    case 'counterfactuals':
      return counterfactualBlocks(p);
    case 'followUps':
      return followUpBlocks(p, prompt, time);
  }
}

const itemOf = ({ text, refs }: StoryPoint): Item => ({ text, refs: refs.map(({ seq }) => seq) });
const list = (items: readonly Item[]): readonly DocumentBlock[] => (items.length > 0 ? [{ type: 'list', items }] : []);

/** Says so where a section is the ledger's and nobody's. */
const drafted = (
  { document }: Postmortem,
  name: StorySectionName,
  blocks: readonly DocumentBlock[],
): readonly DocumentBlock[] =>
  document.state.sections[name] || blocks.every(({ type }) => type === 'prompt')
    ? blocks
    : [...blocks, { type: 'aside', text: draftNote }];

function impactBlocks(p: Postmortem, prompt: string): readonly DocumentBlock[] {
  const { who, what, measured } = p.document.sections.impact;
  const rows: TableRow[] = [
    { cells: ['Who', who || 'Not written yet'] },
    { cells: ['What', what || none] },
    { cells: ['How it was measured', measured || none] },
  ];
  const blocks: DocumentBlock[] = [{ type: 'table', head: ['', ''], rows }];
  return drafted(p, 'impact', who === '' ? [...blocks, { type: 'prompt', text: prompt }] : blocks);
}

const clockNames: readonly (readonly [keyof Clocks, string])[] = [
  ['began', 'Began'],
  ['detected', 'Detected'],
  ['firstAction', 'First action'],
  ['told', 'Others were told'],
  ['mitigated', 'Mitigated'],
  ['over', 'Over'],
  ['closed', 'Closed'],
];

function clockBlocks(p: Postmortem, time: DocumentTime): readonly DocumentBlock[] {
  const { clocks } = p.document;
  const begun = clocks.began.at;
  const row = ([key, name]: readonly [keyof Clocks, string]): TableRow => {
    const { at, how, ref }: Clock = clocks[key];
    const after = at === null || begun === null || key === 'began' ? none : `+${lasted(elapsedMs(begun, at))}`;
    return {
      cells: [name, at === null ? none : time.second(at), after, ref === null ? how : `${how} (entry ${ref.seq})`],
    };
  };
  const chart: DocumentBlock[] = p.lanes === null ? [] : [{ type: 'chart', lanes: p.lanes }];
  return [
    { type: 'table', head: ['', 'When', 'After the begin', 'How it is known'], rows: clockNames.map(row) },
    ...chart,
    ...spentBlocks(p),
  ];
}

/** Where the time went, of an incident that is over. */
function spentBlocks({ lanes, document }: Postmortem): readonly DocumentBlock[] {
  const { began, over } = document.clocks;
  if (lanes === null || began.at === null || over.at === null) return [];
  const whole = { from: Date.parse(began.at), to: Date.parse(over.at) };
  const working = lanes.lanes.flatMap(({ bars }) =>
    bars.filter(({ kind }) => kind !== 'firing' && kind !== 'said' && kind !== 'waiting'),
  );
  const waiting = within(lanes.waiting, whole);
  const alone = without(within(working, whole), waiting);
  const all = whole.to - whole.from;
  if (all <= 0) return [];
  const [waitedMs, workedMs] = [covered(waiting), covered(alone)];
  const share = (ms: number): string[] => [lasted(ms), `${Math.round((100 * ms) / all)} %`];
  return [
    { type: 'heading', text: 'Where the time went' },
    {
      type: 'table',
      head: ['', 'Time', 'Share'],
      rows: [
        { cells: ['Waiting for people to approve', ...share(waitedMs)] },
        { cells: ['Steps at work', ...share(workedMs)] },
        { cells: ['Neither: detection, diagnosis, recovery', ...share(Math.max(0, all - waitedMs - workedMs))] },
      ],
    },
  ];
}

const phaseNames = { detection: 'Detection', diagnosis: 'Diagnosis', action: 'Action', recovery: 'Recovery' } as const;

function storyBlocks(
  p: Postmortem,
  story: Postmortem['document']['sections']['story'],
  time: DocumentTime,
): readonly DocumentBlock[] {
  const at = new Map(p.timeline.map((entry) => [entry.seq, entry.at]));
  return (['detection', 'diagnosis', 'action', 'recovery'] as const).flatMap((phase): readonly DocumentBlock[] => {
    const own = story.filter((one) => one.phase === phase);
    const items = own.map((one): Item => {
      const when = at.get(one.refs[0]?.seq ?? 0);
      return when === undefined ? itemOf(one) : { ...itemOf(one), mark: time.clock(when) };
    });
    return own.length === 0
      ? []
      : [
          { type: 'heading', text: phaseNames[phase] },
          { type: 'list', items },
        ];
  });
}

function counterfactualBlocks({ document }: Postmortem): readonly DocumentBlock[] {
  const { counterfactuals } = document;
  if (counterfactuals.length === 0) return [];
  return [
    ...list(
      counterfactuals.map(({ text, method, refs }) => ({
        text: `${text} ${method}`,
        refs: refs.map(({ seq }) => seq),
      })),
    ),
    { type: 'aside', text: 'Computed from the ledger. These overlap in time and are not to be added up.' },
  ];
}

function followUpBlocks(p: Postmortem, prompt: string, time: DocumentTime): readonly DocumentBlock[] {
  const { actionItems, sections } = p.document;
  const factor = new Map(sections.factors.map(({ id, text }) => [id, text]));
  const rows = actionItems.map(
    (item): TableRow => ({
      cells: [
        { code: item.id },
        item.text,
        item.owner === null ? 'nobody yet' : (p.called[item.owner] ?? item.owner),
        item.due === null ? 'no day yet' : time.day(`${item.due}T12:00:00Z`),
        item.factor === null ? none : (factor.get(item.factor) ?? 'a factor that was taken out'),
        item.verify ?? none,
        item.reason === null ? item.status : `${item.status}: ${item.reason}`,
      ],
      tone: item.status === 'done' ? 'good' : 'neutral',
    }),
  );
  const head = ['', 'What', 'Owner', 'Due', 'Addresses', 'How we will know', 'Status'];
  const table: DocumentBlock[] = rows.length > 0 ? [{ type: 'table', head, rows }] : [];
  return prompted([...paragraphs(sections.followUps), ...table], prompt);
}

const statusWords = { draft: 'Draft', in_review: 'In review', reviewed: 'Reviewed' } as const;

/** One line under the title. */
export function subtitleOf({ incident, document }: Postmortem): string {
  const time = documentTime(document.timeZone);
  const { began, over } = document.clocks;
  const span = began.at !== null && over.at !== null ? ` · lasted ${lasted(elapsedMs(began.at, over.at))}` : '';
  const day = began.at === null ? '' : ` · ${time.day(began.at)}`;
  const state = incident.mergedInto !== null ? `merged into #${incident.mergedInto}` : incident.status;
  return `SEV${incident.severity}${day}${span} · ${state}${incident.closedAt === null ? '' : ` ${time.minute(incident.closedAt)}`}`;
}

/** How far the document is, and who reviewed it. */
export function statusOf({ document: { state }, called }: Postmortem): string {
  const approved = state.reviews.filter(({ verdict, version }) => verdict === 'approves' && version === state.version);
  const by = approved.map(({ by: who }) => who.name ?? who.id).join(', ');
  const waiting =
    state.status === 'in_review' && state.reviewers.length > 0
      ? `, by ${state.reviewers.map((id) => called[id] ?? id).join(', ')}`
      : '';
  const version = state.version === 0 ? 'drafted from the ledger' : `version ${state.version}`;
  return `${statusWords[state.status]}${waiting} · ${version}${by === '' ? '' : ` · approved by ${by}`}`;
}
