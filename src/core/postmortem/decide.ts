// The rules of a postmortem: who wrote in between, what a reference may point at, what a factor may be, when it is reviewed. Pure.
import { areOnePerson, countPeople } from '../authority/distinct.ts';
import type { IncidentDraft } from '../incident/draft.ts';
import type { FieldFault, Refusal } from '../refusal.ts';
import { assertNever } from '../result.ts';
import type { PostmortemCommand, WrittenSections } from './command.ts';
import { personIn, personRefusal } from './person-as-factor.ts';
import { lastEditor, type PostmortemState, untouchedPostmortem } from './state.ts';
import { type Factor, type LedgerRef, type StorySections, storySectionNames } from './story.ts';

type Asked<T extends PostmortemCommand['type']> = Extract<PostmortemCommand, { type: T }>;

const refuse = (code: Refusal['code'], message: string): Refusal => ({ code, message });

/** Records what follows; what is so already changes nothing. */
export function decidePostmortem(draft: IncidentDraft, command: PostmortemCommand): Refusal | null {
  const { mergedInto } = draft.state;
  if (mergedInto)
    return refuse('wrong_state', `the incident is merged into #${mergedInto.number}; write the postmortem of that one`);
  switch (command.type) {
    case 'edit_postmortem':
      return edit(draft, command);
    case 'set_postmortem_status':
      return setStatus(draft, command);
    case 'review_postmortem':
      return review(draft, command);
    default:
      return assertNever(command);
  }
}

const stateOf = ({ state }: IncidentDraft): PostmortemState => state.postmortem ?? untouchedPostmortem;

/** The refusal of whoever did not see the last edits: who made them, and the words that were not taken. */
function movedOn(state: PostmortemState, expected: number, yours: WrittenSections | null): Refusal {
  const edits = Object.entries(state.sections)
    .filter(([, { version }]) => version > expected)
    .map(([section, { version, by, at }]) => ({ section, version, by: by.name ?? by.id, at }));
  const who = [...new Set(edits.map(({ by }) => by))].join(', ');
  const what = edits.map(({ section }) => section).join(', ');
  const message =
    expected > state.version
      ? `the postmortem has version ${state.version}, not ${expected} yet; read it anew`
      : `${who || 'somebody'} edited ${what || 'it'} in between: it has version ${state.version} now, not ${expected}. Read it anew, put your words in, and send them with expectedVersion ${state.version}; what you wrote is in this answer`;
  return { code: 'conflict', message, edits: { version: state.version, since: edits, yours } };
}

function edit(draft: IncidentDraft, { expectedVersion, sections, names }: Asked<'edit_postmortem'>): Refusal | null {
  const state = stateOf(draft);
  if (expectedVersion !== state.version) return movedOn(state, expectedVersion, sections);
  if (state.status === 'reviewed')
    return refuse('wrong_state', 'the postmortem is reviewed; set it back to draft before it is edited');
  const given = storySectionNames.filter((name) => sections[name] !== undefined);
  if (given.length === 0) return refuse('invalid', `name a section to edit: ${storySectionNames.join(', ')}`);
  const faults = [...refFaults(draft, sections), ...factorFaults(state, sections, names)];
  if (faults.length > 0) return invalid(faults);
  const { factors, ...rest } = sections;
  const written: StorySections = factors === undefined ? rest : { ...rest, factors: withIds(state, factors) };
  draft.record({ type: 'postmortem.edited', data: { version: state.version + 1, sections: present(written) } });
  return null;
}

/** Without sections that are not given. */
const present = (sections: StorySections): StorySections =>
  Object.fromEntries(Object.entries(sections).filter(([, value]) => value !== undefined));

function invalid(faults: readonly FieldFault[]): Refusal {
  return { code: 'invalid', message: faults.map(({ path, message }) => `${path} ${message}`).join('; '), faults };
}

/** Every reference must point at an entry that is there, of this incident: others may not be everybody's to see. */
function refFaults({ state, context }: IncidentDraft, sections: WrittenSections): FieldFault[] {
  const { story = [], factors = [], helped = [], notHelped = [] } = sections;
  const points = { story, factors, helped, notHelped };
  const last = context.lastSeq ?? 0;
  return Object.entries(points).flatMap(([section, entries]) =>
    entries.flatMap(({ refs }, index) =>
      refs.flatMap((ref, place) => {
        const problem = refProblem(ref, state.id, last);
        return problem === null ? [] : [{ path: `${section}.${index}.refs.${place}`, message: problem }];
      }),
    ),
  );
}

function refProblem({ stream, seq }: LedgerRef, own: string, last: number): string | null {
  if (stream !== own) return `refers to another ledger (${stream}); it may refer to entries of this incident only`;
  if (Number.isInteger(seq) && seq >= 1 && seq <= last) return null;
  return `refers to entry ${seq}, which is not there: this ledger has entries 1 to ${last}`;
}

function factorFaults(
  state: PostmortemState,
  { factors = [] }: WrittenSections,
  names: readonly string[],
): FieldFault[] {
  return factors.flatMap(({ text, id }, index) => {
    const found = personIn(text, names);
    if (found !== null) return [{ path: `factors.${index}.text`, message: personRefusal(found) }];
    if (id !== undefined && !state.factors.includes(id))
      return [{ path: `factors.${index}.id`, message: `${id} is no factor of it; leave the id of a new one out` }];
    return [];
  });
}

function withIds(state: PostmortemState, factors: NonNullable<WrittenSections['factors']>): Factor[] {
  let made = state.factorsMade;
  return factors.map(({ id, type, text, refs }) => ({ id: id ?? `f${++made}`, type, text, refs }));
}

function setStatus(draft: IncidentDraft, command: Asked<'set_postmortem_status'>): Refusal | null {
  const { to, expectedVersion, reviewers, reason, drafts } = command;
  const state = stateOf(draft);
  if (expectedVersion !== undefined && expectedVersion !== state.version) return movedOn(state, expectedVersion, null);
  if (to === state.status && reviewers === undefined) return null;
  if (to === 'in_review' && draft.state.status === 'open')
    return refuse('wrong_state', 'the incident is not over; its postmortem stays a draft until it is resolved');
  if (to === 'in_review' && state.status === 'reviewed')
    return refuse('wrong_state', 'the postmortem is reviewed; set it back to draft first');
  const lacking = to === 'reviewed' ? lackingReviews(draft, state) : null;
  if (lacking !== null) return refuse('wrong_state', lacking);
  if (to === 'in_review') adopt(draft, state, drafts);
  const { version } = stateOf(draft);
  draft.record({
    type: 'postmortem.status_changed',
    data: {
      from: state.status,
      to,
      version,
      ...(reviewers === undefined ? {} : { reviewers: [...reviewers] }),
      ...(reason === undefined ? {} : { reason }),
    },
  });
  return null;
}

/** What is read by reviewers must not change under them: drafts become text. */
function adopt(draft: IncidentDraft, state: PostmortemState, drafts: StorySections): void {
  const unwritten = Object.entries(drafts).filter(([name, value]) => value !== undefined && !state.sections[name]);
  if (unwritten.length === 0) return;
  const sections: StorySections = Object.fromEntries(unwritten);
  draft.record({ type: 'postmortem.edited', data: { version: state.version + 1, sections, adopted: true } });
}

/** Why it is not reviewed yet; null: it is. Whoever wrote last does not review what he wrote. */
function lackingReviews({ context }: IncidentDraft, state: PostmortemState): string | null {
  const needed = context.rules.postmortemReviews ?? 1;
  if (state.status !== 'in_review' && needed > 0)
    return 'the postmortem is not in review; send it to its reviewers first';
  const editor = lastEditor(state);
  const { people = {} } = context.rules;
  const current = state.reviews.filter(
    ({ version, by }) => version === state.version && !(editor && areOnePerson(by, editor, people)),
  );
  const against = current.filter(({ verdict }) => verdict === 'wants_changes');
  if (against.length > 0)
    return `${against.map(({ by }) => by.name ?? by.id).join(', ')} wants changes; make them, or ask again`;
  const given = countPeople(
    current.map(({ by }) => by),
    people,
  );
  if (given >= needed) return null;
  return `${needed - given} more approval(s) of version ${state.version} are needed, by somebody other than ${editor?.name ?? editor?.id ?? 'its author'}, who wrote last`;
}

function review(draft: IncidentDraft, command: Asked<'review_postmortem'>): Refusal | null {
  const { verdict, comment, expectedVersion } = command;
  const state = stateOf(draft);
  if (expectedVersion !== state.version) return movedOn(state, expectedVersion, null);
  if (state.status !== 'in_review')
    return refuse(
      'wrong_state',
      `the postmortem is ${state.status === 'draft' ? 'a draft' : 'reviewed'}; it is not in review`,
    );
  if (verdict === 'wants_changes' && comment === undefined)
    return refuse('invalid', 'say in a comment what is to be changed');
  draft.record({
    type: 'postmortem.review_given',
    data: { version: state.version, verdict, ...(comment === undefined ? {} : { comment }) },
  });
  return null;
}
