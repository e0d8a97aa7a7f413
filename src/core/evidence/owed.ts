// The evidence that an incident still owes: what its events make due, and when it is to be tried. Pure and total, as the rest of the fold.
import type { ChatFile } from '../incident/life-events.ts';
import type { IncidentFact, IncidentState } from '../incident/state.ts';
import { type EvidenceEvent, evidenceEvents } from './events.ts';
import type { OwedEvidence } from './owed-evidence.ts';

type Owing = NonNullable<IncidentState['owedEvidence']>;

/** When evidence is to be tried next; null: none is owed. */
export const evidenceDueAt = ({ owedEvidence = {} }: Pick<IncidentState, 'owedEvidence'>): string | null =>
  Object.values(owedEvidence)
    .map(({ dueAt }) => dueAt)
    .toSorted()[0] ?? null;

/** What is due by an instant, with its keys. */
export const dueEvidence = (
  { owedEvidence = {} }: Pick<IncidentState, 'owedEvidence'>,
  at: string,
): readonly (readonly [string, OwedEvidence])[] => Object.entries(owedEvidence).filter(([, { dueAt }]) => dueAt <= at);

function withOwed(state: IncidentState, owed: Owing): IncidentState {
  const { owedEvidence: _, ...rest } = state;
  return Object.keys(owed).length === 0 ? rest : { ...rest, owedEvidence: owed };
}

const without = (owed: Owing, gone: (key: string) => boolean): Owing =>
  Object.fromEntries(Object.entries(owed).filter(([key]) => !gone(key)));

/** Owes what its routes say is to be kept at this moment. */
export function oweAt(state: IncidentState, moment: 'opening' | 'resolution', at: string): IncidentState {
  const items = (state.handling?.evidence ?? []).filter((item) => item.at.includes(moment));
  if (items.length === 0) return state;
  const owed = items.map(
    ({ name, from }) => [`${moment}/${name}`, { name, moment, from, tries: 0, dueAt: at }] as const,
  );
  return withOwed(state, { ...state.owedEvidence, ...Object.fromEntries(owed) });
}

/** It goes on: how it ended is asked when it ends again. */
export const oweNoResolution = (state: IncidentState): IncidentState =>
  state.owedEvidence === undefined
    ? state
    : withOwed(
        state,
        without(state.owedEvidence, (key) => key.startsWith('resolution/')),
      );

/** Owes the files of a message. Those of which nothing but a link is known are none. */
export function oweFiles(
  state: IncidentState,
  { key, files, at }: { readonly key: string; readonly files: readonly ChatFile[]; readonly at: string },
): IncidentState {
  const owed = files.flatMap(({ id, name }) =>
    id === undefined
      ? []
      : [
          [
            `chat/${key}/${id}`,
            { name, moment: 'chat', from: { type: 'chat', fileId: id, message: key }, tries: 0, dueAt: at },
          ] as const,
        ],
  );
  return owed.length === 0 ? state : withOwed(state, { ...state.owedEvidence, ...Object.fromEntries(owed) });
}

const types: ReadonlySet<string> = new Set(evidenceEvents.map((schema) => schema.shape.type.value));

/** True for facts about evidence, by their type alone. */
export const isEvidenceFact = <E extends { readonly type: string }>(event: E): event is Extract<E, EvidenceEvent> =>
  types.has(event.type);

/** Folds one of them. */
export function evolveEvidence(
  state: IncidentState,
  event: Extract<IncidentFact, { type: EvidenceEvent['type'] }>,
): IncidentState {
  const { owedEvidence = {} } = state;
  const { key } = event.data;
  const owed = Object.hasOwn(owedEvidence, key) ? owedEvidence[key] : undefined;
  if (owed === undefined) return state;
  if (event.type !== 'evidence.retry_scheduled')
    return withOwed(
      state,
      without(owedEvidence, (one) => one === key),
    );
  const later = { ...owed, tries: owed.tries + 1, dueAt: event.data.retryAt };
  return withOwed(state, { ...owedEvidence, [key]: later });
}
