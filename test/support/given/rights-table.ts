// The rights table as people read it: surfaces down, rights across. Prints what a test has seen; judges nothing.
import type { NeededRight } from '../../../src/core/authority/right.ts';

/** A column: somebody who holds this right and no other, or nothing at all. */
export type Holding = Exclude<NeededRight, 'deliver' | 'attend'> | 'nothing';

/** Whether somebody who holds this right may do what needs that one. Those see to an approval who may decide it or may order runs. */
export const suffices = (holding: Holding, right: NeededRight | null): boolean =>
  right === null || holding === right || (right === 'attend' && (holding === 'approve' || holding === 'order'));

/** A surface, and whether each holder may use it. */
export type RightsRow = { readonly surface: string; readonly may: ReadonlyMap<Holding, boolean> };

/** The table as text; ✓ may, – is refused, and nothing where it was not tried. */
export function rightsTable(title: string, columns: readonly Holding[], rows: readonly RightsRow[]): string {
  const first = Math.max(title.length, ...rows.map(({ surface }) => surface.length)) + 2;
  const cell = (may: boolean | undefined, column: Holding) =>
    (may === undefined ? '' : may ? '✓' : '–').padEnd(column.length + 2);
  return [
    title.padEnd(first) + columns.join('  '),
    ...rows.map(({ surface, may }) =>
      surface
        .padEnd(first)
        .concat(...columns.map((column) => cell(may.get(column), column)))
        .trimEnd(),
    ),
  ].join('\n');
}
