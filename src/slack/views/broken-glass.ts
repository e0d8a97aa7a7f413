// The lines that say where the glass was broken: on the message of a run and on the card of its incident. Pure.
import type { RunState } from '../../core/run/state.ts';
import { named } from '../identity.ts';
import { code, oneLine } from '../text.ts';

/** A line for each step that went on against the rule of its approval. */
export const brokenGlass = ({ approvals }: Pick<RunState, 'approvals'>): readonly string[] =>
  Object.values(approvals).flatMap(({ step, notes = [] }) =>
    notes.flatMap((note) =>
      note.type === 'bypassed'
        ? [`⚠ *Glass broken* by ${named(note.by)} for ${code(step, 80)}: ${oneLine(note.reason, 500)}`]
        : [],
    ),
  );
